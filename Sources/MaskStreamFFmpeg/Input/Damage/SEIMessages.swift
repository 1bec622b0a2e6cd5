/// What is read of a unit of supplemental enhancement information (H.264 and HEVC, annex D).
struct SEIMessages {
    /// From where on pictures are right though decoding began here.
    struct Recovery: Equatable {
        /// H.264: how much `frame_num` grows until then; HEVC: how much the picture order count.
        var count: Int
        /// Whether pictures are exact from there, not only nearly so.
        var isExact: Bool
    }

    /// Whether the unit holds messages up to its last byte and nothing else.
    private(set) var isWhole = false
    /// The recovery point, payload type 6.
    private(set) var recovery: Recovery?

    init(_ unit: UnsafeRawBufferPointer, isHEVC: Bool) {
        var reader = NALBits(unit, behind: isHEVC ? 2 : 1)
        repeat {
            let type = Self.number(&reader)
            let size = Self.number(&reader)
            let end = reader.position + 8 * size
            guard !reader.isOverrun, size <= unit.count else { return }
            if type == 6 {
                recovery = Recovery(
                    count: isHEVC ? reader.se() : reader.ue(), isExact: reader.bit() == 1)
            }
            guard reader.position <= end else { return }
            reader.skip(end - reader.position)
            guard !reader.isOverrun else { return }
        } while !reader.isAtTrailingByte
        isWhole = true
    }

    /// Bytes of 255 and a last one, added up.
    private static func number(_ reader: inout NALBits) -> Int {
        var sum = 0
        while true {
            let byte = reader.bits(8)
            sum += byte
            guard byte == 255, !reader.isOverrun else { return sum }
        }
    }
}
