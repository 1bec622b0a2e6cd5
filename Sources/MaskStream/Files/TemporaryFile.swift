import Foundation

/// A file without a name: nobody else opens it, and however the program ends nothing is left of it.
package final class TemporaryFile: Sendable {
    /// The open file, for reading and writing.
    package let descriptor: Int32

    /// Makes an empty file.
    ///
    /// Wraps `mkstemp`.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    package init() throws {
        let folder = FileManager.default.temporaryDirectory.path
        var name = Array("\(folder)/maskstream-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw MaskStreamError(
                .cannotCreate,
                "no temporary files: \(String(cString: strerror(errno))) (\(folder))",
                hint: "let TMPDIR name a folder that can be written to")
        }
        unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// The name by which this process opens the file again.
    package var path: String { "/proc/self/fd/\(descriptor)" }

    /// Bytes in the file.
    package var size: Int {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
    }
}
