package import Foundation

/// The lines of a file, read one after another however long it is.
package struct LineReader {
    private let file: FileHandle
    private var rest = Data()
    private var isOver = false

    /// Opens a file.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput`.
    package init(_ path: String) throws {
        guard let file = FileHandle(opening: path, O_RDONLY) else {
            throw MaskStreamError(
                .noInput, "cannot read the file: \(String(cString: strerror(errno))) (\(path))")
        }
        self.file = file
    }

    /// The next line without its end; nil behind the last.
    package mutating func next() throws -> Data? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest = rest[(end + 1)...] }
                return rest[..<end]
            }
            guard !isOver, let more = try file.read(upToCount: 1 << 16), !more.isEmpty else {
                isOver = true
                defer { rest = Data() }
                return rest.isEmpty ? nil : rest
            }
            rest = Data(rest) + more
        }
    }
}
