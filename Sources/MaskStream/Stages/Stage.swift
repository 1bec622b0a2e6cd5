/// One step of the work on a frame.
///
/// A stage runs on one serial queue and sees the frames in order. It emits each work it was given
/// exactly once and in order, but not necessarily in the same call: a stage that looks at
/// neighbours in time holds a few back and emits them later, at the latest in `finish`.
public protocol Stage {
    /// Works on a frame and emits what is ready.
    ///
    /// - Throws: an error ends the run at this frame; frames before it are still written.
    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void) throws

    /// Emits what the stage holds back, at the end of the stream.
    mutating func finish(emit: (consuming FrameWork) throws -> Void) throws
}

extension Stage {
    /// Nothing is held back.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {}
}
