/// A model of a profile.
public struct ModelReference: Sendable, Hashable {
    /// A file, and its SHA-256 in hexadecimal; nil where the manifest names none.
    public struct File: Sendable, Hashable {
        /// The file's path.
        public var path: String
        /// Its SHA-256.
        public var sha256: String?
    }

    /// The path of the file in floats.
    public var path: String
    /// Its SHA-256 in hexadecimal; nil where the manifest names none.
    public var sha256: String?
    /// The same model in 8 bits, for processors that are faster with it; nil where there is none.
    public var int8: File?

    /// The file in floats.
    public var float: File { File(path: path, sha256: sha256) }

    /// All its files.
    public var files: [File] { [float] + (int8.map { [$0] } ?? []) }
}

extension Profile {
    /// The profile's models.
    package var models: [ModelReference] { [estimator.file, primary?.file].compactMap(\.self) }
}

extension ModelReference.File {
    /// The SHA-256 of the file's bytes.
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
