import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct AssignmentTests {
    private static func pairs(_ costs: [[Double?]]) -> [Assignment.Pair] {
        costs.enumerated().flatMap { track, row in
            row.enumerated().compactMap { detection, cost in
                cost.map { Assignment.Pair(track: track, detection: detection, cost: $0) }
            }
        }
    }

    /// The detection of each track.
    private static func best(_ costs: [[Double?]], limit: Double = 10) -> [Int?] {
        var found = [Int?](repeating: nil, count: costs.count)
        for pair in Assignment.best(of: pairs(costs), limit: limit) {
            found[pair.track] = pair.detection
        }
        return found
    }

    @Test(
        "The least sum wins, not the cheapest pair",
        arguments: [
            ([[1, 2], [2, 9]], [1, 0]), ([[1, 2], [2, 4]], [1, 0]), ([[1, 2], [3, 3]], [0, 1]),
            ([[4, 1, 3], [2, 0, 5], [3, 2, 2]], [1, 0, 2]),
            // More tracks than detections, and the other way round.
            ([[3], [1], [2]], [nil, 0, nil]), ([[3, 1, 2]], [1]),
            ([[1, 5], [1, 2], [1, 9]], [0, 1, nil]),
            // Pairs that may not be made.
            ([[nil, 1], [nil, 2]], [1, nil]), ([[nil], [nil]], [nil, nil]),
            ([[1, nil], [2, 9.5]], [0, 1]), ([[1, 2], [nil, 1]], [0, 1]),
            ([], []),
        ] as [([[Double?]], [Int?])])
    func table(costs: [[Double?]], expected: [Int?]) {
        #expect(Self.best(costs) == expected)
    }

    @Test("Of equal sums the first track gets the first detection, every time")
    func ties() {
        #expect(Self.best([[1, 1], [1, 1]]) == [0, 1])
        #expect(Self.best([[1, 1]]) == [0])
        #expect(Self.best([[1], [1]]) == [0, nil])
        #expect(Self.best([[2, 2, 2], [2, 2, 2], [2, 2, 2]]) == [0, 1, 2])
    }

    @Test("No assignment of any table costs less", arguments: 0..<200)
    func exhaustive(seed: Int) {
        var generator = SeededGenerator(seed)
        let (tracks, detections) = (
            Int.random(in: 1...5, using: &generator), Int.random(in: 1...5, using: &generator)
        )
        let costs = (0..<tracks).map { _ in
            (0..<detections).map { _ -> Double? in
                let cost = Double(Int.random(in: 0...12, using: &generator))
                return cost < 10 ? cost : nil
            }
        }
        func total(_ found: [Int?]) -> Double {
            let paired = zip(costs, found).compactMap { row, place in place.flatMap { row[$0] } }
            return paired.reduce(0, +) + 10 * Double(min(tracks, detections) - paired.count)
        }
        func least(_ track: Int, _ free: Set<Int>) -> [[Int?]] {
            guard track < tracks else { return [[]] }
            let places = free.filter { costs[track][$0] != nil }.map { Optional($0) } + [nil]
            return places.flatMap { place in
                least(track + 1, place.map { free.subtracting([$0]) } ?? free).map { [place] + $0 }
            }
        }
        let found = Self.best(costs)
        #expect(Set(found.compactMap(\.self)).count == found.compactMap(\.self).count)
        #expect(total(found) == least(0, Set(0..<detections)).map(total).min())
    }

    @Test("Hundreds that all compete are paired, each once")
    func crowd() {
        let costs = (0..<300).map { track in (0..<200).map { Double(abs(track - $0)) / 300 } }
        let found = Self.best(costs)
        #expect(found.prefix(200).enumerated().allSatisfy { $0.offset == $0.element })
        #expect(found.dropFirst(200).allSatisfy { $0 == nil })
    }
}
