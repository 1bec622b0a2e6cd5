import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MapWindowTests {
    private static let level: Float = 0.2

    private static func row(_ values: [Float]) -> ConfidenceMap {
        ConfidenceMap(width: values.count, height: 1, values: values)
    }

    private static func bridge() -> GapBridge {
        GapBridge(finder: SubjectFinder(level: level, minArea: 0))
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

    /// The frames before one, nearest first, itself, and those after it, with boxes drawn in a row.
    private struct Passage {
        var before: [[Box]] = []
        var now: [Box] = []
        var after: [[Box]] = []
    }

    /// Which cells of a wide row are raised in the middle of a passage of a frame per 40 ms.
    private static func raised(_ passage: Passage, width: Int = 60) -> Set<Int> {
        var bridge = bridge()
        let frames = passage.before.reversed() + [passage.now] + passage.after
        var places = frames.enumerated().map { index, boxes in
            var map = row(Array(repeating: 0, count: width))
            for box in boxes { for x in box.x..<box.x + box.width { map.values[x] = 1 } }
            return bridge.places(in: map, time: Double(index) / 25)
        }
        let after = Array(places[(passage.before.count + 1)...])
        let now = places[passage.before.count]
        places.removeLast(after.count + 1)
        var map = row(Array(repeating: 0, count: width))
        bridge.hide(in: &map, now: now, before: places.reversed(), after: after)
        return Set(map.values.indices.filter { map.values[$0] == 1 })
    }

    @Test("A neighbour does not stand in for a lost subject")
    func neighbours() {
        let (left, right) = (Self.box(0, 2), Self.box(3, 2))
        let cells = Self.raised(
            Passage(before: [[left, right]], now: [left], after: [[left, right]]), width: 8)
        #expect(cells.isSuperset(of: [3, 4]))
    }

    @Test("A subject that leaves, and one that comes, are not bridged")
    func leaving() {
        let (there, far) = ([Self.box(0, 1)], [Self.box(6, 1)])
        for (before, after) in [([there], []), ([], [there]), ([there], [far])]
            as [([[Box]], [[Box]])]
        {
            #expect(Self.raised(Passage(before: before, after: after), width: 8).isEmpty)
        }
    }

    private static func box(_ x: Int, _ width: Int = 4) -> Box {
        Box(x: x, y: 0, width: width, height: 1)
    }

    @Test("A lost subject is joined with itself, not with a neighbour that was never lost")
    func otherPerson() {
        // The left one is lost and comes back farther left; the right one walks towards its place.
        let cells = Self.raised(
            Passage(
                before: [[Self.box(20), Self.box(36)]], now: [Self.box(31)],
                after: [[Self.box(14), Self.box(26)]]))
        #expect(cells.isSuperset(of: 14..<24), "hidden on its whole way")
        #expect(cells.isDisjoint(with: 30..<60))
    }

    @Test("Where two meet and one is lost, both ways are hidden")
    func crossing() {
        // They cross: the one that is found in between may be either.
        for now in [24, 25, 26] {
            let cells = Self.raised(
                Passage(
                    before: [[Self.box(22), Self.box(28)]], now: [Self.box(now)],
                    after: [[Self.box(20), Self.box(30)]]))
            #expect(cells.isSuperset(of: 20..<34), "\(now)")
        }
    }

    @Test("Of several nearby the nearest is the same")
    func nearest() {
        // None overlaps its earlier place; the second is lost for a frame.
        let cells = Self.raised(
            Passage(
                before: [[Self.box(0), Self.box(20), Self.box(40)]],
                now: [Self.box(5), Self.box(45)],
                after: [[Self.box(10), Self.box(26), Self.box(50)]]))
        #expect(cells.isSuperset(of: 20..<30))
        #expect(cells.isDisjoint(with: 0..<18) && cells.isDisjoint(with: 34..<60))
    }

    @Test("All lost subjects are followed, however many")
    func many() {
        let crowd = (0..<14).map { Self.box(4 * $0, 2) }
        let cells = Self.raised(Passage(before: [crowd], after: [crowd]))
        #expect(crowd.allSatisfy { cells.isSuperset(of: $0.x..<$0.x + 2) })
        // Too many to match: all that was seen is hidden.
        let noise = (0..<600).map { Self.box($0 * 2, 1) }
        let all = Self.raised(Passage(before: [noise], after: [[]]), width: 1200)
        #expect(noise.allSatisfy { all.contains($0.x) })
    }
}
