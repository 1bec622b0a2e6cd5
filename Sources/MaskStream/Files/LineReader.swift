package import Foundation

/// The lines of a file, read one after another however long it is.
package struct LineReader {
    private let file: FileHandle
    /// Where the next line begins, in bytes of the file.
    package private(set) var offset: Int
    private var rest = Data()
    private var isOver = false

    /// Opens a file, at a line that begins at some byte.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput`.
    package init(_ path: String, from offset: Int = 0) throws {
        guard let file = FileHandle(opening: path, O_RDONLY) else {
            throw MaskStreamError(
                .noInput, "cannot read the file: \(String(cString: strerror(errno))) (\(path))")
        }
        self.file = file
        self.offset = offset
        if offset > 0 { try file.seek(toOffset: UInt64(offset)) }
    }

    /// The next line without its end; nil behind the last.
    package mutating func next() throws -> Data? {
        while true {
            if let end = endOfLine {
                defer { rest = rest[(end + 1)...] }
                offset += end + 1 - rest.startIndex
                return rest[..<end]
            }
            guard !isOver, let more = try file.read(upToCount: 1 << 16), !more.isEmpty else {
                isOver = true
                offset += rest.count
                defer { rest = Data() }
                return rest.isEmpty ? nil : rest
            }
            rest = Data(rest) + more
        }
    }

    /// Where the next newline is in what was read; wraps `memchr`, as a collection is searched slowly.
    private var endOfLine: Data.Index? {
        rest.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = memchr(start, Int32(UInt8(ascii: "\n")), bytes.count)
            else { return nil }
            return rest.startIndex + (UnsafeRawPointer(found) - start)
        }
    }
}
