import Foundation

/// The parts of a location that may be files: FFmpeg opens `concat:A|B` and `subfile,,end,9,,:A` by
/// its protocols, and `movie=A` as a filter graph.
enum LocationParts {
    private static let marks = Set("=,;:|[]'".unicodeScalars)
    /// As many marks may be part of one name.
    private static let longest = 32

    /// What stands between any two marks, with quotes and backslashes and without.
    static func names(in location: String) -> Set<String> {
        // A server's address names nothing here.
        if ["http://", "https://"].contains(where: location.lowercased().hasPrefix) { return [] }
        let plain = location.filter { $0 != "\\" && $0 != "'" }
        return Set([location, plain].flatMap(pieces))
    }

    /// Protocols that lead to other locations; what follows is theirs.
    private static let schemes = [
        "file:", "cache:", "async:", "concat:", "concatf:", "crypto:", "crypto+", "subfile,",
    ]

    /// Whether a word is a location that one of these protocols opens.
    static func beginsWithScheme(_ word: String) -> Bool {
        word.utf8.count <= Int(PATH_MAX) && schemes.contains(where: word.hasPrefix)
    }

    /// What stands behind each colon and comma, to the end and to the next bar.
    ///
    /// Of a list's words, which are many, these few are looked at.
    static func ends(of location: String) -> Set<String> {
        let parts = [Substring(location)] + location.split(separator: "|")
        return Set(
            parts.flatMap { part in
                part.indices.filter { part[$0] == ":" || part[$0] == "," }
                    .map { String(part[part.index(after: $0)...]) } + [String(part)]
            })
    }

    /// The lists of the protocol `concatf` that a location names.
    static func lists(in location: String) -> [String] {
        location.ranges(of: "concatf:").map { String(location[$0.upperBound...]) }
    }

    /// The open descriptors that a location reads by the protocols `pipe` and `fd`.
    static func descriptors(in location: String) -> [Int32] {
        ["pipe:", "fd:"].flatMap { location.ranges(of: $0) }
            // What is no number is the standard input.
            .map { Int32(location[$0.upperBound...].prefix(while: \.isNumber)) ?? 0 }
    }

    private static func pieces(of text: String) -> [String] {
        let text = text.unicodeScalars
        let ends = text.indices.filter { marks.contains(text[$0]) } + [text.endIndex]
        let starts = [text.startIndex] + ends.dropLast().map { text.index(after: $0) }
        return starts.indices.flatMap { place in
            ends[place...].prefix(longest).flatMap { end in
                let piece = String(text[starts[place]..<end])
                return [piece, piece.trimmingCharacters(in: .whitespacesAndNewlines)]
            }
        }
    }
}
