import Glibc
package import MaskStream

/// Masks in a temporary file, written in order and then read back: those of a long input would fill
/// the memory.
///
/// Each is its width, its height and the lengths of its runs, masked and kept in turn (run-length
/// encoding), as 32-bit numbers.
package final class MaskFile {
    private let file: UnsafeMutablePointer<FILE>

    /// Makes an empty file.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    package convenience init() throws {
        let file = try TemporaryFile()
        defer { withExtendedLifetime(file) {} }
        try self.init(descriptor: file.descriptor)
    }

    /// Writes to an open file, which the caller may close.
    init(descriptor: Int32) throws {
        guard let file = fdopen(dup(descriptor), "w+") else { throw Self.error(.cannotCreate) }
        self.file = file
    }

    deinit { fclose(file) }

    /// Adds a mask.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`, as the other functions do.
    package func append(_ mask: Mask) throws {
        var record = [UInt32(mask.width), UInt32(mask.height)]
        var (length, value) = (UInt32(0), UInt8(0))
        for cell in mask.cells {
            if cell != value {
                record.append(length)
                (length, value) = (0, cell)
            }
            length += 1
        }
        record.append(length)
        guard fwrite(record, MemoryLayout<UInt32>.size, record.count, file) == record.count else {
            throw Self.error(.inputOutput)
        }
    }

    /// Goes back to the first mask.
    package func rewind() throws {
        guard fseek(file, 0, SEEK_SET) == 0 else { throw Self.error(.inputOutput) }
    }

    /// The next mask; nil behind the last one.
    package func next() throws -> Mask? {
        guard let width = try number(), let height = try number() else { return nil }
        var mask = Mask(width: width, height: height)
        var (cell, isKept) = (0, false)
        while cell < mask.cells.count, let length = try number() {
            if isKept {
                for kept in cell..<cell + length { mask.cells[kept] = Mask.kept }
            }
            (cell, isKept) = (cell + length, !isKept)
        }
        return mask
    }

    private func number() throws -> Int? {
        var number = UInt32(0)
        if fread(&number, MemoryLayout<UInt32>.size, 1, file) == 1 { return Int(number) }
        guard ferror(file) == 0 else { throw Self.error(.inputOutput) }
        return nil
    }

    private static func error(_ code: MaskStreamError.Code) -> MaskStreamError {
        MaskStreamError(
            code, "masks cannot be kept in a temporary file: \(String(cString: strerror(errno)))",
            hint: "let TMPDIR name a folder with more room")
    }
}
