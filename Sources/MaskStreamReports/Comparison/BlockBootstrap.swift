/// Draws blocks with replacement to see how far a mean might have come out otherwise.
///
/// Neighbouring frames are much alike: what is drawn are blocks of them, never single frames
/// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8).
package struct BlockBootstrap: Sendable {
    /// A block's sum of a measure and over how many it goes.
    package struct Block: Sendable, Equatable {
        /// The sum.
        package var sum: Double
        /// How many values it is of.
        package var count: Int

        /// Makes a block.
        package init(sum: Double, count: Int) {
            self.sum = sum
            self.count = count
        }
    }

    /// How often all blocks are drawn.
    package let draws: Int
    private let seed: UInt64

    /// Prepares draws that are the same for the same seed.
    package init(draws: Int = 2000, seed: UInt64 = 1) {
        self.draws = draws
        self.seed = seed
    }

    /// The middle 95 % of the means of the draws; nil without values.
    package func interval(of blocks: [Block]) -> ClosedRange<Double>? {
        let filled = blocks.filter { $0.count > 0 }
        guard !filled.isEmpty else { return nil }
        var generator = SplitMix64(seed: seed)
        let means = (0..<draws).map { _ in mean(drawnFrom: filled, &generator) }.sorted()
        let tail = Int(Double(draws) * 0.025)
        return means[tail]...means[draws - 1 - tail]
    }

    private func mean(drawnFrom blocks: [Block], _ generator: inout SplitMix64) -> Double {
        var (sum, count) = (0.0, 0)
        for _ in blocks {
            let block = blocks[generator.next(below: blocks.count)]
            sum += block.sum
            count += block.count
        }
        return sum / Double(count)
    }
}

/// Numbers that look random and are the same for the same seed on every machine (SplitMix64,
/// <https://prng.di.unimi.it/splitmix64.c>).
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`.
    mutating func next(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
