/// Finds the spans of a run in which no subject was found, between two frames with one.
struct SubjectGaps {
    /// A span from one sighting to the next.
    struct Gap: Equatable {
        /// Seconds of the last frame with a subject before it, and of the first one after it.
        var start: Double
        var end: Double
        /// Frames without a subject.
        var frames: Int
        /// Those of them that had a map.
        var empty: Int

        var seconds: Double { end - start }
    }

    private var open: Gap?

    /// Learns of the next frame, and gives the gap that it ends.
    mutating func add(time: Double, hasSubject: Bool, hasMap: Bool) -> Gap? {
        guard hasSubject else {
            open?.frames += 1
            if hasMap { open?.empty += 1 }
            return nil
        }
        defer { open = Gap(start: time, end: time, frames: 0, empty: 0) }
        guard var gap = open, gap.frames > 0 else { return nil }
        gap.end = time
        return gap
    }
}
