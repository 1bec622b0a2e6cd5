internal import CFFmpeg
import MaskStream

/// Subtitles' text as FFmpeg reads it: in UTF-8, with no zeros in between.
enum SubtitleText {
    /// A copy of a packet with a text that can be read; nil where it can be read as it is.
    ///
    /// `hasLength` says that the text begins with its length in two bytes, as QuickTime's does.
    static func repaired(
        _ packet: Packet, hasLength: Bool
    ) throws -> (packet: Packet, isRecoded: Bool)? {
        let bytes = Array(
            UnsafeBufferPointer(
                start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
        guard hasLength else {
            guard let found = legible(bytes) else { return nil }
            return (try copy(of: packet, with: found.text), found.isRecoded)
        }
        guard bytes.count > 2 else { return nil }
        let end = min(bytes.count, 2 + Int(bytes[0]) * 256 + Int(bytes[1]))
        guard let found = legible(Array(bytes[2..<end])) else { return nil }
        let length = UInt16(clamping: found.text.count)
        let head = [UInt8(length >> 8), UInt8(length & 255)]
        let copy = try copy(of: packet, with: head + found.text + Array(bytes[end...]))
        return (copy, found.isRecoded)
    }

    /// The text in UTF-8; nil where it is fit as it is.
    private static func legible(_ bytes: [UInt8]) -> (text: [UInt8], isRecoded: Bool)? {
        let text = bytes.filter { $0 != 0 }
        if String(validating: text, as: UTF8.self) != nil {
            return text.count == bytes.count ? nil : (text, false)
        }
        let letters = text.map { byte in
            (0x80..<0xA0).contains(byte) ? windows1252[Int(byte) - 0x80] : UInt16(byte)
        }
        return (Array(String(decoding: letters, as: UTF16.self).utf8), true)
    }

    /// What Windows-1252 has where Latin-1 has control characters.
    private static let windows1252: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]

    private static func copy(of packet: Packet, with text: [UInt8]) throws -> Packet {
        let copy = try Packet()
        try check(av_new_packet(copy.pointer, Int32(text.count)), "read subtitles", "packet")
        copy.pointer.pointee.data.update(from: text, count: text.count)
        try check(
            av_packet_copy_props(copy.pointer, packet.pointer), "read subtitles", "packet")
        return copy
    }
}
