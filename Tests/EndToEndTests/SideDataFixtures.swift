import Foundation
import MaskStreamTestSupport

/// Clips with messages that no program at hand writes, put in byte by byte.
enum SideDataFixtures {
    /// Closed captions of CTA-708 (ATSC A/53): one triplet a picture.
    static let captions: [UInt8] =
        [0xB5, 0, 0x31] + Array("GA94".utf8)
        + [3, 0x41, 0xFF, 0xFC, 0x94, 0x2C, 0xFF]
    /// The active format description of ETSI TS 101 154: a letterbox.
    static let activeFormat: [UInt8] = [0xB5, 0, 0x31] + Array("DTG1".utf8) + [0x41, 0xFA]

    /// Puts a registered message in front of every picture of an H.264 byte stream.
    static func h264(_ stream: Data, message: [UInt8]) -> Data {
        let bytes = [UInt8](stream)
        let sei = [0, 0, 0, 1, 6, 4, UInt8(message.count)] + message + [0x80]
        var result: [UInt8] = []
        for index in bytes.indices {
            let isStart = index + 4 < bytes.count && bytes[index...index + 2] == [0, 0, 1]
            if isStart, [1, 5].contains(bytes[index + 3] & 31) { result += sei }
            result.append(bytes[index])
        }
        return Data(result)
    }

    /// Marks the first track of an MP4 whose index is at its end as a sphere's picture, as cameras do
    /// (<https://github.com/google/spatial-media>, version 1).
    static func spherical(_ file: Data) -> Data {
        let name: [UInt8] = [
            0xFF, 0xCC, 0x82, 0x63, 0xF8, 0x55, 0x4A, 0x93, 0x88, 0x14, 0x58, 0x7A, 0x02, 0x52,
            0x1F, 0xDD,
        ]
        let text =
            ["Spherical>true<", "Stitched>true<", "StitchingSoftware>x<"]
            + ["ProjectionType>equirectangular<"]
        let box = name + Array(text.map { "<GSpherical:\($0)/GSpherical:>" }.joined().utf8)
        let whole = big(box.count + 8) + Array("uuid".utf8) + box
        var bytes = [UInt8](file)
        for parent in ["moov", "trak"] {
            guard let place = bytes.firstRange(of: Array(parent.utf8))?.lowerBound else { continue }
            let size = bytes[place - 4..<place].reduce(0) { $0 << 8 | Int($1) }
            bytes.replaceSubrange(place - 4..<place, with: big(size + whole.count))
            if parent == "trak" { bytes.insert(contentsOf: whole, at: place - 4 + size) }
        }
        return Data(bytes)
    }

    private static func big(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
