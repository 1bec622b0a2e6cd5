internal import CFFmpeg
import Foundation
import Testing

@testable import MaskStreamFFmpeg

/// Packets of copied streams, between whose frames taggers put images.
struct CopiedPacketTests {
    /// MPEG-1 layer III, 128 kbit/s, 44100 Hz: 417 bytes.
    private static let frame: [UInt8] =
        [0xFF, 0xFB, 0x90, 0x00] + (0..<413).map { UInt8($0 % 200) }
    private static let tag: [UInt8] = Array("ID3".utf8) + [3, 0, 0, 0xFF, 0xE0, 0xFF, 0xD8, 0xFF]

    private static func cleaned(_ bytes: [UInt8], _ codec: AVCodecID = AV_CODEC_ID_MP3) -> [UInt8]?
    {
        bytes.withUnsafeBufferPointer { CopiedPacket.cleaned($0, of: codec) }
    }

    @Test("MP3 keeps its frames and nothing else")
    func tagsGo() {
        let (frame, tag) = (Self.frame, Self.tag)
        #expect(Self.cleaned(frame) == nil && Self.cleaned(frame + frame) == nil)
        #expect(Self.cleaned(tag + frame) == frame)
        #expect(Self.cleaned(frame + tag + frame + tag) == frame + frame)
        #expect(Self.cleaned(tag) == [])
        // The last frame may be cut, and a frame of unknown length takes all.
        #expect(Self.cleaned(frame + frame.prefix(100)) == nil)
        #expect(Self.cleaned([0xFF, 0xFB, 0x00, 0x00, 1, 2, 3]) == nil)
        // A header by chance within an image has no other one behind its frame.
        #expect(Self.cleaned(tag + Array(frame.prefix(4)) + tag + tag) == [])
    }

    @Test(
        "Frames have the lengths of all versions and layers",
        arguments: [
            ([0xFF, 0xFB, 0x92, 0x00], 418), ([0xFF, 0xFD, 0x90, 0x00], 522),
            ([0xFF, 0xFF, 0x90, 0x00], 312), ([0xFF, 0xF3, 0x80, 0x00], 208),
            ([0xFF, 0xE3, 0x80, 0x00], 417), ([0xFF, 0xF5, 0x84, 0x00], 384),
        ])
    func lengths(header: [UInt8], length: Int) {
        let frame = header + [UInt8](repeating: 5, count: length - 4)
        #expect(Self.cleaned(frame + frame) == nil)
        #expect(Self.cleaned(frame + [0] + frame) == frame + frame)
    }

    @Test("Headers in the course of Vorbis and words with an image are left out")
    func others() {
        #expect(Self.cleaned([3] + Array("vorbis".utf8), AV_CODEC_ID_VORBIS) == [])
        #expect(Self.cleaned([4, 7, 7], AV_CODEC_ID_VORBIS) == nil)
        let cue = Array("<img src=\"Data:Image/jpeg;base64,/9j/4AAQ\">".utf8)
        #expect(Self.cleaned(cue, AV_CODEC_ID_SUBRIP) == [])
        #expect(Self.cleaned(Array("/9j/ is how base64 begins".utf8), AV_CODEC_ID_SUBRIP) == nil)
        let long = Array("iVBORw0KGgo".utf8) + [UInt8](repeating: 65, count: 300)
        #expect(Self.cleaned(long, AV_CODEC_ID_WEBVTT) == [])
        #expect(Self.cleaned(long, AV_CODEC_ID_AAC) == nil)
    }

    /// The side data that a packet of a copied stream keeps, by its type.
    private static func sides(
        _ given: [(AVPacketSideDataType, [UInt8])], _ codec: AVCodecID
    ) throws -> [AVPacketSideDataType: [UInt8]] {
        let packet = try Packet()
        try check(av_new_packet(packet.pointer, 4), "make", "packet")
        for (type, bytes) in given {
            let room = try #require(av_packet_new_side_data(packet.pointer, type, bytes.count))
            room.update(from: bytes, count: bytes.count)
        }
        var parameters = AVCodecParameters()
        parameters.codec_id = codec
        parameters.codec_type = avcodec_get_type(codec)
        let cleaned = try #require(
            try CopiedPacket.cleaned(packet, of: parameters, keepsTags: true)
        ).pointer.pointee
        #expect(cleaned.size == 4)
        return Dictionary(
            uniqueKeysWithValues: (0..<Int(cleaned.side_data_elems)).map { index in
                let side = cleaned.side_data[index]
                return (side.type, Array(UnsafeBufferPointer(start: side.data, count: side.size)))
            })
    }

    @Test("What lies beside a packet's bytes goes, unless it is a few numbers")
    func sideData() throws {
        let skip: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0, 0, 0]
        let image = [UInt8](repeating: 0xD8, count: 300)
        let kept = try Self.sides(
            [
                (AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, image), (AV_PKT_DATA_SKIP_SAMPLES, skip),
                (AV_PKT_DATA_STRINGS_METADATA, image), (AV_PKT_DATA_REPLAYGAIN, image),
                (AV_PKT_DATA_NEW_EXTRADATA, image),
            ], AV_CODEC_ID_AAC)
        #expect(
            kept == [
                AV_PKT_DATA_SKIP_SAMPLES: skip,
                AV_PKT_DATA_NEW_EXTRADATA: Array(image.prefix(64)),
            ])
        // AC-3 needs no header at all.
        #expect(try Self.sides([(AV_PKT_DATA_NEW_EXTRADATA, image)], AV_CODEC_ID_AC3).isEmpty)
    }

    @Test("The name of a cue and its place stay where they hold no image")
    func namesOfCues() throws {
        let (name, place) = (Array("first".utf8), Array("align:start".utf8))
        let url = Array("data:image/png;base64,iVBORw0KGgo".utf8)
        func kept(_ name: [UInt8], _ place: [UInt8]) throws -> [AVPacketSideDataType: [UInt8]] {
            try Self.sides(
                [(AV_PKT_DATA_WEBVTT_IDENTIFIER, name), (AV_PKT_DATA_WEBVTT_SETTINGS, place)],
                AV_CODEC_ID_WEBVTT)
        }
        #expect(
            try kept(name, place)
                == [AV_PKT_DATA_WEBVTT_IDENTIFIER: name, AV_PKT_DATA_WEBVTT_SETTINGS: place])
        #expect(try kept(url, place) == [AV_PKT_DATA_WEBVTT_SETTINGS: place])
        #expect(try kept(name, url) == [AV_PKT_DATA_WEBVTT_IDENTIFIER: name])
    }
}
