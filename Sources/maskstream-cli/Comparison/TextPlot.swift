/// Points in a grid of characters.
struct TextPlot {
    private static let (columns, rows) = (60, 12)

    private let x: String
    private let y: String
    private var points: [(x: Double, y: Double, mark: Character)] = []

    /// Makes an empty plot with the names of its axes; x begins at 0.
    init(x: String, y: String) {
        self.x = x
        self.y = y
    }

    /// Adds a point.
    mutating func add(_ x: Double, _ y: Double, _ mark: Character) {
        points.append((x, y, mark))
    }

    /// The plot's lines; where several marks meet stands `*`.
    var lines: [String] {
        let right = max(points.map(\.x).max() ?? 0, 1e-9)
        let top = points.map(\.y).max() ?? 0
        let bottom = min(points.map(\.y).min() ?? 0, top - 1)
        var grid = Array(
            repeating: Array(repeating: Character(" "), count: Self.columns + 1),
            count: Self.rows + 1)
        for point in points {
            let column = Int((point.x / right * Double(Self.columns)).rounded())
            let share = (top - point.y) / (top - bottom)
            let row = Int((share * Double(Self.rows)).rounded())
            let isTaken = grid[row][column] != " " && grid[row][column] != point.mark
            grid[row][column] = isTaken ? "*" : point.mark
        }
        let labels = [0: decimals(top, 1), Self.rows: decimals(bottom, 1)]
        let width = labels.values.map(\.count).max() ?? 0
        let body = grid.enumerated().map { index, row in
            let label = labels[index] ?? ""
            return String(repeating: " ", count: width - label.count) + label + " | "
                + String(row)
        }
        let indent = String(repeating: " ", count: width + 1)
        let end = decimals(right, 1)
        let axis = "0" + String(repeating: " ", count: Self.columns - end.count) + end
        return [y] + body + [
            indent + "+-" + String(repeating: "-", count: Self.columns + 1),
            indent + "  " + axis + "  " + x,
        ]
    }
}
