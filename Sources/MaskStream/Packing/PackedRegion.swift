/// Where a subject lies on a canvas, and where that comes from in the frame.
///
/// A point of the canvas is the frame's `to + (point - from) / scale`.
public struct PackedRegion: Sendable, Equatable {
    /// The number of the subject's track; nil where nobody follows subjects.
    public let track: Int?
    /// The rectangle on the canvas, in stored pixels.
    public let from: Box
    /// The subject's box in the frame, in stored pixels, grown to whole chroma samples.
    public let to: Box
    /// Pixels of the canvas for each of the frame: 1, or less where the subjects are shrunk.
    public let scale: Double
}
