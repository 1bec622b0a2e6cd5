/// A page with places for values, each written as `{{name}}`.
package struct Template: Sendable {
    private let pieces: [Substring]

    /// Reads a page's source.
    init(_ source: String) {
        pieces = source.split(separator: "{{", omittingEmptySubsequences: false)
    }

    /// The page with all its places filled; what is filled in is not read again.
    package func filled(_ values: [String: Markup]) -> String {
        var page = String(pieces[0])
        for piece in pieces.dropFirst() {
            let parts = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = values[String(parts[0])] else {
                preconditionFailure("the page has no value for \(parts[0])")
            }
            page += value.source + parts[1]
        }
        return page
    }
}
