import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ShelvesTests {
    /// What to add, width and height, and where it goes; nil is nowhere.
    struct Case {
        let name: String
        let sizes: [[Int]]
        let places: [[Int]?]
    }

    static let cases: [Case] = [
        Case(name: "all of it", sizes: [[100, 60], [1, 1]], places: [[0, 0], nil]),
        Case(
            name: "side by side, then below", sizes: [[60, 20], [40, 20], [40, 20]],
            places: [[0, 0], [60, 0], [0, 20]]),
        Case(
            name: "a much lower one begins a shelf of its own", sizes: [[40, 30], [40, 10]],
            places: [[0, 0], [0, 30]]),
        Case(
            name: "without rows left it goes beside a higher one", sizes: [[40, 60], [40, 10]],
            places: [[0, 0], [40, 0]]),
        Case(
            name: "the lowest shelf that is high enough",
            sizes: [[40, 30], [40, 18], [40, 16], [40, 25]],
            places: [[0, 0], [0, 30], [40, 30], [40, 0]]),
        Case(name: "too wide or too high", sizes: [[101, 5], [5, 61]], places: [nil, nil]),
    ]

    @Test(arguments: cases)
    func places(_ test: Case) {
        var shelves = Shelves(width: 100, height: 60)
        for (size, place) in zip(test.sizes, test.places) {
            let box = shelves.add(width: size[0], height: size[1])
            #expect(box.map { [$0.x, $0.y] } == place, "\(test.name): \(size)")
        }
    }

    @Test func whatIsTakenAwayLeavesRoom() throws {
        var shelves = Shelves(width: 100, height: 60)
        let boxes = (0..<5).compactMap { _ in shelves.add(width: 50, height: 20) }
        try #require(boxes.count == 5)
        shelves.remove(boxes[2])
        #expect(shelves.add(width: 30, height: 20) == Box(x: 0, y: 20, width: 30, height: 20))
        #expect(shelves.add(width: 30, height: 20) == Box(x: 50, y: 40, width: 30, height: 20))
        shelves.remove(boxes[0])
        shelves.remove(boxes[1])
        // The upper shelf is empty: its rows are free for one of another height.
        #expect(shelves.add(width: 90, height: 12) == Box(x: 0, y: 0, width: 90, height: 12))
    }
}
