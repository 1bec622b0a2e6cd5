import MaskStream
import MaskStreamFFmpeg

/// The masks of a grey video: each belongs to the frame that is shown at its time, counted from the
/// first of either.
struct VideoMasks: MaskReader {
    static let hasTimes = true
    private let source: FFmpegSource
    private let size: (width: Int, height: Int)
    /// A mask that was read and whose frame has not come yet.
    private var ahead: Frame?
    private var start: Double?
    private var isScaled = false
    private var passed = 0

    /// Opens a video; `size` is that of the frames as they are displayed.
    ///
    /// - Throws: what `FFmpegSource` throws.
    init(_ path: String, size: (width: Int, height: Int)) throws {
        source = try FFmpegSource(InputOptions(path))
        self.size = size
    }

    mutating func next(at time: Double, tolerance: Double) throws -> ExternalMask {
        while let image = try ahead ?? source.next() {
            ahead = nil
            let own = image.time - (start ?? image.time)
            guard own <= time + tolerance else {
                ahead = image
                return .missing
            }
            // Behind the first, a scene of the source begins where it converts another size.
            isScaled = isScaled || image.beginsScene && start != nil
            start = start ?? image.time
            guard own >= time - tolerance else {
                passed += 1
                continue
            }
            return isScaled
                ? .unusable("the masks change their size") : ExternalMask(image, size: size)
        }
        return .missing
    }

    mutating func hasOthers() throws -> Bool {
        if passed > 0 || ahead != nil { return true }
        return try source.next() != nil
    }
}
