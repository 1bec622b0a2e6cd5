import Foundation

extension Profile {
    /// The SHA-256 of all that the profile consists of: its manifest, the bytes of its models, and
    /// what it read from files of labels and groups.
    ///
    /// ``sha256`` is the manifest's alone.
    ///
    /// - Throws: ``MaskStreamError`` with code `configuration` where a model cannot be read.
    package func digest() throws -> String {
        var parts = [sha256]
        for model in [estimator.file, primary?.file].compactMap(\.self) {
            parts.append(try model.digest())
            if let int8 = model.int8 { parts.append(try ModelReference(path: int8.path).digest()) }
        }
        parts.append("\(estimator.channels)")
        if let primary {
            parts += primary.labels
            parts += primary.vectors.map { ["\($0.values)"] } ?? []
            parts += primary.groups.map { "\($0.name): \($0.ids.sorted())" }
        }
        return MessageDigest.sha256.hexadecimal(of: Data(parts.joined(separator: "\n").utf8))
    }
}

extension ModelReference {
    /// The SHA-256 of the model's bytes.
    ///
    /// - Throws: ``MaskStreamError`` with code `configuration` where it cannot be read.
    package func digest() throws -> String {
        do { return try FileDigest(at: path).sha256 } catch {
            throw MaskStreamError(
                .configuration, "the model cannot be read (\(path))",
                hint: "put the model there, or correct `file` in profile.yaml", underlying: error)
        }
    }
}
