import Foundation
import MaskStream

/// Rows of cells in columns that are as wide as they need: the first to the left, the others to
/// the right.
struct TextTable {
    private let rows: [[String]]
    private let least: Int
    private let gap: Int

    /// Makes a table whose columns are at least so wide.
    init(_ rows: [[String]], least: Int = 0, gap: Int = 2) {
        self.rows = rows
        self.least = least
        self.gap = gap
    }

    /// A line for each row.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            let widest = rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
            return max(least, widest + (column == 0 ? 0 : gap))
        }
        return rows.map { row in
            let line = zip(row, widths).enumerated().map { index, cell in
                let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                return index == 0 ? cell.0 + padding : padding + cell.0
            }.joined()
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

/// A JSON object as people can read it, too: indented, keys sorted.
func prettyJSON(_ fields: [String: Any?]) throws -> String {
    let data = try JSONSerialization.data(
        withJSONObject: object(fields),
        options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
}

/// A JSON object in which null stands for nil.
func object(_ fields: [String: Any?]) -> [String: Any] { fields.mapValues { $0 ?? NSNull() } }

/// A number with so many decimals; zero has no sign.
func decimals(_ value: Double, _ places: Int) -> String {
    let text = String(format: "%.\(places)f", value)
    return text.hasPrefix("-") && Double(text) == 0 ? String(text.dropFirst()) : text
}

/// A fraction as a percentage.
func percent(_ share: Double) -> String { "\(decimals(share * 100, 1)) %" }

/// A number with its sign; zero has none.
func signed(_ value: Double, _ places: Int) -> String {
    let text = decimals(value, places)
    return text.hasPrefix("-") || Double(text) == 0 ? text : "+\(text)"
}

/// A number in millions, to at least two digits.
func millions(_ value: Double) -> String { decimals(value / 1e6, value < 1e5 ? 4 : 2) }

/// A number rounded to so many decimals, for JSON.
func number(_ value: Double, _ places: Int) -> NSDecimalNumber {
    NSDecimalNumber(string: decimals(value, places))
}

/// Seconds as `M:SS` or `H:MM:SS`.
func clock(_ seconds: Double) -> String {
    let total = Int(max(0, min(seconds, 359_999)).rounded())
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0
        ? String(format: "%d:%02d:%02d", hours, minutes, rest)
        : String(format: "%d:%02d", minutes, rest)
}
