import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MapWindowTests {
    private static let level: Float = 0.2

    private static func row(_ values: [Float]) -> ConfidenceMap {
        ConfidenceMap(width: values.count, height: 1, values: values)
    }

    private static func bridge() -> GapBridge {
        GapBridge(finder: SubjectFinder(level: level, minArea: 0, maxSubjects: 4))
    }

    /// The one score of each frame after repair; nil is a frame without a map.
    private static func repaired(
        _ scores: [Float?], lookahead: Int = 3, rate: Double = 30, boundaries: Set<Int> = [],
        hides: Bool = false
    ) -> [Float?] {
        var window = MapWindow(lookahead: lookahead, bridge: hides ? bridge() : nil)
        var given: [Float?] = []
        for (index, score) in scores.enumerated() {
            window.append(
                score.map { row([$0]) }, time: Double(index) / rate,
                isBoundary: boundaries.contains(index))
            if index >= lookahead { given.append(window.next().map?.values[0]) }
        }
        while given.count < scores.count { given.append(window.next().map?.values[0]) }
        return given
    }

    @Test("A gap of up to the lookahead is closed, a longer one is not")
    func gaps() {
        #expect(Self.repaired([0.9, 0, 0.8, 0.8]) == [0.9, 0.8, 0.8, 0.8])
        #expect(Self.repaired([0.9, 0, 0, 0, 0.8]) == [0.9, 0.8, 0.8, 0.8, 0.8])
        #expect(
            Self.repaired([0.9, 0, 0, 0, 0, 0.8, 0.8], lookahead: 2)
                == [0.9, 0, 0, 0, 0, 0.8, 0.8])
    }

    @Test("A score that neither neighbour knows is taken back, unless it hides")
    func flash() {
        #expect(Self.repaired([0.1, 1, 0.2, 0.1]) == [0.1, 0.2, 0.2, 0.1])
        #expect(Self.repaired([0.1, 1, 0.2, 0.1], hides: true) == [0.1, 1, 0.2, 0.1])
    }

    @Test("The first and the last frames of a scene stay as they are")
    func ends() {
        #expect(Self.repaired([1, 0.1, 0.1]) == [1, 0.1, 0.1])
        #expect(Self.repaired([0.1, 0.1, 1]) == [0.1, 0.1, 1])
        let cut = Self.repaired([0.9, 0.9, 0, 0.9, 0.9], boundaries: [2])
        #expect(cut == [0.9, 0.9, 0, 0.9, 0.9], "a cut at the gap")
        #expect(Self.repaired([0.9, 0, 0.9, 0.9], boundaries: [2]) == [0.9, 0, 0.9, 0.9])
        #expect(Self.repaired([0.9, 0.9, 0, 0.9], boundaries: [1]) == [0.9, 0.9, 0.9, 0.9])
    }

    @Test("Frames far apart in time say nothing of each other")
    func slow() {
        #expect(Self.repaired([0.9, 0, 0.9], rate: 5) == [0.9, 0, 0.9])
        #expect(Self.repaired([0.9, 0, 0.9], rate: 8) == [0.9, 0.9, 0.9])
    }

    @Test("A missing map counts as what shows least; before the first map there is none")
    func missing() {
        #expect(Self.repaired([0.9, nil, 0, 0.9]) == [0.9, 0, 0.9, 0.9])
        #expect(Self.repaired([0.1, 0.9, nil, 0.1]) == [0.1, 0.1, 0, 0.1], "it bears no witness")
        #expect(Self.repaired([0.9, nil, 0.1, 0.9], hides: true) == [0.9, 1, 1, 0.9])
        #expect(Self.repaired([nil, 0.5, 0.9]) == [nil, 0.5, 0.9])
    }

    @Test("Without a lookahead every map is given back as it came", arguments: [false, true])
    func none(hides: Bool) {
        var generator = SeededGenerator(3)
        let scores = (0..<50).map { _ in Float.random(in: 0...1, using: &generator) }
        #expect(Self.repaired(scores, lookahead: 0, hides: hides) == scores)
    }

    @Test("A lost subject is hidden on its whole way", arguments: 1...3)
    func bridging(lost: Int) {
        // Two cells wide, a cell to the right with each frame.
        let maps = (0..<9).map { frame in
            Self.row((0..<16).map { $0 == frame + 2 || $0 == frame + 3 ? 0.9 : 0.05 })
        }
        var window = MapWindow(lookahead: 3, bridge: Self.bridge())
        var given: [ConfidenceMap] = []
        for (index, map) in maps.enumerated() {
            let isLost = (4..<4 + lost).contains(index)
            window.append(
                isLost ? Self.row(Array(repeating: 0.05, count: 16)) : map,
                time: Double(index) / 30, isBoundary: false)
            if index >= 3, let map = window.next().map { given.append(map) }
        }
        while given.count < maps.count, let map = window.next().map { given.append(map) }
        for (map, truth) in zip(given, maps) {
            #expect(zip(map.values, truth.values).allSatisfy { $0 >= $1 })
        }
        #expect(given[0] == maps[0] && given[8] == maps[8])
    }

    @Test("A neighbour does not stand in for a lost subject")
    func neighbours() {
        let both = Self.row([0.9, 0.9, 0, 0.9, 0.9, 0, 0, 0])
        let one = Self.row([0.9, 0.9, 0, 0, 0, 0, 0, 0])
        let found = Self.bridge()
        var map = one
        found.hide(
            in: &map, now: found.boxes(in: one), before: [found.boxes(in: both)],
            after: [found.boxes(in: both)])
        #expect(map.values[3] == 1 && map.values[4] == 1)
    }

    @Test("A subject that leaves, and one that comes, are not bridged")
    func leaving() {
        let bridge = Self.bridge()
        let there = [Box(x: 0, y: 0, width: 1, height: 1)]
        let far = [Box(x: 6, y: 0, width: 1, height: 1)]
        for (before, after) in [([there], []), ([], [there]), ([there], [far])]
            as [([[Box]], [[Box]])]
        {
            var map = Self.row(Array(repeating: 0, count: 8))
            bridge.hide(in: &map, now: [], before: before, after: after)
            #expect(map.values.allSatisfy { $0 == 0 })
        }
    }
}
