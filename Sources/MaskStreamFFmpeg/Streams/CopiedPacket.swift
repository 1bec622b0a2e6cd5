internal import CFFmpeg
import MaskStream

/// What a packet of a copied stream may hold: coded sound or words, but no image beside them.
enum CopiedPacket {
    /// A packet without images; the same where there are none, nil where nothing is left.
    ///
    /// Wraps `av_new_packet` and `av_packet_copy_props`.
    static func cleaned(_ packet: Packet, of codec: AVCodecID) throws -> Packet? {
        let old = packet.pointer.pointee
        let bytes = UnsafeBufferPointer(start: old.data, count: Int(old.size))
        guard let kept = cleaned(bytes, of: codec) else { return packet }
        guard !kept.isEmpty else { return nil }
        let new = try Packet()
        try check(av_new_packet(new.pointer, Int32(kept.count)), "copy a packet", "a stream")
        try check(av_packet_copy_props(new.pointer, packet.pointer), "copy a packet", "a stream")
        new.pointer.pointee.data.update(from: kept, count: kept.count)
        return new
    }

    /// The bytes that stay; nil where all do.
    static func cleaned(_ bytes: UnsafeBufferPointer<UInt8>, of codec: AVCodecID) -> [UInt8]? {
        switch codec {
        case AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3: return MPEGAudio.frames(in: bytes)
        // Headers, the one with tags among them, are odd; sound is even.
        case AV_CODEC_ID_VORBIS: return bytes.first.map { $0 & 1 } == 1 ? [] : nil
        case AV_CODEC_ID_SUBRIP, AV_CODEC_ID_TEXT, AV_CODEC_ID_WEBVTT, AV_CODEC_ID_ASS,
            AV_CODEC_ID_SSA, AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_TTML:
            return EmbeddedImage.isIn(bytes) ? [] : nil
        default: return nil
        }
    }
}

/// Frames of MPEG audio (ISO/IEC 11172-3, 2.4.1), between which taggers put ID3 and APE tags.
enum MPEGAudio {
    /// The frames alone; nil where there is nothing else.
    static func frames(in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var (kept, offset, isAligned) = ([UInt8](), 0, true)
        while offset < bytes.count {
            let length = frame(in: bytes, at: offset)
            // Behind other bytes a header is one if its frame ends at another header, a tag or the end.
            if let length, isAligned || isBoundary(offset + length, of: bytes) {
                let end = min(offset + length, bytes.count)
                kept += bytes[offset..<end]
                (offset, isAligned) = (end, true)
            } else {
                (offset, isAligned) = (offset + 1, false)
            }
        }
        return kept.count == bytes.count ? nil : kept
    }

    private static let tags = ["ID3", "TAG", "APETAGEX"].map { Array($0.utf8) }

    private static func isBoundary(_ offset: Int, of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard offset < bytes.count else { return offset == bytes.count }
        return frame(in: bytes, at: offset) != nil
            || tags.contains { bytes[offset...].starts(with: $0) }
    }

    private static let rates = [44100, 48000, 32000]
    /// Kilobits a second of MPEG-1's layers I to III, then of MPEG-2's layer I and both others.
    private static let bitRates = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]

    /// The length of the frame whose header begins at an offset; nil where none does.
    ///
    /// A frame of a bit rate that the header does not tell ends where the bytes do.
    private static func frame(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int? {
        guard offset + 4 <= bytes.count, bytes[offset] == 0xFF, bytes[offset + 1] >= 0xE0
        else { return nil }
        let (version, layer) = (
            Int(bytes[offset + 1] >> 3 & 3), 4 - Int(bytes[offset + 1] >> 1 & 3)
        )
        let (rate, sampling) = (Int(bytes[offset + 2] >> 4), Int(bytes[offset + 2] >> 2 & 3))
        guard version != 1, layer < 4, rate < 15, sampling < 3 else { return nil }
        guard rate > 0 else { return bytes.count - offset }
        let table = version == 3 ? layer - 1 : layer == 1 ? 3 : 4
        let bits = bitRates[table][rate - 1] * 1000
        let frequency = rates[sampling] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
        let padding = Int(bytes[offset + 2] >> 1 & 1)
        if layer == 1 { return (12 * bits / frequency + padding) * 4 }
        return (layer == 3 && version != 3 ? 72 : 144) * bits / frequency + padding
    }
}
