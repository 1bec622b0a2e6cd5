import Foundation
import MaskStream

/// A model's bytes, read once and checked before the runtime sees them.
struct ModelFile {
    let path: String
    let bytes: [UInt8]
    let sha256: String
    /// How many numbers its constant tensors hold.
    let parameters: Int

    /// Protocol Buffers, which ONNX files are, end below 2 GiB.
    private static let largest = Int(Int32.max)

    /// Reads a model and compares its SHA-256 (hexadecimal, either case) with the expected one.
    ///
    /// - Throws: `MaskStreamError` `configuration` naming the file.
    init(path: String, expectedSHA256: String?) throws {
        self.path = path
        bytes = try Self.read(path)
        sha256 = MessageDigest.sha256.hexadecimal(of: bytes)
        if let expected = expectedSHA256?.lowercased(), expected != sha256 {
            throw MaskStreamError(
                .configuration,
                "the model's SHA-256 is \(sha256), not \(expected) as its profile says (\(path))",
                hint: "restore the file, or correct `sha256` in profile.yaml if it was replaced")
        }
        parameters = try ModelScan.parameters(bytes, path: path)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw unreadable(path, String(cString: strerror(errno)))
        }
        // Neither a folder nor a pipe or device, which might never end.
        guard info.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "Not a file") }
        guard Int(info.st_size) <= largest else { throw unreadable(path, "Larger than 2 GiB") }
        guard let file = FileHandle(opening: path, O_RDONLY) else {
            let problem = errno
            throw unreadable(path, String(cString: strerror(problem)), code: problem)
        }
        do {
            return [UInt8](try file.readToEnd() ?? Data())
        } catch {
            throw unreadable(path, error.localizedDescription, error)
        }
    }

    private static func unreadable(
        _ path: String, _ reason: String, _ cause: (any Error)? = nil, code: Int32 = 0
    ) -> MaskStreamError {
        MaskStreamError(
            .configuration, "the model cannot be read: \(reason) (\(path))",
            hint: MaskStreamError.hint(
                code, otherwise: "put the model there, or correct `file` in profile.yaml"),
            underlying: cause)
    }

    /// The error for bytes that are no model the runtime can load.
    static func unloadable(
        _ path: String, _ reason: String, _ cause: (any Error)? = nil
    ) -> MaskStreamError {
        let isForeign = reason.contains("No Op registered")
        let isSplit = reason == ModelScan.split
        return MaskStreamError(
            .configuration, "the model cannot be loaded: \(reason) (\(path))",
            hint: isForeign
                ? "it has an operator that ONNX Runtime does not know: convert it with ONNX's own"
                : isSplit
                    ? "make one ONNX file of it, with the other files beside it (Python: "
                        + "onnx.save(onnx.load(\"in.onnx\"), \"out.onnx\"))"
                    : "the file may be cut short or damaged: restore it, or export it again",
            underlying: cause)
    }
}
