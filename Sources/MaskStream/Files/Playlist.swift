package import Foundation

/// The files that a text names: playlists of HLS, DASH and `concat`, and the manifests of profiles.
package enum Playlist {
    /// Longer ones are read up to here.
    private static let limit = 16 << 20
    /// As many bytes tell a playlist; a `concat` list may begin with that many of comments.
    package static let beginning = 32 << 10
    private static let beginnings = ["#EXTM3U", "<?xml"]
    /// What a `concat` list may begin with.
    private static let directives: Set = ["ffconcat", "file", "stream", "chapter"]

    /// Whether a text leads to other files.
    package static func isPlaylist(_ data: Data) -> Bool {
        if beginnings.contains(where: { data.starts(with: Data($0.utf8)) }) { return true }
        // FFmpeg takes DASH for DASH whatever comes before it.
        let text = String(original: data.prefix(beginning))
        if isManifest(text) { return true }
        let lines = text.split(whereSeparator: \.isNewline)
        let first = lines.lazy.map { $0.drop(while: \.isWhitespace) }
            .first { !$0.isEmpty && !$0.hasPrefix("#") }
        guard let word = first?.prefix(while: { !$0.isWhitespace }) else { return false }
        return directives.contains(String(word))
    }

    /// The text of a file that leads to others; nil where it does not, or cannot be read.
    package static func read(_ path: String) -> Data? {
        guard let file = FileHandle(opening: path, O_RDONLY) else { return nil }
        do {
            guard let start = try file.read(upToCount: beginning), isPlaylist(start) else {
                return nil
            }
            return try start + (file.read(upToCount: limit) ?? Data())
        } catch {
            // Whoever reads the input reports it.
            return nil
        }
    }

    /// The existing files that a text names, relative to its folder, and the folders of those that
    /// its templates name.
    static func files(namedIn text: Data, folder: String) -> [String] {
        let text = String(original: text)
        let words = Set(words(of: text))
        if isManifest(text) { return SegmentNames(words).files(in: folder) }
        return words.map { place($0, in: folder) }.filter { FileIdentity($0)?.isRegular == true }
    }

    private static func isManifest(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["<mpd", ":mpd"].contains(where: text.contains)
    }

    /// Where a name leads that stands in a file of a folder.
    static func place(_ name: String, in folder: String) -> String {
        name.hasPrefix("/") ? name : "\(folder)/\(name)"
    }

    /// The locations in a text that FFmpeg opens by a protocol of its own, as `cache:A`.
    static func protocols(namedIn text: Data) -> Set<String> {
        Set(words(of: String(original: text)).filter(LocationParts.beginsWithScheme))
    }

    /// The files that a list of the protocol `concatf` names, one in each line.
    static func lines(of list: String) -> [String] {
        (text(of: list) ?? "").split(whereSeparator: \.isNewline).map {
            token(Substring($0.trimmingCharacters(in: .whitespaces)), endsAtSpace: false)
        }
    }

    /// What a file holds; nil where it cannot be read.
    static func text(of path: String) -> String? {
        guard let file = FileHandle(opening: path, O_RDONLY),
            let text = try? file.read(upToCount: limit)
        else { return nil }  // Whoever reads the input reports it.
        return String(original: text)
    }

    /// Everything that may be a name: lines, what follows their first word, what stands in quotes,
    /// tags and lists.
    private static func words(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            let value = line.drop { !$0.isWhitespace }.drop(while: \.isWhitespace)
            let quoted = line.split { "\"'<>".contains($0) }
            let listed = line.split { " \t,{}[]\"'".contains($0) }
            let names = ([value] + quoted + listed).map(String.init)
            return ([line, token(value)] + names).flatMap(paths)
        }
    }

    /// What a word of a list stands for: outside quotes a backslash takes the next character, inside
    /// them all stands for itself.
    ///
    /// As `av_get_token` reads it.
    private static func token(_ text: Substring, endsAtSpace: Bool = true) -> String {
        var token = String.UnicodeScalarView()
        var isQuoted = false
        var rest = text.unicodeScalars.makeIterator()
        while let next = rest.next() {
            switch next {
            case "'": isQuoted.toggle()
            case "\\" where !isQuoted: token.append(rest.next() ?? next)
            case " " where !isQuoted && endsAtSpace, "\t" where !isQuoted && endsAtSpace:
                return String(token)
            default: token.append(next)
            }
        }
        return String(token)
    }

    /// A local path without scheme, as it stands and without percent signs.
    private static func paths(_ word: String) -> [String] {
        var path = word.hasPrefix("file:") ? String(word.dropFirst(5)) : word
        if path.hasPrefix("//") { path.removeFirst(2) }
        return [path] + (path.removingPercentEncoding.map { [$0] } ?? [])
    }
}
