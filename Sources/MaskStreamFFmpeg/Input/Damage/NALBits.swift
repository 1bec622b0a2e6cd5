/// Reads the bits of a NAL unit's payload without its emulation prevention bytes.
///
/// Behind the end everything reads as zero, which ``isOverrun`` reports: a parser asks once, at the end.
struct NALBits {
    private let bytes: UnsafeRawBufferPointer
    private var next: Int
    private var zeros = 0
    private var byte: UInt8 = 0
    private var bitsLeft = 0
    private var loaded = 0
    /// Whether more was read than there is.
    private(set) var isOverrun = false

    /// Begins behind a unit's header of some bytes.
    init(_ unit: UnsafeRawBufferPointer, behind headerSize: Int) {
        bytes = unit
        next = headerSize
    }

    /// The next bit.
    mutating func bit() -> Int {
        if bitsLeft == 0 { loadByte() }
        bitsLeft -= 1
        return Int(byte >> UInt8(bitsLeft)) & 1
    }

    /// The next bits as a number, at most 32.
    mutating func bits(_ count: Int) -> Int {
        var value = 0
        for _ in 0..<count { value = value << 1 | bit() }
        return value
    }

    /// An unsigned Exp-Golomb code, `ue(v)`.
    mutating func ue() -> Int {
        var zeros = 0
        while bit() == 0 {
            zeros += 1
            guard zeros <= 32, !isOverrun else {
                isOverrun = true
                return 0
            }
        }
        return (1 << zeros) - 1 + bits(zeros)
    }

    /// A signed Exp-Golomb code, `se(v)`.
    mutating func se() -> Int {
        let code = ue()
        return code & 1 == 1 ? (code + 1) / 2 : -(code / 2)
    }

    /// Skips bits.
    mutating func skip(_ count: Int) { for _ in 0..<count { _ = bit() } }

    /// How many bits were read so far.
    var position: Int { loaded * 8 - bitsLeft }

    /// Whether nothing is left but the byte that ends every payload of whole bytes.
    var isAtTrailingByte: Bool {
        bitsLeft == 0 && next + 1 == bytes.count && bytes[next] == 0x80
    }

    private mutating func loadByte() {
        if zeros == 2, next < bytes.count, bytes[next] == 3 {
            next += 1
            zeros = 0
        }
        bitsLeft = 8
        loaded += 1
        guard next < bytes.count else {
            isOverrun = true
            byte = 0
            return
        }
        byte = bytes[next]
        next += 1
        zeros = byte == 0 ? zeros + 1 : 0
    }
}
