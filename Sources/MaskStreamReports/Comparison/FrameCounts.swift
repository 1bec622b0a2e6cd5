import MaskStream

/// What is counted of the frames of a comparison, whatever is compared.
package struct FrameCounts: Sendable {
    /// The least, the mean and the greatest of a number of values.
    package struct Spread: Sendable {
        /// The least value; 0 without any.
        package private(set) var least: Float = 0
        /// The greatest value; 0 without any.
        package private(set) var greatest: Float = 0
        /// The mean; 0 without any.
        package var mean: Double { count > 0 ? sum / Double(count) : 0 }
        private var sum = 0.0
        private var count = 0

        mutating func add(_ value: Float) {
            least = count == 0 ? value : min(least, value)
            greatest = count == 0 ? value : max(greatest, value)
            sum += Double(value)
            count += 1
        }
    }

    /// Frames that were looked at.
    package private(set) var frames = 0
    /// Those of them in which there is a subject.
    package private(set) var withSubject = 0
    /// Subjects of all frames together.
    package private(set) var subjects = 0
    /// Runs of the primary on top of one for each subject, for the controller's probes.
    package private(set) var probeRuns = 0
    /// The fractions of the frames that were kept.
    package private(set) var kept = Spread()
    /// The thresholds.
    package private(set) var threshold = Spread()

    /// Counts a frame.
    mutating func add(_ work: borrowing FrameWork) {
        frames += 1
        if !work.subjects.isEmpty { withSubject += 1 }
        subjects += work.subjects.count
        probeRuns += work.probeRuns
        kept.add(work.keptFraction)
        threshold.add(work.threshold)
    }
}

/// Numbers the blocks of frames that a bootstrap draws: seconds of a video, or single images.
struct BlockNumbers {
    private var firstTime: Double?

    /// The number of a frame's second from the first frame on, or of an image of its own.
    mutating func next(_ work: borrowing FrameWork) -> Int {
        if work.source.file != nil { return work.index }
        let first = firstTime ?? work.source.time
        firstTime = first
        return Int(saturating: (work.source.time - first).rounded(.down))
    }
}
