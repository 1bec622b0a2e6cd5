import Foundation

/// A piece of a page that is also well-formed XML: text that is put into it is escaped.
package struct Markup: ExpressibleByStringInterpolation, Sendable {
    /// The piece's source.
    package private(set) var source: String

    /// Takes source of our own.
    package init(stringLiteral source: String) { self.source = source }

    /// Takes source of our own with text in it that is escaped.
    package init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

    /// Takes source of our own that holds no one else's text.
    package init(trusted source: String) { self.source = source }

    /// One piece after the other.
    package static func + (first: Markup, second: Markup) -> Markup {
        Markup(trusted: first.source + second.source)
    }

    /// Appends a piece.
    package static func += (first: inout Markup, second: Markup) { first.source += second.source }

    /// Collects a piece.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var source = ""

        package init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(256) }

        package mutating func appendLiteral(_ literal: String) { source += literal }

        package mutating func appendInterpolation(_ markup: Markup) { source += markup.source }

        package mutating func appendInterpolation(_ number: Int) { source += String(number) }

        package mutating func appendInterpolation(_ text: String) { source += Markup.escaped(text) }
    }

    /// Text as it may stand between tags and in quoted attributes.
    package static func escaped(_ text: String) -> String {
        replacing(
            ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"],
            in: plain(text))
    }

    /// Text on one line; characters that XML forbids, and those that turn the direction of writing
    /// around, become U+FFFD.
    package static func plain(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: " "
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF:
                "\u{FFFD}"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Data for a `<script type="application/json">`; the same data gives the same bytes.
    ///
    /// Nothing in it can end the element or begin another: `<`, `>` and `&` are written as JSON's
    /// escapes. Texts in it are to be ``plain(_:)``.
    package init(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        source = Self.replacing(["<": "\\u003c", ">": "\\u003e", "&": "\\u0026"], in: text)
    }

    /// Scalar by scalar: a sign that a combining one follows is another `Character`, but still
    /// itself for a browser.
    private static func replacing(
        _ escapes: [Unicode.Scalar: String], in text: String
    ) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if let escape = escapes[scalar] {
                result += escape
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Sequence where Element == Markup {
    /// All pieces one after the other.
    package func joined() -> Markup { Markup(trusted: map(\.source).joined()) }
}
