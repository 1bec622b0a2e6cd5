/// Finds the spans of a run in which no subject was found, between two frames with one.
package struct SubjectGaps {
    /// A span from one detection to the next.
    package struct Gap: Equatable {
        /// Seconds of the last frame with a subject before it, and of the first one after it.
        package var start: Double
        package var end: Double
        /// Frames without a subject.
        package var frames: Int
        /// Those of them that had a map.
        package var empty: Int

        package var seconds: Double { end - start }
    }

    private var open: Gap?

    /// Starts before the first frame.
    package init() {}

    /// Learns of the next frame, and gives the gap that it ends.
    package mutating func add(time: Double, hasSubject: Bool, hasMap: Bool) -> Gap? {
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
