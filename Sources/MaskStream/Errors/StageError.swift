/// An error of one part of the pipeline at one frame.
public struct StageError: Error, Sendable, CustomStringConvertible {
    /// The part that failed: `source`, a stage's name, or `sink`.
    public let stage: String
    /// The number of the frame it worked on, from 0; nil at the end of the stream.
    public let frame: Int?
    /// What went wrong.
    public let cause: any Error

    /// Cause, part and frame in one line.
    public var description: String {
        let place = frame.map { "\(stage), frame \($0)" } ?? "\(stage), at the end"
        return "\(cause) (\(place))"
    }
}
