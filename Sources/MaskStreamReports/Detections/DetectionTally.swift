package import MaskStream

/// What a detector finds of one variant, summed up over blocks of frames.
package struct DetectionTally: Sendable {
    private struct Sums: Sendable {
        var reference = 0
        var found = 0
        var matched = 0
    }

    private var blocks: [Int: Sums] = [:]
    /// What the model's runs cost.
    package internal(set) var cost = InferenceCost()

    /// Starts with nothing counted.
    package init() {}

    /// How many blocks there are.
    package var blockCount: Int { blocks.count }

    /// Counts a frame's objects beside those of the reference.
    package mutating func add(
        _ objects: [DetectedObject], reference: [DetectedObject], block: Int
    ) {
        var sums = blocks[block] ?? Sums()
        sums.reference += reference.count
        sums.found += objects.count
        sums.matched += DetectionMatch.count(objects, in: reference)
        blocks[block] = sums
    }

    /// The fraction of what was found that the reference has as well; nil where nothing was.
    package var precision: Double? { Self.share(blocks.values) { ($0.matched, $0.found) } }

    private var recall: Double? { Self.share(blocks.values) { ($0.matched, $0.reference) } }

    /// The fraction of the reference's objects that were found, beside that of another tally of the
    /// same frames; nil where the reference has none.
    package func recall(
        minus other: DetectionTally, by bootstrap: BlockBootstrap = BlockBootstrap()
    ) -> Figure? {
        let differences = blocks.sorted { $0.key < $1.key }.map { number, sums in
            BlockBootstrap.Block(
                sum: Double(sums.matched - (other.blocks[number]?.matched ?? 0)),
                count: sums.reference)
        }
        guard let value = recall, let base = other.recall,
            let interval = bootstrap.interval(of: differences)
        else { return nil }
        return Figure(value: value, difference: value - base, interval: interval)
    }

    private static func share(
        _ blocks: some Sequence<Sums>, _ parts: (Sums) -> (part: Int, whole: Int)
    ) -> Double? {
        let pairs = blocks.map(parts)
        let whole = pairs.reduce(0) { $0 + $1.whole }
        return whole > 0 ? Double(pairs.reduce(0) { $0 + $1.part }) / Double(whole) : nil
    }
}
