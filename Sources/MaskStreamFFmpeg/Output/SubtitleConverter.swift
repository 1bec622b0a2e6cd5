internal import CFFmpeg
import MaskStream

/// Writes text subtitles in another form: read by libavcodec, written by libavcodec.
final class SubtitleConverter {
    let encoder: UnsafeMutablePointer<AVCodecContext>
    private let decoder: UnsafeMutablePointer<AVCodecContext>
    private let name: String

    /// Opens a decoder for the stream and an encoder for the new form.
    ///
    /// Wraps `avcodec_open2`.
    init(_ stream: InputStreams.Stream, to codec: AVCodecID) throws {
        let facts = stream.facts
        name = "stream \(stream.index)"
        guard let reading = avcodec_find_decoder(facts.parameters.pointee.codec_id),
            let writing = avcodec_find_encoder(codec),
            let decoder = avcodec_alloc_context3(reading)
        else { throw MaskStreamError(.unavailable, "cannot convert subtitles (\(name))") }
        self.decoder = decoder
        guard let encoder = avcodec_alloc_context3(writing) else {
            var decoder: UnsafeMutablePointer<AVCodecContext>? = decoder
            avcodec_free_context(&decoder)
            throw MaskStreamError(.software, "out of memory for subtitles (\(name))")
        }
        self.encoder = encoder
        try check(
            avcodec_parameters_to_context(decoder, facts.parameters), "read subtitles", name)
        decoder.pointee.pkt_timebase = facts.timeBase.av
        try check(avcodec_open2(decoder, reading, nil), "open subtitles", name)
        encoder.pointee.time_base = AVRational(num: 1, den: 1000)
        // The styles of the decoded text; the encoder owns its copy.
        let size = Int(decoder.pointee.subtitle_header_size)
        if size > 0, let header = decoder.pointee.subtitle_header, let copy = av_mallocz(size + 1) {
            copy.copyMemory(from: header, byteCount: size)
            encoder.pointee.subtitle_header = copy.assumingMemoryBound(to: UInt8.self)
            encoder.pointee.subtitle_header_size = Int32(size)
        }
        try check(avcodec_open2(encoder, writing, nil), "open subtitles", name)
    }

    deinit {
        for context in [encoder, decoder] {
            var context: UnsafeMutablePointer<AVCodecContext>? = context
            avcodec_free_context(&context)
        }
    }

    /// The packet in the new form, its times kept; nil where it shows nothing.
    ///
    /// Wraps `avcodec_decode_subtitle2` and `avcodec_encode_subtitle`.
    func convert(_ packet: Packet) throws -> Packet? {
        var subtitle = AVSubtitle()
        var isWhole: Int32 = 0
        let code = avcodec_decode_subtitle2(decoder, &subtitle, &isWhole, packet.pointer)
        defer { avsubtitle_free(&subtitle) }
        try check(code, "read subtitles", name)
        guard isWhole != 0, subtitle.num_rects > 0 else { return nil }
        // The times stand in the packet; the encoder is to write text only.
        let (begin, end) = (subtitle.start_display_time, subtitle.end_display_time)
        let isKnown = end > begin && end != UInt32.max
        let shown = isKnown ? Int64(end - begin) : 0
        subtitle.end_display_time = end > begin ? end - begin : 0
        subtitle.start_display_time = 0
        let capacity = 1 << 20
        let result = try Packet()
        try check(av_new_packet(result.pointer, Int32(capacity)), "write subtitles", name)
        let size = avcodec_encode_subtitle(
            encoder, result.pointer.pointee.data, Int32(capacity), &subtitle)
        try check(size, "write subtitles", name)
        guard size > 0 else { return nil }
        av_shrink_packet(result.pointer, size)
        let base = decoder.pointee.pkt_timebase
        let milliseconds = AVRational(num: 1, den: 1000)
        let source = packet.pointer.pointee
        let delay = TimeStamp(Int64(begin), milliseconds).ticks(of: base)
        result.pointer.pointee.pts = source.pts.moved(by: delay)
        result.pointer.pointee.dts = result.pointer.pointee.pts
        result.pointer.pointee.duration =
            source.duration > 0 ? source.duration : TimeStamp(shown, milliseconds).ticks(of: base)
        result.pointer.pointee.flags = AV_PKT_FLAG_KEY
        result.pointer.pointee.stream_index = source.stream_index
        return result
    }
}
