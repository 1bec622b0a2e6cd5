import Foundation
import MaskStream

/// The objects in the lists of a JSON object, one after another, however long its file is.
///
/// Only brackets and strings are looked at; whoever decodes an element finds what is wrong in it.
struct JSONElements {
    /// An object of a list.
    struct Element {
        /// The list's key.
        let list: String
        /// Where the object is, in bytes of the file.
        let place: Range<Int>
        let data: Data
    }

    /// The longest element: the lengths of every pixel of a large frame fit.
    private static let longest = 1 << 28

    private let file: FileHandle
    private let path: String
    private var buffer: [UInt8] = []
    /// The next byte in the buffer.
    private var index = 0
    /// Where the buffer begins, in bytes of the file.
    private var base = 0
    private var depth = 0
    /// The last string of the outer object, and the list that it names.
    private var name: ArraySlice<UInt8> = []
    private var list: String?

    /// Opens a file.
    ///
    /// - Throws: `MaskStreamError` with code `noInput`.
    init(_ path: String) throws {
        guard let file = FileHandle(opening: path, O_RDONLY) else {
            throw MaskStreamError(
                .noInput, "cannot read the file: \(String(cString: strerror(errno))) (\(path))")
        }
        self.file = file
        self.path = path
    }

    /// The next element; nil behind the last.
    ///
    /// - Throws: `MaskStreamError` with code `badData` for what ends in the middle.
    mutating func next() throws -> Element? {
        var begin: Int?
        while let byte = try nextByte(keepingFrom: begin) {
            switch byte {
            case UInt8(ascii: "\""): try skipString(keepingFrom: begin)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                let isList = byte == UInt8(ascii: "[")
                if depth == 2 { list = isList ? String(decoding: name, as: UTF8.self) : nil }
                if depth == 3, list != nil, !isList { begin = base + index - 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth == 2, let first = begin, let list else { continue }
                let place = first..<base + index
                return Element(
                    list: list, place: place, data: Data(buffer[first - base..<index]))
            default: continue
            }
        }
        guard depth == 0 else { throw ends }
        return nil
    }

    /// Reads on behind the end of a string; one of the outer object may name a list.
    private mutating func skipString(keepingFrom begin: Int?) throws {
        let first = base + index
        let kept = begin ?? (depth == 1 ? first : nil)
        while let byte = try nextByte(keepingFrom: kept) {
            if byte == UInt8(ascii: "\\") {
                _ = try nextByte(keepingFrom: kept)
            } else if byte == UInt8(ascii: "\"") {
                if depth == 1 { name = buffer[first - base..<index - 1] }
                return
            }
        }
        throw ends
    }

    /// The next byte, nil at the end of the file; what begins at `begin` stays in the buffer.
    private mutating func nextByte(keepingFrom begin: Int?) throws -> UInt8? {
        if index == buffer.count {
            let kept = begin.map { $0 - base } ?? index
            guard index - kept < Self.longest else {
                throw MaskStreamError(.badData, "an element is too long (\(path))")
            }
            guard let more = try file.read(upToCount: 1 << 20), !more.isEmpty else { return nil }
            buffer = Array(buffer[kept...]) + more
            base += kept
            index -= kept
        }
        defer { index += 1 }
        return buffer[index]
    }

    private var ends: MaskStreamError {
        MaskStreamError(
            .badData, "the JSON ends in the middle (\(path))", hint: "get a complete copy of it")
    }
}
