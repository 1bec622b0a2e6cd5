import Foundation
import MaskStream

/// Cuts from a URL what gives access to it; a path without a scheme stays as it is.
///
/// User name and password, query, parameters and fragment go without a trace, the stream key of RTMP
/// and `key=value` in a path become `***`.
public func withoutCredentials(_ location: String) -> String {
    guard let url = URLParts(location[...]) else { return location }
    return url.shown
}

/// Cuts credentials from all URLs in a text, and from the rest the secrets that inputs and outputs
/// were opened with.
public func withoutCredentials(in text: String) -> String {
    var shown = ""
    var rest = Secrets.cut(from: text)[...]
    while let mark = rest.range(of: "://") {
        let before = rest[..<mark.lowerBound]
        let start = before.lastIndex { !URLParts.isOfScheme($0) }.map(before.index(after:))
        let after = rest[mark.upperBound...]
        var end = after.firstIndex { $0.isWhitespace || "'\"`<>".contains($0) } ?? rest.endIndex
        // What closes a sentence or a bracket is none of the URL.
        while let last = rest[mark.upperBound..<end].last, ")].,;:".contains(last) {
            end = rest.index(before: end)
        }
        let url = rest[(start ?? rest.startIndex)..<end]
        shown += rest[..<url.startIndex] + (URLParts(url)?.shown ?? String(url))
        rest = rest[url.endIndex...]
    }
    return shown + rest
}

/// A `key=value` of the user's options without what gives access to something.
package func withoutCredentials(option: String) -> String {
    guard let sign = option.firstIndex(of: "=") else { return option }
    guard !Secrets.isSecret(option[..<sign]) else { return "\(option[...sign])***" }
    return withoutCredentials(in: option)
}

/// What of a URL may be shown, and what may not.
private struct URLParts {
    /// The URL without its secrets.
    let shown: String
    /// Parts that were cut and may turn up by themselves in what a library says.
    let secrets: [String]

    init?(_ url: Substring) {
        guard let mark = url.range(of: "://") else { return nil }
        var rest = url[mark.upperBound...]
        var secrets: [Substring] = []
        if let at = Self.endOfUser(rest) {
            secrets += rest[..<at].split(separator: ":").dropFirst()
            rest = rest[rest.index(after: at)...]
        }
        let path = rest.prefix { !"?#;".contains($0) }
        secrets += rest[path.endIndex...].split { "?#;&".contains($0) }
            .compactMap { $0.split(separator: "=", maxSplits: 1).last }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        // Application and key follow the host, a key alone where there is no application.
        let isKeyed = url[..<mark.lowerBound].lowercased().contains("rtmp")
        let keys = isKeyed ? parts.dropFirst(parts.count > 2 ? 2 : 1) : []
        secrets += keys + parts.filter(Self.isAssignment)
        let open = parts.dropLast(keys.count).map { Self.isAssignment($0) ? "***" : String($0) }
        shown =
            url[..<mark.upperBound]
            + (open + (keys.isEmpty ? [] : ["***"])).joined(separator: "/")
        self.secrets = secrets.flatMap { [String($0), $0.removingPercentEncoding ?? ""] }
    }

    static func isOfScheme(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+.-".contains(character))
    }

    /// Signatures and passwords of some servers and cameras are written as `key=value` in the path.
    private static func isAssignment(_ part: Substring) -> Bool { part.contains("=") }

    /// The `@` behind user name and password; nil without any.
    private static func endOfUser(_ rest: Substring) -> Substring.Index? {
        let authority = rest.prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { return at }
        // A password may hold what ends an authority: then no port follows the colon.
        let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] }
        guard let port, !port.allSatisfy(\.isNumber), !authority.hasSuffix("]") else { return nil }
        return rest.lastIndex(of: "@")
    }
}

/// What inputs and outputs were opened with and nobody is to read in a message.
enum Secrets {
    private static let words = Confined<Set<String>>([], label: "maskstream.secrets")
    /// Parts of the names of options whose values are secret.
    private static let names = [
        "key", "pass", "token", "secret", "auth", "cookie", "header", "sig",
    ]
    /// Shorter words turn up by chance.
    private static let least = 4

    /// Whether an option's value is secret.
    static func isSecret(_ key: Substring) -> Bool {
        names.contains(where: key.lowercased().contains)
    }

    /// Notes the secrets of a location and of options.
    static func note(_ location: String, _ options: [(key: String, value: String)]) {
        var found = URLParts(location[...])?.secrets ?? []
        for (key, value) in options where isSecret(key[...]) {
            found +=
                [value]
                + value.split(whereSeparator: { $0.isWhitespace || "=;".contains($0) })
                .map(String.init)
        }
        for (_, value) in options { found += URLParts(value[...])?.secrets ?? [] }
        let secrets = found.filter { $0.utf8.count >= least }
        guard !secrets.isEmpty else { return }
        words.sync { $0.formUnion(secrets) }
    }

    /// The text with every secret replaced.
    static func cut(from text: String) -> String {
        let known = words.sync { $0 }
        // The longest first: one may be a part of another.
        return known.filter(text.contains).sorted { $0.count > $1.count }
            .reduce(text) { $0.replacing($1, with: "***") }
    }
}
