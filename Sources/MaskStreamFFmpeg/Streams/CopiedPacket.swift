internal import CFFmpeg
import MaskStream

/// What a packet of a copied stream may hold: coded sound or words, but no image beside them.
enum CopiedPacket {
    /// A packet without images; nil where nothing is left.
    ///
    /// The one that comes in may change. Wraps `av_new_packet` and `av_packet_copy_props`.
    static func cleaned(
        _ packet: Packet, of parameters: AVCodecParameters, keepsTags: Bool
    ) throws -> Packet? {
        try cleanSideData(of: packet.pointer, parameters, keepsTags: keepsTags)
        let old = packet.pointer.pointee
        let bytes = UnsafeBufferPointer(start: old.data, count: Int(old.size))
        guard let kept = cleaned(bytes, of: parameters.codec_id) else { return packet }
        guard !kept.isEmpty else { return nil }
        let new = try Packet()
        try check(av_new_packet(new.pointer, Int32(kept.count)), "copy a packet", "a stream")
        try check(av_packet_copy_props(new.pointer, packet.pointer), "copy a packet", "a stream")
        new.pointer.pointee.data.update(from: kept, count: kept.count)
        return new
    }

    /// What decoders and muxers need beside the bytes: a few numbers each.
    private static let numbers: Set = [
        AV_PKT_DATA_SKIP_SAMPLES, AV_PKT_DATA_PARAM_CHANGE, AV_PKT_DATA_JP_DUALMONO,
        AV_PKT_DATA_AUDIO_SERVICE_TYPE, AV_PKT_DATA_REPLAYGAIN, AV_PKT_DATA_SUBTITLE_POSITION,
        AV_PKT_DATA_MPEGTS_STREAM_ID,
    ]
    /// Bytes of the longest of them.
    private static let longest = 20

    /// Takes away the side data that is not needed or holds an image; muxers write any.
    ///
    /// Wraps `av_packet_free_side_data` and `av_packet_new_side_data`.
    private static func cleanSideData(
        of packet: UnsafeMutablePointer<AVPacket>, _ parameters: AVCodecParameters, keepsTags: Bool
    ) throws {
        guard packet.pointee.side_data_elems > 0 else { return }
        let kept = (0..<Int(packet.pointee.side_data_elems)).compactMap { index in
            let side = packet.pointee.side_data[index]
            let bytes = Array(UnsafeBufferPointer(start: side.data, count: side.size))
            return cleaned(bytes, side.type, of: parameters, keepsTags: keepsTags).map {
                (type: side.type, bytes: $0)
            }
        }
        av_packet_free_side_data(packet)
        for side in kept {
            guard let room = av_packet_new_side_data(packet, side.type, side.bytes.count) else {
                throw MaskStreamError(.software, "out of memory for a packet's side data")
            }
            room.update(from: side.bytes, count: side.bytes.count)
        }
    }

    /// What stays of one entry of side data; nil for nothing.
    private static func cleaned(
        _ bytes: [UInt8], _ type: AVPacketSideDataType, of parameters: AVCodecParameters,
        keepsTags: Bool
    ) -> [UInt8]? {
        switch type {
        case AV_PKT_DATA_WEBVTT_IDENTIFIER, AV_PKT_DATA_WEBVTT_SETTINGS:
            return EmbeddedImage.isIn(bytes) ? nil : bytes
        case AV_PKT_DATA_NEW_EXTRADATA:
            let header = CopiedHeader.cleaned(bytes, of: parameters, keepsTags: keepsTags) ?? bytes
            return header.isEmpty ? nil : header
        default: return numbers.contains(type) && bytes.count <= longest ? bytes : nil
        }
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
