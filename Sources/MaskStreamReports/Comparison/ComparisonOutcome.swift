/// What a comparison comes to, in the words that it is reported with.
package enum ComparisonOutcome: String, Sendable {
    /// The whole interval lies above zero.
    case better
    /// The whole interval lies above minus ``margin``.
    case noWorse = "no_worse"
    /// The whole interval lies below zero, and not all of it within the margin.
    case worse
    /// Too few frames, or an interval too wide for any of the others.
    case undecided

    /// What may be lost without being worse: 2 points.
    package static let margin = 0.02
    /// The least number of blocks; intervals from fewer are not to be trusted.
    package static let leastBlocks = 5
    /// The least number of subject-frames: of fewer, one alone is more than a point.
    package static let leastCount = 100

    /// Judges a difference in fractions.
    package init(_ figure: Figure, blocks: Int, count: Int) {
        guard blocks >= Self.leastBlocks, count >= Self.leastCount else {
            self = .undecided
            return
        }
        let interval = figure.interval
        if interval.lowerBound > 0 {
            self = .better
        } else if interval.lowerBound > -Self.margin {
            self = .noWorse
        } else if interval.upperBound < 0 {
            self = .worse
        } else {
            self = .undecided
        }
    }
}
