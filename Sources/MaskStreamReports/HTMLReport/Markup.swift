import Foundation
import MaskStream

/// A piece of a page that is also well-formed XML: text that is put into it is escaped.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    /// The piece's source.
    private(set) var source: String

    init(stringLiteral source: String) { self.source = source }

    init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

    /// Takes source of our own that holds no one else's text.
    init(trusted source: String) { self.source = source }

    static func + (first: Markup, second: Markup) -> Markup {
        Markup(trusted: first.source + second.source)
    }

    static func += (first: inout Markup, second: Markup) { first.source += second.source }

    struct StringInterpolation: StringInterpolationProtocol {
        var source = ""

        init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(256) }

        mutating func appendLiteral(_ literal: String) { source += literal }

        mutating func appendInterpolation(_ markup: Markup) { source += markup.source }

        mutating func appendInterpolation(_ number: Int) { source += String(number) }

        mutating func appendInterpolation(_ text: String) { source += Markup.escaped(text) }
    }

    /// Text as it may stand between tags and in quoted attributes.
    ///
    /// Characters that XML forbids, and those that turn the direction of writing around, become
    /// U+FFFD.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: escaped += "&amp;"
            case 0x3C: escaped += "&lt;"
            case 0x3E: escaped += "&gt;"
            case 0x22: escaped += "&quot;"
            case 0x27: escaped += "&#39;"
            case 0x09, 0x0A, 0x0D: escaped += " "
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF:
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Sequence where Element == Markup {
    /// All pieces one after the other.
    func joined() -> Markup { Markup(trusted: map(\.source).joined()) }
}

/// Numbers and times as a report writes them.
enum ReportText {
    /// A number with so many decimals; never a negative zero.
    static func number(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return "–" }
        let text = String(format: "%.\(places)f", value)
        return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) }
            ? String(text.dropFirst()) : text
    }

    /// A share as a percentage.
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

    /// Coordinates of a drawing: one decimal, none where it is 0.
    static func coordinate(_ value: Double) -> String {
        let tenths = Int(saturating: (value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}
