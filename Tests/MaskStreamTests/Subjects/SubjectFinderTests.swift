import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct SubjectFinderTests {
    private static func subjects(
        _ drawing: [String], minArea: Float = 0, width: Int, height: Int
    ) -> [Subject] {
        let values = drawing.joined().map { $0 == "#" ? Float(0.9) : $0 == "=" ? 0.5 : 0 }
        let map = ConfidenceMap(width: drawing[0].count, height: drawing.count, values: values)
        let format = FrameFormat(width: width, height: height)
        return SubjectFinder(level: 0.5, minArea: minArea).components(of: map).subjects.map {
            Subject(box: $0.box(in: map, over: format), area: $0.area)
        }
    }

    @Test("Neighbours at corners belong together; equal to the level does not")
    func neighbours() {
        let found = Self.subjects(
            [
                "#..=..##",
                ".#.=..##",
                "..#=....",
                "=======#",
            ], width: 8, height: 4)
        #expect(
            found == [
                Subject(box: Box(x: 6, y: 0, width: 2, height: 2), area: 4),
                Subject(box: Box(x: 0, y: 0, width: 3, height: 3), area: 3),
                Subject(box: Box(x: 7, y: 3, width: 1, height: 1), area: 1),
            ])
    }

    @Test("Largest first, ties by x then y")
    func order() {
        let found = Self.subjects(["#.#.#", ".....", "#...#"], width: 5, height: 3)
        #expect(
            found.map { [$0.box.x, $0.box.y] } == [[0, 0], [0, 2], [2, 0], [4, 0], [4, 2]])
    }

    @Test("A form that winds back to the left is one subject with its whole box")
    func winding() {
        let found = Self.subjects(["...##", "#...#", "#####"], width: 50, height: 30)
        #expect(found == [Subject(box: Box(x: 0, y: 0, width: 50, height: 30), area: 9)])
    }

    @Test("Small subjects are left out")
    func limits() {
        let drawing = ["##.#.", "##...", "....#"]
        #expect(Self.subjects(drawing, minArea: 0.2, width: 5, height: 3).count == 1)
        #expect(Self.subjects(drawing, width: 5, height: 3).count == 3)
        #expect(Self.subjects([".."], width: 5, height: 3).isEmpty)
    }

    @Test(
        "Boxes cover their cells and stay inside the picture",
        arguments: [[7, 5], [1, 1], [640, 480]])
    func boxes(size: [Int]) {
        var generator = SeededGenerator(3)
        for _ in 0..<50 {
            let width = Int.random(in: 1...20, using: &generator)
            let height = Int.random(in: 1...20, using: &generator)
            let values = (0..<width * height).map { _ in Float.random(in: 0...1, using: &generator)
            }
            let map = ConfidenceMap(width: width, height: height, values: values)
            let format = FrameFormat(width: size[0], height: size[1])
            let found = SubjectFinder(level: 0.6, minArea: 0).components(of: map).subjects
            #expect(found.reduce(0) { $0 + $1.area } == values.filter { $0 > 0.6 }.count)
            for component in found {
                let box = component.box(in: map, over: format)
                #expect(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0)
                #expect(box.x + box.width <= size[0] && box.y + box.height <= size[1])
            }
        }
    }

    @Test(
        "Cells that touch, at corners too, are one subject",
        arguments: [
            (["#.#", "#.#", "###"], [7]), (["#.#", ".#.", "#.#"], [5]), (["##..", "..##"], [4]),
            (["#..#"], [1, 1]), (["#.#.#", "#.#.#", "#####"], [11]),
            (["#####", "#...#", "#.#.#", "#...#", "#####"], [16, 1]),
            (["######", ".....#", "####.#", "#..#.#", "#.##.#", "#....#", "######"], [27]),
        ])
    func connected(rows: [String], areas: [Int]) {
        let map = ConfidenceMap(
            width: rows[0].count, height: rows.count,
            values: rows.flatMap { $0.map { $0 == "#" ? 1 : 0 } })
        let finder = SubjectFinder(level: 0.5, minArea: 0)
        let (components, owners) = finder.components(of: map)
        #expect(components.map(\.area) == areas)
        for component in components {
            #expect(owners.count { $0 == component.number } == component.area)
        }
        #expect(owners.count { $0 != 0 } == areas.reduce(0, +))
    }

    @Test("NaN is no subject")
    func notANumber() {
        let map = ConfidenceMap(width: 2, height: 2, repeating: .nan)
        #expect(SubjectFinder(level: 0.5, minArea: 0).components(of: map).subjects.isEmpty)
    }
}
