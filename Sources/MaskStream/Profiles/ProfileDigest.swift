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
        parts += try models.flatMap(\.files).map { try $0.digest() }
        parts.append("\(estimator.channels)")
        if let primary {
            parts += primary.labels
            parts += primary.vectors.map { ["\($0.values)"] } ?? []
            parts += primary.groups.map { "\($0.name): \($0.ids.sorted())" }
        }
        return MessageDigest.sha256.hexadecimal(of: Data(parts.joined(separator: "\n").utf8))
    }
}
