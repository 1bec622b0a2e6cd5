/// Something that stands for a stretch of a run and can take in the stretch after it.
package protocol Mergeable: Sendable {
    /// Takes in what came directly after it.
    mutating func merge(_ later: Self)
}

/// A series of unknown length in bounded memory.
///
/// Each bucket stands for `stride` samples. When all buckets are full, neighbours are merged and
/// the stride doubles: between half and all of the capacity is in use, whatever the length.
package struct SeriesBuckets<Bucket: Mergeable>: Sendable {
    /// The buckets in order; the last may stand for fewer samples.
    package private(set) var buckets: [Bucket] = []
    /// Samples in a bucket.
    package private(set) var stride = 1
    private let capacity: Int
    private var pending = 0

    /// Makes a series of at most so many buckets, an even number.
    package init(capacity: Int) {
        precondition(capacity >= 2 && capacity % 2 == 0, "pairs of buckets")
        self.capacity = capacity
    }

    /// Adds a sample, made as a bucket of its own.
    package mutating func append(_ sample: Bucket) {
        if pending > 0 {
            buckets[buckets.count - 1].merge(sample)
        } else {
            if buckets.count == capacity { halve() }
            buckets.append(sample)
        }
        pending = (pending + 1) % stride
    }

    private mutating func halve() {
        for index in 0..<capacity / 2 {
            buckets[index] = buckets[2 * index]
            buckets[index].merge(buckets[2 * index + 1])
        }
        buckets.removeLast(capacity / 2)
        stride *= 2
    }
}

/// The least, the mean and the greatest of some numbers.
package struct Spread: Equatable, Mergeable, Sendable {
    package private(set) var count = 0
    package private(set) var least: Float = 0
    package private(set) var most: Float = 0
    private var sum = 0.0

    /// Holds nothing yet.
    package init() {}

    /// Holds one number; nil and numbers that are not finite count as nothing.
    package init(_ value: Float?) {
        guard let value, value.isFinite else { return }
        (count, least, most, sum) = (1, value, value, Double(value))
    }

    /// The mean; nil of nothing.
    package var mean: Double? { count > 0 ? sum / Double(count) : nil }

    package mutating func merge(_ later: Spread) {
        guard later.count > 0 else { return }
        least = count > 0 ? min(least, later.least) : later.least
        most = count > 0 ? max(most, later.most) : later.most
        sum += later.sum
        count += later.count
    }
}

/// The items of greatest weight that were offered; of equals the earliest.
package struct Greatest<Item: Sendable>: Sendable {
    private var ranked: [(weight: Double, item: Item)] = []
    private let limit: Int

    /// Keeps at most so many items.
    package init(limit: Int) { self.limit = limit }

    /// The items, the weightiest first.
    package var items: [Item] { ranked.map(\.item) }

    /// Keeps an item if it is among the greatest.
    package mutating func offer(_ item: Item, weight: Double) {
        let place = ranked.firstIndex { weight > $0.weight } ?? ranked.count
        guard place < limit else { return }
        ranked.insert((weight, item), at: place)
        if ranked.count > limit { ranked.removeLast() }
    }
}
