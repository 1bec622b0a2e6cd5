import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MapFusionTests {
    /// A map with a rectangle of a score on a ground of another.
    private static func map(
        _ width: Int, _ height: Int, _ box: Box, _ score: Float, on ground: Float = 0
    ) -> ConfidenceMap {
        var map = ConfidenceMap(width: width, height: height, repeating: ground)
        for y in box.y..<box.y + box.height {
            for x in box.x..<box.x + box.width { map.values[y * width + x] = score }
        }
        return map
    }

    private static func joined(
        _ whole: ConfidenceMap, _ close: ConfidenceMap, hides: Bool
    ) -> ConfidenceMap {
        var map = close
        MapFusion(regionLevel: 0.2, hides: hides).join(whole, into: &map)
        return map
    }

    /// Subjects of a map of 16x12 cells, and whether the whole frame's map is kept there.
    static let subjects: [(name: String, box: Box, isLarge: Bool)] = [
        ("a quarter of the frame's height", Box(x: 4, y: 4, width: 3, height: 3), true),
        ("most of the frame", Box(x: 2, y: 1, width: 12, height: 10), true),
        ("smaller than a quarter", Box(x: 4, y: 4, width: 2, height: 2), false),
        ("a row of small ones", Box(x: 1, y: 4, width: 14, height: 2), false),
        ("a column of small ones", Box(x: 4, y: 1, width: 2, height: 10), false),
    ]

    @Test("Shown, the closer map counts except at large subjects", arguments: subjects)
    func shown(name: String, box: Box, isLarge: Bool) {
        let whole = Self.map(16, 12, box, 0.6)
        let close = Self.map(32, 24, Box(x: 0, y: 0, width: 2, height: 2), 0.9, on: 0.1)
        let result = Self.joined(whole, close, hides: false)
        #expect(result.width == 32 && result.height == 24)
        let middle = (2 * box.y + box.height) * 32 + 2 * box.x + box.width
        #expect(abs(result.values[middle] - (isLarge ? 0.6 : 0.1)) < 1e-6, "\(name)")
        // What only the closer map shows is there in any case.
        #expect(result.values[0] == 0.9)
    }

    @Test("Shown, a large subject that only the closer map knows stays")
    func onlyClose() {
        let close = Self.map(32, 24, Box(x: 8, y: 4, width: 12, height: 12), 0.7)
        let result = Self.joined(ConfidenceMap(width: 16, height: 12), close, hides: false)
        #expect(result == close)
    }

    @Test("Hidden is what either map shows", arguments: subjects)
    func hidden(name: String, box: Box, isLarge: Bool) {
        let whole = Self.map(16, 12, box, 0.6)
        let close = Self.map(32, 24, Box(x: 0, y: 0, width: 2, height: 2), 0.9, on: 0.1)
        let result = Self.joined(whole, close, hides: true)
        for y in 2 * box.y + 1..<2 * (box.y + box.height) - 1 {
            for x in 2 * box.x + 1..<2 * (box.x + box.width) - 1 {
                #expect(result.values[y * 32 + x] == 0.6, "\(name): \(x), \(y)")
            }
        }
        #expect(zip(result.values, close.values).allSatisfy { $0 >= $1 })
    }

    @Test("Scores stay in the range of both maps")
    func range() {
        var generator = SeededGenerator(7)
        func noise(_ width: Int, _ height: Int) -> ConfidenceMap {
            ConfidenceMap(
                width: width, height: height,
                values: (0..<width * height).map { _ in Float.random(in: 0...1, using: &generator) }
            )
        }
        for hides in [false, true] {
            let result = Self.joined(noise(10, 6), noise(28, 17), hides: hides)
            #expect(result.values.allSatisfy { (-1e-6...1 + 1e-6).contains($0) })
        }
    }
}
