internal import CFFmpeg

/// Parts packets of H.264 and HEVC into NAL units.
struct NALUnits {
    /// Bytes of the length before each unit; nil where start codes part them.
    private let lengthSize: Int?
    /// Whether start codes part the units; parameter sets may come with any packet then.
    var hasStartCodes: Bool { lengthSize == nil }
    /// The parameter sets of the stream's header.
    private(set) var header: [[UInt8]] = []

    /// Reads the header, `avcC` or `hvcC`; nil where it is cut off.
    init?(_ parameters: AVCodecParameters) {
        let extradata = UnsafeRawBufferPointer(
            start: parameters.extradata, count: Int(max(0, parameters.extradata_size)))
        let isHEVC = parameters.codec_id == AV_CODEC_ID_HEVC
        let first = extradata.first ?? 0
        let isStartCode = extradata.count < 7 || (first == 0 && extradata[1] == 0)
        if isStartCode {
            lengthSize = nil
            guard !extradata.isEmpty else { return }
            guard let units = split(extradata) else { return nil }
            header = units.map { [UInt8]($0) }
            return
        }
        let lengthOffset = isHEVC ? 21 : 4
        guard lengthOffset < extradata.count else { return nil }
        lengthSize = Int(extradata[lengthOffset] & 3) + 1
        guard let units = Self.sets(extradata, isHEVC: isHEVC) else { return nil }
        header = units
    }

    /// The parameter sets of `avcC` (14496-15, 5.3.3.1) or `hvcC` (8.3.3.1).
    private static func sets(_ bytes: UnsafeRawBufferPointer, isHEVC: Bool) -> [[UInt8]]? {
        var offset = isHEVC ? 22 : 5
        func number(_ size: Int) -> Int? {
            guard offset + size <= bytes.count else { return nil }
            defer { offset += size }
            return bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
        }
        var units: [[UInt8]] = []
        var arrays = 2
        if isHEVC {
            guard let count = number(1) else { return nil }
            arrays = count
        }
        for array in 0..<arrays {
            if isHEVC, number(1) == nil { return nil }
            guard var count = number(isHEVC ? 2 : 1) else { return nil }
            if !isHEVC, array == 0 { count &= 31 }
            for _ in 0..<count {
                guard let size = number(2), offset + size <= bytes.count else { return nil }
                units.append([UInt8](bytes[offset..<offset + size]))
                offset += size
            }
        }
        return units
    }

    /// The units of a packet, in order; nil where the bytes are none.
    func split(_ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer]? {
        guard let lengthSize else { return splitAtStartCodes(bytes) }
        var units: [UnsafeRawBufferPointer] = []
        var offset = 0
        while offset < bytes.count {
            guard offset + lengthSize <= bytes.count else { return nil }
            let size = bytes[offset..<offset + lengthSize].reduce(0) { $0 << 8 | Int($1) }
            offset += lengthSize
            guard size > 0, size <= bytes.count - offset else { return nil }
            units.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size]))
            offset += size
        }
        return units
    }

    private func splitAtStartCodes(_ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer]? {
        guard !bytes.isEmpty else { return [] }
        guard let start = Self.startCode(bytes, from: 0),
            bytes[..<start].allSatisfy({ $0 == 0 })
        else { return nil }
        var units: [UnsafeRawBufferPointer] = []
        var begin = start + 3
        while begin < bytes.count {
            let next = Self.startCode(bytes, from: begin) ?? bytes.count
            var end = next
            while end > begin, bytes[end - 1] == 0 { end -= 1 }
            if end > begin { units.append(UnsafeRawBufferPointer(rebasing: bytes[begin..<end])) }
            begin = next + 3
        }
        return units
    }

    /// Where the next `00 00 01` begins.
    static func startCode(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start + 2
        while index < bytes.count {
            if bytes[index] > 1 {
                index += 3
            } else if bytes[index] == 1, bytes[index - 1] == 0, bytes[index - 2] == 0 {
                return index - 2
            } else {
                index += 1
            }
        }
        return nil
    }
}
