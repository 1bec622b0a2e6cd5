/// A frame that was written, kept for whoever wants to look at it.
///
/// It shares the frame's memory; images are made when somebody asks.
public struct FrameSnapshot: Sendable {
    /// The frame's number.
    public let index: Int
    private let format: FrameFormat
    private let written: Frame
    private let map: ConfidenceMap?
    private let original: Frame?

    /// Keeps a frame that was painted; the unmasked image on request alone.
    public init?(_ work: borrowing FrameWork, keepsOriginal: Bool = false) {
        guard let output = work.output else { return nil }
        written = output
        index = work.index
        format = work.source.format
        map = work.map
        original = keepsOriginal ? work.source : nil
    }

    /// The image as it was written, no side longer than `side` pixels.
    public func masked(side: Int) -> Thumbnail {
        thumbnail(written, side)
    }

    /// The confidence map in colours; nil for a frame without one.
    public func confidence(side: Int) -> Thumbnail? {
        map.flatMap {
            Thumbnail(map: $0, format: format, size: format.thumbnailSize(side: side))
        }
    }

    /// The unmasked image, where it was kept.
    public func original(side: Int) -> Thumbnail? {
        original.map { thumbnail($0, side) }
    }

    private func thumbnail(_ frame: Frame, _ side: Int) -> Thumbnail {
        Thumbnail(frame, size: frame.format.thumbnailSize(side: side))
    }
}
