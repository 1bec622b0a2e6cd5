import Foundation

/// Numbers and times as a report writes them.
enum ReportText {
    /// A number with so many decimals; never a negative zero.
    static func number(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return "–" }
        let text = String(format: "%.\(places)f", value)
        return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) }
            ? String(text.dropFirst()) : text
    }

    /// A fraction as a percentage.
    static func percent(_ share: Double) -> String {
        let percent = share * 100
        return number(percent, percent < 10 && percent > 0 ? 2 : 1) + "\u{A0}%"
    }

    /// A whole number with thin spaces between thousands.
    static func count(_ value: Int) -> String {
        let digits = Array(String(value))
        return digits.indices.reduce(into: "") { text, index in
            let left = digits.count - index
            if index > 0, left % 3 == 0, digits[index - 1] != "-" { text += "\u{202F}" }
            text.append(digits[index])
        }
    }

    /// `1 frame`, `2 frames`.
    static func count(_ value: Int, _ noun: String) -> String {
        count(value) + " " + noun + (value == 1 ? "" : "s")
    }

    /// The length of a bar in a drawing: one decimal.
    static func coordinate(_ value: Double) -> String {
        number(value, 1)
    }
}
