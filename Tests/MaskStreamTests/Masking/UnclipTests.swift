import Testing

@testable import MaskStream

struct UnclipTests {
    private static func map(_ rows: [String], _ score: Float = 0.9) -> ConfidenceMap {
        ConfidenceMap(
            width: rows[0].count, height: rows.count,
            values: rows.flatMap { $0.map { $0 == "#" ? score : 0 } })
    }

    /// A map of 64x48 whose kernel are the cells for which `isKernel` holds.
    private static func map(_ isKernel: (Int, Int) -> Bool, of score: Float = 0.9) -> ConfidenceMap
    {
        ConfidenceMap(
            width: 64, height: 48,
            values: (0..<48).flatMap { y in (0..<64).map { isKernel($0, y) ? score : 0 } })
    }

    private static func bar(_ x: Int, _ y: Int) -> Bool {
        (12..<52).contains(x) && (20..<28).contains(y)
    }
    private static func slant(_ x: Int, _ y: Int) -> Bool {
        abs(x - y - 8) <= 5 && (20..<60).contains(x + y)
    }
    private static func ring(_ x: Int, _ y: Int) -> Bool {
        (100..<200).contains((x - 32) * (x - 32) + (y - 24) * (y - 24))
    }

    private static func grown(
        _ map: ConfidenceMap, _ ratio: Float, level: Float = 0.3
    ) -> ConfidenceMap {
        var map = map
        Unclip(ratio: ratio, level: level).grow(&map)
        return map
    }

    @Test(
        "A kernel grows by its area over its perimeter",
        arguments: [
            // Width, height, ratio, and by how many whole cells: w * h * ratio / (2w + 2h), rounded.
            (40, 8, Float(1), 3), (40, 8, 1.5, 5), (40, 8, 2, 7), (8, 8, 1.5, 3), (20, 4, 1.6, 3),
            (4, 20, 1.6, 3), (30, 16, 1, 5), (1, 1, 1.5, 0), (1, 1, 2, 1), (3, 1, 2, 1),
        ])
    func offset(width: Int, height: Int, ratio: Float, cells: Int) {
        let (left, top) = ((64 - width) / 2, (48 - height) / 2)
        let map = Self.grown(
            Self.map { x, y in
                (left..<left + width).contains(x) && (top..<top + height).contains(y)
            }, ratio)
        let row = (0..<64).filter { map.values[(top + height / 2) * 64 + $0] > 0.3 }
        let column = (0..<48).filter { map.values[$0 * 64 + left + width / 2] > 0.3 }
        #expect(row == Array(left - cells..<left + width + cells))
        #expect(column == Array(top - cells..<top + height + cells))
    }

    /// The same by comparing each cell with each cell of the kernel.
    private static func slow(_ map: ConfidenceMap, offset: Double) -> [Bool] {
        let kernel = map.values.indices.filter { map.values[$0] > 0.3 }
        let reach = offset + 0.5
        return map.values.indices.map { cell in
            kernel.contains { other in
                let dx = Double(cell % map.width - other % map.width)
                let dy = Double(cell / map.width - other / map.width)
                return dx * dx + dy * dy <= reach * reach
            }
        }
    }

    static let shapes: [(map: ConfidenceMap, offset: Double)] = [
        (map(bar), 5), (map(slant), 4.57024), (map(ring), 3.98219),
        (map { x, y in x < 10 && y < 6 }, 2.8125),
        (map { x, _ in x > 60 }, 2.11764), (map { _, _ in true }, 20.5714),
    ]

    @Test("What grows is what lies within the offset, in a straight line", arguments: shapes)
    func euclidean(shape: (map: ConfidenceMap, offset: Double)) {
        let grown = Self.grown(shape.map, 1.5)
        #expect(grown.values.map { $0 > 0.3 } == Self.slow(shape.map, offset: shape.offset))
    }

    @Test("A turned kernel grows as far as a straight one")
    func turned() {
        // 24 by 8 cells, turned by 45 degrees and not; both have an offset of about 4.2.
        let straight = Self.map { x, y in (20..<44).contains(x) && (20..<28).contains(y) }
        let turned = Self.map { x, y in
            let (along, across) = (Double(x + y - 56), Double(x - y - 8))
            return abs(along) < 12 * 2.0.squareRoot() && abs(across) < 4 * 2.0.squareRoot()
        }
        let areas = [straight, turned].map { map in
            Self.grown(map, 1.4).values.count { $0 > 0.3 }
        }
        #expect(abs(areas[0] - areas[1]) * 20 < areas[0], "\(areas)")
    }

    @Test("Grown cells have the kernel's mean; none is lowered")
    func scores() {
        var map = Self.map([
            "............", "............", "...####.....", "...####.....", "............",
            "............",
        ])
        for x in 3..<7 { map.values[2 * 12 + x] = 0.5 }
        map.values[1 * 12 + 3] = 0.2
        map.values[0] = 0.1
        let grown = Self.grown(map, 2)
        #expect(abs(grown.values[1 * 12 + 4] - 0.7) < 1e-6)
        // The kernel's own weak cells rise to its mean, its strong ones stay.
        #expect(abs(grown.values[2 * 12 + 4] - 0.7) < 1e-6)
        #expect(grown.values[3 * 12 + 4] == 0.9)
        #expect(abs(grown.values[1 * 12 + 3] - 0.7) < 1e-6)
        #expect(grown.values[0] == 0.1)
        #expect(zip(grown.values, map.values).allSatisfy { $0 >= $1 })
    }

    @Test("Where two kernels grow into each other the better one counts")
    func neighbours() {
        var map = Self.map { x, y in (20..<30).contains(x) && (10..<20).contains(y) }
        for y in 22..<32 { for x in 20..<30 { map.values[y * 64 + x] = 0.6 } }
        let grown = Self.grown(map, 1.5)
        #expect(abs(grown.values[21 * 64 + 25] - 0.9) < 1e-6)
        #expect(abs(grown.values[33 * 64 + 25] - 0.6) < 1e-6)
    }

    @Test("Without a kernel, or with a ratio of 0, nothing changes")
    func nothing() {
        let weak = Self.map(Self.bar, of: 0.3)
        #expect(Self.grown(weak, 1.5) == weak)
        #expect(Self.grown(Self.map(Self.bar), 0) == Self.map(Self.bar))
    }

    @Test("What is no number stays so and belongs to no kernel")
    func noNumber() {
        var map = Self.map(Self.bar)
        map.values[19 * 64 + 30] = .nan
        map.values[24 * 64 + 30] = .nan
        let grown = Self.grown(map, 1.5)
        #expect(grown.values[19 * 64 + 30].isNaN && grown.values[24 * 64 + 30].isNaN)
        #expect(!grown.isFinite)
        #expect(grown.values.count { $0.isNaN } == 2)
        #expect(grown.values[17 * 64 + 30] > 0.89)
    }
}
