/// Decides which frames begin a scene, where frames enter a pipeline.
///
/// Scenes are independent: at a boundary everything is forgotten that was learnt from earlier frames.
/// There is one where the content changes at once, where the source says so (``Frame/beginsScene``),
/// and, with a limit, at the first frame at or after every multiple of it.
public struct SceneBoundaries: Sendable {
    private let limit: Double?
    /// The stream's first frame, in seconds.
    private var origin: Double?
    /// How many limits lie between the stream's first frame and the last one marked; nil before it.
    private var period: Double?
    private var cut = SceneCut()

    /// - Parameter limit: the longest scene, in seconds from the stream's first frame; nil for any.
    public init(limit: Double? = nil) {
        precondition(limit.map { $0 > 0 && $0.isFinite } ?? true, "a limit is a time")
        self.limit = limit
    }

    /// Counts the limit from a time in seconds, instead of the next frame's.
    mutating func count(from origin: Double?) { self.origin = origin }

    /// The same frame, which knows whether it begins a scene; frames come in order.
    mutating func mark(_ frame: Frame) -> Frame {
        let isForced = isForced(at: frame.time)
        if isForced || frame.beginsScene { cut = SceneCut() }
        // What the decoder guessed says nothing of the content.
        let isCut = !frame.isDamaged && cut.isCut(frame)
        return frame.replacing(beginsScene: isForced || frame.beginsScene || isCut)
    }

    private mutating func isForced(at time: Double) -> Bool {
        guard let limit else { return false }
        let origin = origin ?? time
        self.origin = origin
        let before = period
        // A microsecond is less than any tick that matters and more than rounding errors.
        period = ((time - origin + 1e-6) / limit).rounded(.down)
        return before != nil && period != before
    }
}
