/// Brings a confidence map to a finer grid, bilinearly with half-pixel centres.
///
/// The same interpolation as `align_corners=False` in PyTorch and `half_pixel` in ONNX `Resize`.
struct MapUpsampler {
    let width: Int
    let height: Int
    let mapWidth: Int
    let mapHeight: Int
    private let columns: [Tap]
    private let rows: [Tap]

    private struct Tap {
        let first: Int32
        let second: Int32
        let weight: Float  // of the second
    }

    init(from map: (width: Int, height: Int), to grid: (width: Int, height: Int)) {
        (width, height) = grid
        (mapWidth, mapHeight) = map
        columns = Self.taps(map.width, grid.width)
        rows = Self.taps(map.height, grid.height)
    }

    /// Whether it brings maps of this size to this grid.
    func fits(_ map: ConfidenceMap, _ grid: (width: Int, height: Int)) -> Bool {
        (mapWidth, mapHeight) == (map.width, map.height) && (width, height) == grid
    }

    private static func taps(_ count: Int, _ target: Int) -> [Tap] {
        (0..<target).map { index in
            let position = (Float(index) + 0.5) * Float(count) / Float(target) - 0.5
            let clamped = min(max(position, 0), Float(count - 1))
            let first = Int(clamped)
            let second = min(first + 1, count - 1)
            return Tap(
                first: Int32(first), second: Int32(second), weight: clamped - Float(first))
        }
    }

    /// Blends two rows of the map into the one that lies at grid row `y`; `row` has `mapWidth`.
    func verticalRow(
        _ y: Int, of map: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>
    ) {
        let tap = rows.withUnsafeBufferPointer { $0[y] }
        let upper = map + Int(tap.first) * mapWidth
        let lower = map + Int(tap.second) * mapWidth
        for x in 0..<mapWidth { row[x] = upper[x] + (lower[x] - upper[x]) * tap.weight }
    }

    /// Stretches a row made by ``verticalRow(_:of:into:)`` over the grid columns `range`.
    func horizontalRow(
        _ row: UnsafePointer<Float>, range: Range<Int>, into values: UnsafeMutablePointer<Float>
    ) {
        columns.withUnsafeBufferPointer { columns in
            for x in range {
                let tap = columns[x]
                let first = row[Int(tap.first)]
                values[x] = first + (row[Int(tap.second)] - first) * tap.weight
            }
        }
    }

    /// A map's values on the whole grid, row by row.
    func values(of map: ConfidenceMap) -> [Float] {
        precondition((map.width, map.height) == (mapWidth, mapHeight), "a map of the taps' size")
        var row = [Float](repeating: 0, count: mapWidth)
        var values = [Float](repeating: 0, count: width * height)
        map.values.withUnsafeBufferPointer { map in
            row.withUnsafeMutableBufferPointer { row in
                values.withUnsafeMutableBufferPointer { values in
                    guard let map = map.baseAddress, let row = row.baseAddress,
                        let values = values.baseAddress
                    else { return }
                    for y in 0..<height {
                        verticalRow(y, of: map, into: row)
                        horizontalRow(row, range: 0..<width, into: values + y * width)
                    }
                }
            }
        }
        return values
    }

    /// The grid columns that the map columns `cells` have a part in.
    func gridColumns(touching cells: ClosedRange<Int>) -> Range<Int> {
        let scale = Float(width) / Float(mapWidth)
        let low = Int((Float(cells.lowerBound) - 0.5) * scale) - 1
        let high = Int((Float(cells.upperBound) + 1.5) * scale) + 2
        return max(0, low)..<min(width, max(high, 0))
    }
}
