import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Views of frames of one colour, of which each view shows what the test says.
struct TurnedViewsTests {
    private static let format = FrameFormat(width: 64, height: 36, pixelFormat: .gray)
    private static let upright = Orientation.upright
    private static let left = Orientation(transposes: true, flipsX: true)
    private static let right = Orientation(transposes: true, flipsY: true)
    private static let over = Orientation(flipsX: true, flipsY: true)

    /// A map of 8x6 cells with a subject of 3x3 cells at a column.
    private static func map(_ column: Int?, score: Float = 0.5) -> ConfidenceMap {
        var map = ConfidenceMap(width: 8, height: 6)
        guard let column else { return map }
        for y in 1..<4 { for x in column..<column + 3 { map.values[y * 8 + x] = score } }
        return map
    }

    /// Runs frames of a gray and gives the views that are seen of each, and the last map.
    private static func run(
        _ views: inout TurnedViews, _ count: Int, beginsScene: Bool = false,
        _ look: (Int, Orientation) -> ConfidenceMap
    ) -> (seen: [Set<Orientation>], map: ConfidenceMap) {
        var seen: [Set<Orientation>] = []
        var map = ConfidenceMap(width: 0, height: 0)
        for frame in 0..<count {
            seen.append([])
            let picture = Frame.painted(format) { _, _, _ in 100 }
                .replacing(beginsScene: beginsScene && frame == 0)
            map = views.map(of: picture) { turn in
                seen[frame].insert(turn)
                return look(frame, turn)
            }
        }
        return (seen, map)
    }

    private static func views(_ count: Int = 4, isolates: Bool = false) -> TurnedViews {
        TurnedViews(count, level: 0.2, isolatesFrames: isolates)
    }

    @Test("All views at first, then each in its turn", arguments: [1, 2, 4])
    func rotation(count: Int) {
        var views = Self.views(count)
        let seen = Self.run(&views, 12) { _, _ in Self.map(nil) }.seen
        let turned: [Orientation] =
            count == 4 ? [Self.left, Self.right, Self.over] : count == 2 ? [Self.over] : []
        for (frame, views) in seen.enumerated() {
            var expected: Set<Orientation> = [Self.upright]
            if frame == 0 { expected.formUnion(turned) }
            if frame % 3 == 0, !turned.isEmpty { expected.insert(turned[frame / 3 % turned.count]) }
            #expect(views == expected, "frame \(frame)")
        }
    }

    @Test("Images are seen in all views")
    func images() {
        var views = Self.views(isolates: true)
        let seen = Self.run(&views, 3) { _, _ in Self.map(nil) }.seen
        #expect(seen.allSatisfy { $0.count == 4 })
    }

    @Test("A view with a subject of its own is seen until that is gone")
    func active() {
        var views = Self.views()
        let (seen, map) = Self.run(&views, 9) { frame, turn in
            Self.map(turn == Self.over && frame < 5 ? 4 : turn == Self.upright ? 0 : nil)
        }
        #expect((1...5).allSatisfy { seen[$0].contains(Self.over) })
        // In the sixth frame it is seen in its turn, afterwards no more.
        #expect(seen[6].contains(Self.over) && !seen[7].contains(Self.over))
        #expect(map == Self.map(0))
    }

    @Test("What all views know of needs only one")
    func known() {
        var views = Self.views()
        let seen = Self.run(&views, 3) { _, _ in Self.map(2) }.seen
        #expect(seen.map(\.count) == [4, 1, 1])
    }

    /// Of a subject of 12 cells a side, columns that the upright view does not show; whether a turned
    /// view counts.
    static let rims = [(0, false), (6, false), (7, true), (12, true)]

    @Test("A view counts for more than a wider rim", arguments: rims)
    func rim(columns: Int, counts: Bool) {
        func square(from left: Int) -> ConfidenceMap {
            var map = ConfidenceMap(width: 16, height: 16)
            for y in 2..<14 { for x in left..<14 { map.values[y * 16 + x] = 0.5 } }
            return map
        }
        var views = Self.views(2, isolates: true)
        let map = Self.run(&views, 1) { _, turn in
            square(from: turn == Self.upright ? 2 + columns : 2)
        }.map
        #expect(map == square(from: counts ? 2 : 2 + columns))
    }

    @Test("Where a subject is lost, all views are seen at once")
    func lost() {
        var views = Self.views()
        let (seen, map) = Self.run(&views, 3) { frame, turn in
            Self.map(frame < 2 ? (turn == Self.upright ? 2 : nil) : turn == Self.right ? 2 : nil)
        }
        #expect(seen.map(\.count) == [4, 1, 4])
        #expect(map == Self.map(2))
    }

    @Test("A scene begins anew")
    func scene() {
        var views = Self.views()
        _ = Self.run(&views, 2) { _, _ in Self.map(nil) }
        let seen = Self.run(&views, 2, beginsScene: true) { _, _ in Self.map(nil) }.seen
        #expect(seen.map(\.count) == [4, 1])
    }

    @Test("The higher score counts, and what is no number stays so")
    func joined() {
        var views = Self.views(isolates: true)
        let map = Self.run(&views, 1) { _, turn in
            Self.map(turn == Self.upright ? 0 : 3, score: turn == Self.over ? 0.75 : 0.5)
        }.map
        #expect(map.values[8 + 2] == 0.5 && map.values[8 + 3] == 0.75 && map.values[7] == 0)
        for turn in [Self.upright, Self.left, Self.over] {
            let broken = Self.run(&views, 1) { _, seen in
                seen == turn ? ConfidenceMap(width: 8, height: 6, repeating: .nan) : Self.map(2)
            }.map
            #expect(!broken.isFinite)
        }
    }

    @Test("Of turned views only scores from the floor on count")
    func floor() {
        for (floor, score) in [(0.5, 0.5), (0.625, 0)] as [(Float, Float)] {
            var views = TurnedViews(2, level: 0.2, floor: floor, isolatesFrames: false)
            let (seen, map) = Self.run(&views, 2) { _, turn in
                Self.map(turn == Self.upright ? 0 : 4, score: turn == Self.upright ? 0.25 : 0.5)
            }
            #expect(map.values[8 + 1] == 0.25 && map.values[8 + 5] == score)
            #expect(seen[1].contains(Self.over) == (score > 0))
        }
    }

    @Test("A view of another size is brought to the upright one's")
    func sizes() {
        var views = Self.views(2)
        let map = Self.run(&views, 1) { _, turn in
            turn == Self.upright
                ? Self.map(nil) : ConfidenceMap(width: 4, height: 3, repeating: 0.5)
        }.map
        #expect(map == ConfidenceMap(width: 8, height: 6, repeating: 0.5))
    }
}
