import MaskStream

/// What was made elsewhere for a frame.
enum ExternalMask {
    /// A mask of the frame's size.
    case pixels(WhitePixels)
    /// Something that is no mask for it; the text says why.
    case unusable(String)
    /// Nothing.
    case missing
}

/// Masks that were made elsewhere, one after another, as the frames come.
protocol MaskReader: Sendable {
    /// Whether masks have times of their own; else their order alone says whose they are.
    static var hasTimes: Bool { get }

    /// The mask of the next frame.
    ///
    /// - Parameters:
    ///   - time: when the frame is shown, in seconds from the first one.
    ///   - tolerance: seconds by which the mask's own time may differ from that.
    /// - Throws: `MaskStreamError` where the masks cannot be read any more.
    mutating func next(at time: Double, tolerance: Double) throws -> ExternalMask

    /// Whether there is a mask that belongs to none of the frames, when all have come.
    ///
    /// - Throws: as `next(at:tolerance:)`.
    mutating func hasOthers() throws -> Bool
}

extension ExternalMask {
    /// The mask that an image shows, for frames of a size as they are displayed.
    init(_ image: Frame, size: (width: Int, height: Int)) {
        guard !image.isDamaged else {
            self = .unusable("it is damaged")
            return
        }
        let found = image.format.displaySize
        guard found == size else {
            self = .unusable(
                "it is \(found.width)x\(found.height), the frame \(size.width)x\(size.height)")
            return
        }
        self = WhitePixels(image).map { .pixels($0) } ?? .unusable("it is not grey")
    }
}
