import MaskStream
import MaskStreamFFmpeg

/// The options of a run that change its result, as a receipt records them.
enum ResultOptions {
    /// Options that change nothing of it, or that a receipt has elsewhere.
    static let others: Set<String> = [
        "--profile", "--masks", "--output", "--output-dir", "--overwrite", "--inputs",
        "--recursive", "--segment",
        "--device", "--threads", "--events", "--report", "--receipt", "--certificate",
        "--skip-done", "--progress", "--keep-analysis",
        "--dry-run", "--watch", "--watch-address", "--watch-control", "--watch-original",
    ]

    /// The options among some words, by their long names, with their values as they were typed;
    /// without those that say what is the default.
    ///
    /// A file of labels counts by what it holds, a password or a token not at all.
    static func named(in words: [String]) throws -> [String: [String]] {
        let command = try CommandDeclaration.ofRun()
        var options: [String: [String]] = [:]
        var rest = words.prefix { $0 != "--" }[...]
        while let word = rest.popFirst() {
            let name = word.prefix { $0 != "=" }
            guard let argument = command.argument(String(name)),
                let long = argument.texts.first(where: { $0.hasPrefix("--") })
            else { continue }
            var value: String?
            if argument.kind == "option" {
                value =
                    name.endIndex < word.endIndex
                    ? String(word[word.index(after: name.endIndex)...]) : rest.popFirst()
            }
            guard !others.contains(long), value == nil || value != argument.defaultValue else {
                continue
            }
            if long == "--verify-with", let name = value {
                let profile = try Profile(folder: ProfileFinder.standard.folder(of: name))
                value = "sha256:\(try profile.digest())"
            }
            if long == "--labels", let path = value {
                value = try "sha256:\(FileDigest(ofFile: path).sha256)"
            }
            if long.hasSuffix("-option") { value = value.map(withoutCredentials(option:)) }
            options[long, default: []] += value.map { [$0] } ?? []
        }
        return options
    }

    /// Those of them that say what an analysis finds, and the fill: how an output is written is said
    /// where it is rendered.
    static func analysed(in words: [String]) throws -> [String: [String]] {
        let rendering = try CommandDeclaration(of: RenderCommand.self)
        return try named(in: words).filter {
            $0.key == "--fill" || rendering.argument($0.key) == nil
        }
    }

    /// The words of the options that a receipt records, for what changes the output beside the masks.
    ///
    /// - Throws: `MaskStreamError` 65 where the receipt does not hold a value, because it is secret.
    static func words(of options: [String: [String]]) throws -> [String] {
        // Labels are recorded by what they hold; the others need options that are not recorded.
        let left: Set = ["--labels", "--event-timings", "--report-originals"]
        return try options.sorted { $0.key < $1.key }.filter { !left.contains($0.key) }.flatMap {
            name, values in
            guard !values.contains(where: { $0.contains("***") }) else {
                throw MaskStreamError(
                    .badData, "the receipts do not hold the secret value of \(name)",
                    hint: "mask the input in one run")
            }
            return values.isEmpty ? [name] : values.map { "\(name)=\($0)" }
        }
    }
}
