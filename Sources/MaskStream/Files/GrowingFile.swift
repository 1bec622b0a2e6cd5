package import Foundation

/// A file of lines that only grows, held by one program at a time.
///
/// A line is on the disk before ``append(_:)`` returns. What a program that was killed has written of
/// a line is cut off when the file is opened again.
package final class GrowingFile: Sendable {
    private let path: String
    private let what: String
    private let descriptor: Int32

    /// Opens or makes a file that only its owner may read.
    ///
    /// Wraps `open`, `flock` and `ftruncate`.
    ///
    /// - Parameters:
    ///   - path: the file's path; a link is not followed.
    ///   - what: what is written, as `the audit`.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`, also where another program has it open.
    package init(_ path: String, _ what: String) throws {
        let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let file = MaskStream.open(path, flags, 0o600)
        guard file >= 0 else {
            throw MaskStreamError(
                .cannotCreate,
                "\(what) cannot be created: \(String(cString: strerror(errno))) (\(path))",
                hint: "check that its folder can be written to")
        }
        (self.path, self.what, descriptor) = (path, what, file)
        guard FileIdentity(descriptor: file)?.isRegular == true else {
            throw MaskStreamError(.cannotCreate, "\(what) is no regular file (\(path))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw MaskStreamError(
                .cannotCreate, "another program is writing \(what) (\(path))",
                hint: "end the other one first")
        }
    }

    deinit { close(descriptor) }

    /// The last line without its end; nil where there is none.
    ///
    /// What follows it is cut off.
    package func lastLine() throws -> Data? {
        var lines = try LineReader(path)
        var (last, end) = (Data?.none, 0)
        while let line = try lines.next(), lines.offset > end + line.count {
            (last, end) = (line, lines.offset)
        }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw failure() }
        return last
    }

    /// Writes a line and its end; it is on the disk afterwards.
    ///
    /// Wraps `write` and `fsync`.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`.
    package func append(_ line: Data) throws {
        do {
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(
                contentsOf: line + [UInt8(ascii: "\n")])
        } catch { throw failure() }
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    private func failure() -> MaskStreamError {
        MaskStreamError(
            .inputOutput,
            "\(what) cannot be written: \(String(cString: strerror(errno))) (\(path))",
            hint: "check the space on the disk")
    }
}
