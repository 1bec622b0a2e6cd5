/// A span of a run without a subject, between two frames with one.
public struct SubjectGap: Sendable, Equatable {
    /// Seconds of the last frame with a subject before it.
    public var start: Double
    /// Seconds of the first frame with a subject after it.
    public var end: Double
    /// Frames without a subject.
    public var frames = 0
    /// Those of them that had a map.
    public var framesWithMap = 0

    /// Its length.
    public var seconds: Double { end - start }
}

/// When subjects were seen first and last in a segment: gaps may go on in its neighbours.
public struct SubjectSightings: Codable, Equatable, Sendable {
    /// Seconds of the first frame with a subject.
    public var first: Double
    /// Frames before it.
    public var framesBefore: Int
    /// Seconds of the last frame with a subject.
    public var last: Double
    /// Frames behind it.
    public var framesAfter: Int
}

/// Finds the gaps of a run.
struct SubjectGaps {
    private var open: SubjectGap?
    private var framesBefore = 0
    private var first: Double?

    /// When subjects were seen first and last; nil where none was.
    var sightings: SubjectSightings? {
        guard let first, let open else { return nil }
        return SubjectSightings(
            first: first, framesBefore: framesBefore, last: open.start, framesAfter: open.frames)
    }

    /// Learns of the next frame, and gives the gap that it ends.
    mutating func add(time: Double, hasSubject: Bool, hasMap: Bool) -> SubjectGap? {
        guard hasSubject else {
            open?.frames += 1
            if first == nil { framesBefore += 1 }
            if hasMap { open?.framesWithMap += 1 }
            return nil
        }
        first = first ?? time
        defer { open = SubjectGap(start: time, end: time) }
        guard var gap = open, gap.frames > 0 else { return nil }
        gap.end = time
        return gap
    }
}
