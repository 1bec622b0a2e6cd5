import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MapUpsamplerTests {
    static let sizes: [[Int]] = [
        [1, 1, 1, 1], [1, 1, 7, 5], [3, 2, 3, 2], [4, 3, 16, 12], [5, 4, 17, 3], [20, 11, 3, 2],
        [2, 9, 301, 1], [13, 7, 64, 35],
    ]

    @Test("Every cell is the bilinear mean of its neighbours", arguments: sizes)
    func bilinear(size: [Int]) {
        var generator = SeededGenerator(size.reduce(0) { 31 * $0 + $1 })
        let map = ConfidenceMap(
            width: size[0], height: size[1],
            values: (0..<size[0] * size[1]).map { _ in Float.random(in: 0...1, using: &generator) })
        let grid = (width: size[2], height: size[3])
        let upsampler = MapUpsampler(from: (size[0], size[1]), to: grid)
        for y in 0..<grid.height {
            var mapRow = [Float](repeating: 0, count: map.width)
            var row = [Float](repeating: 0, count: grid.width)
            upsampler.verticalRow(y, of: map.values, into: &mapRow)
            upsampler.horizontalRow(mapRow, range: 0..<grid.width, into: &row)
            for x in 0..<grid.width {
                let expected = Self.reference(map, x: x, y: y, grid)
                #expect(abs(Double(row[x]) - expected) < 1e-5, "cell \(x), \(y)")
            }
        }
    }

    /// Half-pixel bilinear interpolation in double precision, by the textbook.
    private static func reference(
        _ map: ConfidenceMap, x: Int, y: Int, _ grid: (width: Int, height: Int)
    ) -> Double {
        let sourceX = (Double(x) + 0.5) * Double(map.width) / Double(grid.width) - 0.5
        let sourceY = (Double(y) + 0.5) * Double(map.height) / Double(grid.height) - 0.5
        var sum = 0.0
        for row in Int(sourceY.rounded(.down))...Int(sourceY.rounded(.down)) + 1 {
            for column in Int(sourceX.rounded(.down))...Int(sourceX.rounded(.down)) + 1 {
                let weight =
                    max(0, 1 - abs(sourceX - Double(column)))
                    * max(0, 1 - abs(sourceY - Double(row)))
                let index =
                    min(max(row, 0), map.height - 1) * map.width
                    + min(max(column, 0), map.width - 1)
                sum += weight * Double(map.values[index])
            }
        }
        return sum
    }

    @Test("The columns a cell has a part in are all found", arguments: sizes)
    func touchedColumns(size: [Int]) {
        let upsampler = MapUpsampler(from: (size[0], size[1]), to: (size[2], size[3]))
        for cell in 0..<size[0] {
            var mapRow = [Float](repeating: 0, count: size[0])
            mapRow[cell] = 1
            var row = [Float](repeating: 0, count: size[2])
            upsampler.horizontalRow(mapRow, range: 0..<size[2], into: &row)
            let touched = upsampler.gridColumns(touching: cell...cell)
            for x in row.indices where row[x] != 0 { #expect(touched.contains(x)) }
        }
    }

    @Test("Values of the map itself are hit exactly where the grids agree")
    func sameGrid() {
        let map = ConfidenceMap(width: 2, height: 2, values: [0, 0.25, 0.5, 1])
        for index in 0..<4 {
            #expect(map.interpolated(x: index % 2, y: index / 2, (2, 2)) == map.values[index])
        }
    }
}
