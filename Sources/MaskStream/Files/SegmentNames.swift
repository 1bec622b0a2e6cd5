import Foundation

/// The names in a DASH manifest: of segments, of the folders that a `BaseURL` names, and templates
/// of names.
struct SegmentNames {
    private let words: Set<String>
    private let templates: Set<String>

    /// Takes every word of the manifest for a name.
    init(_ words: Set<String>) {
        self.words = words.union(words.filter { $0.contains("&") }.map(Self.unescaped))
            .subtracting(["/"])
        // A representation's name may lead through folders, as `video/avc1/1`.
        let paths = words.filter {
            $0.contains("/") && !$0.hasPrefix("/") && !$0.contains { "<>\"'$".contains($0) }
        }
        let templates = self.words.filter { $0.contains("$") }
        self.templates = templates.union(
            templates.flatMap { template in
                paths.map {
                    template.replacingOccurrences(
                        of: "$RepresentationID$", with: $0, options: .caseInsensitive)
                }
            })
    }

    /// The existing files that are named, and the folders of those that templates name, relative to
    /// a folder and to the folders that are named in it.
    func files(in folder: String) -> [String] {
        var found: [String] = []
        var bases = [folder]
        var known = Set([FileIdentity(folder)].compactMap(\.self))
        while let base = bases.popLast() {
            for word in words {
                let path = Playlist.place(word, in: base)
                guard let identity = FileIdentity(path) else { continue }
                if identity.isRegular {
                    found.append(path)
                } else if identity.isFolder, known.insert(identity).inserted {
                    bases.append(path)
                }
            }
            for template in templates { found += Self.folders(of: template, in: base) }
        }
        return found
    }

    /// The existing folders in which files lie that a template names, as `v$Bandwidth$/$Number$.m4s`.
    private static func folders(of template: String, in base: String) -> [String] {
        let start = template.hasPrefix("/") ? "/" : base
        return template.split(separator: "/").dropLast().reduce([start]) { folders, name in
            folders.flatMap { folder in
                names(like: name, in: folder).map { "\(folder)/\($0)" }
                    .filter { FileIdentity($0)?.isFolder == true }
            }
        }
    }

    /// The names in a folder that a part of a template may stand for, whatever its variables hold.
    private static func names(like part: Substring, in folder: String) -> [String] {
        guard let first = part.firstIndex(of: "$"), let last = part.lastIndex(of: "$") else {
            return [String(part)]
        }
        let names = MaskStream.names(inFolder: folder) ?? []  // Whoever reads them reports it.
        return names.filter {
            $0.hasPrefix(part[..<first]) && $0.hasSuffix(part[part.index(after: last)...])
        }
    }

    /// A word as XML means it.
    private static func unescaped(_ word: String) -> String {
        word.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&apos;", with: "'")
            .replacing("&amp;", with: "&")
    }
}
