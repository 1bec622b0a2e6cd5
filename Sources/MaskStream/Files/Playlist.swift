package import Foundation

/// The files that a text names: playlists of HLS, DASH and `concat`, and the manifests of profiles.
package enum Playlist {
    /// Longer ones are read up to here.
    private static let limit = 16 << 20
    private static let beginnings = ["#EXTM3U", "ffconcat", "file ", "<?xml", "<MPD"]

    /// Whether a text leads to other files.
    package static func isPlaylist(_ data: Data) -> Bool {
        beginnings.contains { data.starts(with: Data($0.utf8)) }
    }

    /// The first bytes of a file that leads to others; nil where it does not, or cannot be read.
    package static func read(_ path: String) -> Data? {
        guard let file = FileHandle(opening: path, O_RDONLY) else { return nil }
        do {
            guard let start = try file.read(upToCount: 64), isPlaylist(start) else { return nil }
            return try start + (file.read(upToCount: limit) ?? Data())
        } catch {
            // Whoever reads the input reports it.
            return nil
        }
    }

    /// The existing files that a text names, relative to its folder.
    static func files(namedIn text: Data, folder: String) -> [String] {
        let text = String(original: text)
        // Names that are made of numbers may be any of the folder's.
        let isTemplate = text.contains("$Number") || text.contains("$Time")
        let named = Set(words(of: text)).map { word in
            word.hasPrefix("/") ? word : "\(folder)/\(word)"
        }
        return named.filter { FileIdentity($0)?.isRegular == true } + (isTemplate ? [folder] : [])
    }

    /// Everything that may be a name: lines, what follows their first word, what stands in quotes,
    /// tags and lists.
    private static func words(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            let value = line.split(separator: " ", maxSplits: 1).dropFirst()
            let quoted = line.split { "\"'<>".contains($0) }
            let listed = line.split { " \t,{}[]\"'".contains($0) }
            return ([line] + (value + quoted + listed).map(String.init)).map(path)
        }
    }

    /// A local path without scheme and percent signs.
    private static func path(_ word: String) -> String {
        var path = word.hasPrefix("file:") ? String(word.dropFirst(5)) : word
        if path.hasPrefix("//") { path.removeFirst(2) }
        return path.removingPercentEncoding ?? path
    }
}
