/// Where frames come from: a file, a camera, a pipe.
public protocol FrameSource {
    /// What all frames of the stream have in common, known before the first.
    var format: FrameFormat { get }
    /// The next frame, or nil at the end of the stream.
    ///
    /// - Throws: ``MaskStreamError`` when the input fails or ends early; all frames before it were
    ///   delivered.
    mutating func next() throws -> Frame?
}

/// Where finished frames go: a file, a pipe, a folder.
public protocol FrameSink {
    /// Writes one frame; frames come in order.
    mutating func write(_ frame: Frame) throws
    /// Completes the output; only afterwards it has its final name.
    mutating func finish() throws
    /// Ends the output early: what was written stays under its provisional name.
    mutating func abandon() throws
}
