import MaskStream

/// What a comparison has counted so far.
package struct ComparisonRecord: Sendable {
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

    /// One variant's answers to the subjects of a frame, and what they cost.
    struct Answers {
        let series: Series
        let predictions: [Prediction?]
        let cost: InferenceCost
    }

    /// Frames that were looked at.
    package private(set) var frames = 0
    /// Those of them in which there is a subject.
    package private(set) var framesWithSubject = 0
    /// Subjects of all frames together.
    package private(set) var subjectFrames = 0
    /// Runs of the primary on top of one for each subject, for the controller's probes.
    package private(set) var probeRuns = 0
    /// The fractions of the frames that were kept.
    package private(set) var kept = Spread()
    /// The thresholds.
    package private(set) var threshold = Spread()
    private var tallies: [Series: Tally] = [:]

    /// Starts with nothing counted.
    package init() {}

    /// What was counted of a series; nil where it was not run.
    package subscript(series: Series) -> Tally? { tallies[series] }

    /// What was counted of a variant at the primary's own size.
    package subscript(variant: Variant) -> Tally { tallies[Series(variant)] ?? Tally() }

    /// Counts a frame.
    ///
    /// - Parameters:
    ///   - references: what the primary says of each subject's box unfilled.
    ///   - truth: the right label, which is the largest subject's: a frame has only one.
    ///   - block: the block of frames that the frame is drawn with.
    mutating func add(
        _ work: borrowing FrameWork, answers: [Answers], references: [Prediction?], truth: Int?,
        block: Int
    ) {
        frames += 1
        if !work.subjects.isEmpty { framesWithSubject += 1 }
        subjectFrames += work.subjects.count
        probeRuns += work.probeRuns
        kept.add(work.keptFraction)
        threshold.add(work.threshold)
        for answer in answers {
            var tally = tallies[answer.series] ?? Tally()
            tally.cost.add(answer.cost)
            for (number, pair) in zip(answer.predictions, references).enumerated() {
                guard let reference = pair.1 else { continue }
                let truth = number == 0 ? truth : nil
                tally.add(pair.0, reference: reference, truth: truth, block: block)
            }
            tallies[answer.series] = tally
        }
    }
}
