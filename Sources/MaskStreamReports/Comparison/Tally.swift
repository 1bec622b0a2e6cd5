package import MaskStream

/// What is measured of the primary's answers.
package enum Measure: String, Sendable, CaseIterable {
    /// The fraction of answers that are the reference's.
    case agreement
    /// The fraction of answers that are right, where the right label is known.
    case accuracy
    /// The mean probability that the true or the reference's answer lost: p_ref[y] - p[y].
    case regret
    /// The mean probability of the best class.
    case confidence
}

/// A mean with its paired difference to another one, in the measure's own unit.
package struct Figure: Sendable, Equatable {
    /// The mean.
    package var value: Double
    /// By how much it is more than the other one.
    package var difference: Double
    /// The 95 % interval of the difference.
    package var interval: ClosedRange<Double>

    /// Makes a figure.
    package init(value: Double, difference: Double, interval: ClosedRange<Double>) {
        self.value = value
        self.difference = difference
        self.interval = interval
    }
}

/// The primary's answers to one variant, summed up over blocks of subject-frames.
package struct Tally: Sendable {
    private struct Sums: Sendable {
        var count = 0
        var labelled = 0
        var agreed = 0
        var right = 0
        var regret = 0.0
        var confidence = 0.0

        /// The sum of a measure and what it is to be divided by.
        func block(_ measure: Measure) -> BlockBootstrap.Block {
            switch measure {
            case .agreement: BlockBootstrap.Block(sum: Double(agreed), count: count)
            case .accuracy: BlockBootstrap.Block(sum: Double(right), count: labelled)
            case .regret: BlockBootstrap.Block(sum: regret, count: count)
            case .confidence: BlockBootstrap.Block(sum: confidence, count: count)
            }
        }
    }

    private var blocks: [Int: Sums] = [:]
    /// What the model's runs cost.
    package internal(set) var cost = InferenceCost()
    /// The patches that were seen; nil of a model that sees whole crops.
    package private(set) var tokens: Tokens?

    /// Starts with nothing counted.
    package init() {}

    /// Subject-frames that were counted.
    package var count: Int { blocks.values.reduce(0) { $0 + $1.count } }
    /// Those of them whose right label is known.
    package var labelled: Int { blocks.values.reduce(0) { $0 + $1.labelled } }
    /// How many blocks there are.
    package var blockCount: Int { blocks.count }

    /// Counts an answer.
    ///
    /// - Parameters:
    ///   - answer: what the primary says; nil where nothing is shown, which is never right, agrees
    ///     with nothing and is sure of nothing.
    ///   - reference: what it says of the box unfilled.
    ///   - truth: the right class, where it is known.
    ///   - block: the number of the block that the frame belongs to.
    package mutating func add(_ answer: Prediction?, reference: Prediction, truth: Int?, block: Int)
    {
        let expected = truth ?? reference.top
        var sums = blocks[block] ?? Sums()
        sums.count += 1
        if answer?.top == reference.top { sums.agreed += 1 }
        if let truth {
            sums.labelled += 1
            if answer?.top == truth { sums.right += 1 }
        }
        sums.regret += Double(reference.scores[expected] - (answer?.scores[expected] ?? 0))
        sums.confidence += Double(answer?.confidence ?? 0)
        blocks[block] = sums
        if let more = answer?.tokens { tokens = (tokens ?? Tokens()) + more }
    }

    /// A measure's mean beside that of another tally of the same subject-frames; nil where nothing
    /// was measured.
    package func figure(
        _ measure: Measure, minus other: Tally, by bootstrap: BlockBootstrap = BlockBootstrap()
    ) -> Figure? {
        let differences = blocks.keys.sorted().map { number -> BlockBootstrap.Block in
            let ours = (blocks[number] ?? Sums()).block(measure)
            let theirs = (other.blocks[number] ?? Sums()).block(measure)
            return BlockBootstrap.Block(sum: ours.sum - theirs.sum, count: ours.count)
        }
        guard let value = mean(measure), let base = other.mean(measure),
            let interval = bootstrap.interval(of: differences)
        else { return nil }
        return Figure(value: value, difference: value - base, interval: interval)
    }

    /// A measure's mean; nil where nothing was measured.
    package func mean(_ measure: Measure) -> Double? {
        // In a fixed order: sums of floating-point numbers depend on it.
        let totals = blocks.sorted { $0.key < $1.key }.map { $0.value.block(measure) }
        let count = totals.reduce(0) { $0 + $1.count }
        return count > 0 ? totals.reduce(0) { $0 + $1.sum } / Double(count) : nil
    }
}
