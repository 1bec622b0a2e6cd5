import Foundation
import FoundationXML

/// Reads a page as strict XML: its text, its pictures, its scripts.
final class PageReader: NSObject, XMLParserDelegate {
    private(set) var lines: [String] = []
    private(set) var elements: [String: Int] = [:]
    private(set) var addresses: [String] = []
    private(set) var identifiers: [String] = []
    private(set) var references: [String] = []
    private(set) var hasAlternatives = true
    private var open: [String] = []
    private var line = ""

    init?(_ page: String) {
        super.init()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        open.append(name)
        elements[name, default: 0] += 1
        for key in ["src", "href", "xlink:href", "data", "action"] {
            attributes[key].map { addresses.append($0) }
        }
        attributes["id"].map { identifiers.append($0) }
        references += attributes["aria-labelledby"]?.split(separator: " ").map(String.init) ?? []
        if name == "img", attributes["alt"]?.isEmpty != false { hasAlternatives = false }
        if name == "svg", attributes["aria-labelledby"] ?? attributes["aria-label"] == nil {
            hasAlternatives = false
        }
        if ["p", "h1", "h2", "tr", "li", "div", "figcaption", "caption"].contains(name) { end() }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        open.removeLast()
        if ["dt", "dd", "th", "td", "a"].contains(name) { line += " | " }
        if ["span", "b", "i"].contains(name) { line += " " }
        if ["p", "h1", "h2", "tr", "li", "div", "figcaption", "caption", "dl"].contains(name) {
            end()
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard
            !open.contains(where: { ["style", "script", "noscript", "svg", "title"].contains($0) })
        else {
            return
        }
        line += string
    }

    private func end() {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
        if !words.isEmpty { lines.append(words) }
        line = ""
    }
}
