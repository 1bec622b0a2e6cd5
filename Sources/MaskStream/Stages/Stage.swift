/// One step of the work on a frame.
///
/// - **Order.** A stage gets the frames in the order of their numbers, and emits each of them exactly
///   once and in the same order. The pipeline checks both: a lost or exchanged frame ends the run.
/// - **Holding back.** It need not emit in the same call. A stage that looks at neighbours in time may
///   hold frames back, as many as the pipeline's `lookahead` at most: each keeps its place in the
///   pipeline, and with more the source would wait for ever.
/// - **What it may change.** The map, the mask, the subjects, the output. ``FrameWork/source`` can only
///   be read; a frame is made of another by `replacing`. Before the mask is narrowed behind the primary
///   model, ``FrameWork/settleMeasurement()`` keeps what the controller learns.
/// - **Format.** All frames of a stream have one ``FrameFormat``; sources convert what differs. A stage
///   may prepare for it once, before the first frame.
/// - **Resets.** Where ``FrameWork/beginsScene`` is set, a new scene begins: nothing that was learnt
///   from earlier frames may change this one or later ones. Images of a folder have a ``Frame/file``
///   each and know nothing of each other.
/// - **The end.** `finish` is called once, after the last frame, also where the run was stopped or
///   failed at an earlier frame. Frames that are still held are emitted there.
/// - **Errors.** One that is thrown ends the run at the first frame that failed; frames before it are
///   still written, later ones are dropped.
/// - **Threads.** All calls come from one serial queue, the stage's own, so nothing needs a lock.
///   `emit` hands the frame to the next stage's queue and does not wait. Blocking delays what is
///   behind, never loses it.
public protocol Stage {
    /// Works on a frame and emits what is ready.
    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void) throws

    /// Emits what the stage holds back, at the end of the stream.
    mutating func finish(emit: (consuming FrameWork) throws -> Void) throws
}

extension Stage {
    /// Nothing is held back.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {}
}
