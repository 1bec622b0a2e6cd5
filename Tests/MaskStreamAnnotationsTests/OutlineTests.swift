import MaskStream
import Testing

@testable import MaskStreamAnnotations

struct OutlineTests {
    @Test(
        "The corners of the largest part, clockwise from its first cell",
        arguments: [
            (["..."], ""),
            (["#"], "0,0 1,0 1,1 0,1"),
            ([".##", ".##"], "1,0 3,0 3,2 1,2"),
            (["#..", "##."], "0,0 1,0 1,1 2,1 2,2 0,2"),
            ([".#.", "###", ".#."], "1,0 2,0 2,1 3,1 3,2 2,2 2,3 1,3 1,2 0,2 0,1 1,1"),
            (["###", "#.#", "###"], "0,0 3,0 3,3 0,3"),
            (["#.##", "..##"], "2,0 4,0 4,2 2,2"),
            (["#.", ".#"], "0,0 1,0 1,1 0,1"),
            (["##.", "#.#", "###"], "0,0 2,0 2,1 1,1 1,2 2,2 2,1 3,1 3,3 0,3"),
        ])
    func corners(rows: [String], text: String) {
        let corners = Outline(Mask(rows)).corners.map { "\($0.x),\($0.y)" }
        #expect(corners.joined(separator: " ") == text)
    }

    @Test("The shoelace area of an outline is its part's, holes filled")
    func area() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var mask = Mask(width: 9, height: 7)
            for index in mask.cells.indices {
                mask.cells[index] = Bool.random(using: &random) ? Mask.kept : 0
            }
            let corners = Outline(mask).corners
            guard !corners.isEmpty else { continue }
            let doubled = zip(corners, corners.dropFirst() + corners.prefix(1)).reduce(0) {
                $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y
            }
            #expect(doubled / 2 == Self.filledArea(of: mask, corners), "\(mask.cells)")
        }
    }

    /// Cells whose centre an outline winds around.
    private static func filledArea(of mask: Mask, _ corners: [SIMD2<Int>]) -> Int {
        let sides = zip(corners, corners.dropFirst() + corners.prefix(1))
        return (0..<mask.height).reduce(0) { sum, y in
            sum
                + (0..<mask.width).filter { x in
                    let crossed = sides.filter { side in
                        side.0.x == side.1.x && side.0.x > x
                            && min(side.0.y, side.1.y) <= y && y < max(side.0.y, side.1.y)
                    }
                    return crossed.count % 2 == 1
                }.count
        }
    }
}
