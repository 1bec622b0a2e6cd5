import MaskStream

/// What a comparison has counted so far.
package struct ComparisonRecord: Sendable {
    /// One variant's answers to the subjects of a frame, and what they cost.
    struct Answers {
        let series: Series<Variant>
        let predictions: [Prediction?]
        let cost: InferenceCost
    }

    /// The frames.
    package private(set) var counts = FrameCounts()
    private var tallies: [Series<Variant>: Tally] = [:]

    /// Starts with nothing counted.
    package init() {}

    /// What was counted of a series; nil where it was not run.
    package subscript(series: Series<Variant>) -> Tally? { tallies[series] }

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
        counts.add(work)
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
