/// Goes through JSON text value by value; of what is skipped nothing is made.
///
/// Strings are taken as they stand, escapes included.
struct JSONCursor {
    /// The text is not the JSON that was expected.
    struct Malformed: Error {}

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    /// Begins at the first byte.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes.bindMemory(to: UInt8.self) }

    /// Goes through an object; `read` is called for each key, and reads or skips its value.
    mutating func object(_ read: (String, inout JSONCursor) throws -> Void) throws {
        try expect(UInt8(ascii: "{"))
        guard !accepts(UInt8(ascii: "}")) else { return }
        repeat {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try read(key, &self)
        } while accepts(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Goes through an array; `read` is called for each element, and reads or skips it.
    mutating func array(_ read: (inout JSONCursor) throws -> Void) throws {
        try expect(UInt8(ascii: "["))
        guard !accepts(UInt8(ascii: "]")) else { return }
        repeat { try read(&self) } while accepts(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// Reads a string.
    mutating func string() throws -> String {
        try expect(UInt8(ascii: "\""))
        let start = index
        try skipString()
        return String(decoding: bytes[start..<index - 1], as: UTF8.self)
    }

    /// Reads a string, or null.
    mutating func optionalString() throws -> String? {
        if peek() == UInt8(ascii: "\"") { return try string() }
        guard try word() == "null" else { throw Malformed() }
        return nil
    }

    /// Reads a number or a truth value, or null.
    mutating func value<Value: LosslessStringConvertible>(_: Value.Type) throws -> Value? {
        let word = try word()
        guard word != "null" else { return nil }
        guard let value = Value(word) else { throw Malformed() }
        return value
    }

    /// Passes over any value.
    mutating func skip() throws {
        guard let first = peek() else { throw Malformed() }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            if accepts(UInt8(ascii: "\"")) { return try skipString() }
            return try skipWord()
        }
        var depth = 0
        repeat {
            guard index < bytes.count else { throw Malformed() }
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        } while depth > 0
    }

    /// Makes sure that nothing follows.
    mutating func end() throws {
        guard peek() == nil else { throw Malformed() }
    }

    /// Passes over the rest of a string and its quotation mark.
    private mutating func skipString() throws {
        while index < bytes.count {
            let byte = bytes[index]
            index += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw Malformed()
    }

    private mutating func word() throws -> String {
        _ = peek()
        let start = index
        try skipWord()
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func skipWord() throws {
        let start = index
        while index < bytes.count, Self.isInWord(bytes[index]) { index += 1 }
        guard index > start else { throw Malformed() }
    }

    /// Numbers, `true`, `false` and `null`.
    private static func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard accepts(byte) else { throw Malformed() }
    }

    private mutating func accepts(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    /// The next byte that is no space; nil at the end.
    private mutating func peek() -> UInt8? {
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == 32 || (9...13).contains(byte) else { return byte }
            index += 1
        }
        return nil
    }
}
