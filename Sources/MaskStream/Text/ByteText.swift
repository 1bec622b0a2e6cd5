extension String {
    /// Text of bytes that should be UTF-8 and need not be: names of files, tags of media.
    ///
    /// Rule: what comes from the system as bytes enters through this initializer and leaves through
    /// ``originalBytes``. Why: a byte that is no UTF-8 becomes one of the last 128 private-use
    /// characters (byte 0x80 is U+10FF80), and goes back. Otherwise: Swift puts U+FFFD in its place,
    /// and the name leads to no file.
    public init(original bytes: some Collection<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self), !text.holdsEscapes {
            self = text
            return
        }
        self.init()
        let bytes = Array(bytes)
        var rest = bytes.makeIterator()
        var parser = UTF8.ForwardParser()
        var offset = 0
        while true {
            let length: Int
            switch parser.parseScalar(from: &rest) {
            case .emptyInput: return
            case .error(let count): length = count
            case .valid(let encoded):
                let scalar = UTF8.decode(encoded)
                if !scalar.isEscape {
                    unicodeScalars.append(scalar)
                    offset += encoded.count
                    continue
                }
                length = encoded.count
            }
            for byte in bytes[offset..<offset + length] {
                if let escape = Unicode.Scalar(0x10_FF00 + UInt32(byte)) {
                    unicodeScalars.append(escape)
                }
            }
            offset += length
        }
    }

    /// Text of a C string that should be UTF-8 and need not be.
    public init(original text: UnsafePointer<CChar>) {
        let count = (0...).first { text[$0] == 0 } ?? 0
        self.init(
            original: UnsafeRawBufferPointer(start: text, count: count).map { $0 })
    }

    /// The bytes that the text was made of, those that are no UTF-8 included.
    public var originalBytes: [UInt8] {
        guard holdsEscapes else { return Array(utf8) }
        return unicodeScalars.flatMap { scalar in
            scalar.isEscape ? [UInt8(scalar.value & 0xFF)] : Array(UTF8.encode(scalar) ?? .init())
        }
    }

    /// Lends the original bytes as a C string.
    public func withOriginalCString<R>(
        _ body: (UnsafePointer<CChar>) throws -> R
    ) rethrows -> R {
        guard holdsEscapes else { return try withCString(body) }
        return try (originalBytes + [0]).withUnsafeBytes { bytes in
            guard let base = bytes.bindMemory(to: CChar.self).baseAddress else {
                return try withCString(body)
            }
            return try body(base)
        }
    }

    /// Whether some of the original bytes were no UTF-8.
    public var holdsEscapes: Bool {
        // Every escape begins with this byte, which hardly anything else does.
        utf8.contains(0xF4) && unicodeScalars.contains(where: \.isEscape)
    }

    /// The text for readers that take nothing but Unicode: what was no UTF-8 is read as
    /// Windows-1252, as most such text is.
    public var readAsWindows1252: String {
        guard holdsEscapes else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let byte = scalar.value & 0xFF
            let upper = scalar.isEscape && byte < 0xA0 ? windows1252[Int(byte) - 0x80] : byte
            text.append(scalar.isEscape ? Unicode.Scalar(upper) ?? scalar : scalar)
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether it stands for a byte that is no UTF-8.
    fileprivate var isEscape: Bool { value >= 0x10_FF80 }
}

/// What the bytes 0x80 to 0x9F mean (<https://encoding.spec.whatwg.org/#windows-1252>).
private let windows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
]
