import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct SeriesBucketsTests {
    /// A bucket that knows exactly which samples it stands for.
    private struct Range: Mergeable, Equatable {
        var first: Int
        var last: Int

        mutating func merge(_ later: Range) {
            #expect(later.first == last + 1)
            last = later.last
        }
    }

    private static func series(_ count: Int, capacity: Int) -> SeriesBuckets<Range> {
        var series = SeriesBuckets<Range>(capacity: capacity)
        for sample in 0..<count { series.append(Range(first: sample, last: sample)) }
        return series
    }

    @Test("Buckets cover all samples in order and are equally wide", arguments: 0...130)
    func coverage(count: Int) {
        let series = Self.series(count, capacity: 8)
        #expect(series.buckets.count <= 8)
        #expect(count <= 8 || series.buckets.count > 4)
        var next = 0
        for bucket in series.buckets {
            #expect(bucket.first == next)
            next = bucket.last + 1
            #expect(next % series.stride == 0 || next == count)
        }
        #expect(next == count)
    }

    @Test("A short series is kept as it is")
    func short() {
        let series = Self.series(8, capacity: 8)
        #expect(series.stride == 1)
        #expect(series.buckets == (0..<8).map { Range(first: $0, last: $0) })
    }

    @Test("Spreads hold the least, the mean and the greatest; what is no number counts as nothing")
    func spreads() {
        var spread = Spread(nil)
        #expect(spread.mean == nil)
        for value: Float? in [0.5, nil, .nan, -1, .infinity, 2] { spread.merge(Spread(value)) }
        #expect(spread.count == 3)
        #expect((spread.least, spread.most) == (-1, 2))
        #expect(spread.mean == 0.5)
    }

    @Test("The greatest items stay, of equals the earliest")
    func greatest() {
        var greatest = Greatest<String>(limit: 3)
        for (item, weight) in [("a", 1.0), ("b", 3), ("c", 1), ("d", 3), ("e", 2), ("f", 2)] {
            greatest.offer(item, weight: weight)
        }
        #expect(greatest.items == ["b", "d", "e"])
    }
}
