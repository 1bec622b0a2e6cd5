internal import CFFmpeg
import MaskStream

/// Writes text subtitles in another form: read by libavcodec, written by libavcodec.
///
/// A cue that cannot be read or written is dropped and counted; it never ends the run.
final class SubtitleConverter: PacketConverter {
    let encoder: UnsafeMutablePointer<AVCodecContext>
    private let decoder: UnsafeMutablePointer<AVCodecContext>
    let timeBase: Rational
    private let name: String
    /// Whether a sample lasts until the next one, so that only one cue is on screen.
    private let showsOne: Bool
    /// The last cue, where the next one may end it.
    private var waiting: Cue?
    private var counts = (dropped: 0, recoded: 0, shortened: 0)
    private var reason = ""

    /// Opens a decoder for the stream and an encoder for the new form.
    ///
    /// Wraps `avcodec_open2`.
    init(_ stream: InputStreams.Stream, to codec: AVCodecID) throws {
        let facts = stream.facts
        name = "stream \(stream.index)"
        timeBase = facts.timeBase
        showsOne = codec == AV_CODEC_ID_MOV_TEXT
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

    /// Where one cue is shown at a time, the latest waits for the next, which may end it.
    func convert(_ packet: Packet, emit: (Packet) throws -> Void) throws {
        guard let cue = try kept({ try decode(packet) }) else { return }
        guard showsOne else { return try write(cue, emit) }
        guard let other = waiting else {
            waiting = cue
            return
        }
        guard cue.pts != other.pts else { return other.join(cue) }
        let (first, next) = cue.pts < other.pts ? (cue, other) : (other, cue)
        if first.end(before: next) { counts.shortened += 1 }
        waiting = next
        try write(first, emit)
    }

    func drain(emit: (Packet) throws -> Void) throws {
        if let cue = waiting { try write(cue, emit) }
        waiting = nil
    }

    var warnings: [MediaWarning] {
        var found: [MediaWarning] = []
        if counts.dropped > 0 {
            found.append(
                MediaWarning(
                    "dropped_cues",
                    "\(counts.dropped) subtitles of \(name) cannot be converted and are dropped: "
                        + reason))
        }
        if counts.recoded > 0 {
            found.append(
                MediaWarning(
                    "recoded_cues",
                    "\(counts.recoded) subtitles of \(name) are not UTF-8 and were read as "
                        + "Windows-1252"))
        }
        if counts.shortened > 0 {
            found.append(
                MediaWarning(
                    "shortened_cues",
                    "\(counts.shortened) subtitles of \(name) overlap the next one and end where "
                        + "it begins: the container shows one at a time"))
        }
        return found
    }

    /// What `body` gives; nil, and counted, where FFmpeg refuses a cue.
    private func kept<T>(_ body: () throws -> T?) throws -> T? {
        do { return try body() } catch let error as FFmpegError {
            counts.dropped += 1
            if reason.isEmpty { reason = error.lastLogLine ?? error.reason }
            return nil
        }
    }

    /// Wraps `avcodec_decode_subtitle2`; nil where the packet shows nothing.
    private func decode(_ packet: Packet) throws -> Cue? {
        let codec = decoder.pointee.codec_id
        let text = try SubtitleText.repaired(packet, hasLength: codec == AV_CODEC_ID_MOV_TEXT)
        if text?.isRecoded == true { counts.recoded += 1 }
        let cue = Cue(packet, timeBase: decoder.pointee.pkt_timebase)
        var isWhole: Int32 = 0
        let code = avcodec_decode_subtitle2(
            decoder, &cue.subtitle, &isWhole, (text?.packet ?? packet).pointer)
        try check(code, "read subtitles", name)
        guard isWhole != 0, cue.subtitle.num_rects > 0 else { return nil }
        cue.settle()
        return cue
    }

    private func write(_ cue: Cue, _ emit: (Packet) throws -> Void) throws {
        if let packet = try kept({ try encode(cue) }) { try emit(packet) }
    }

    /// Wraps `avcodec_encode_subtitle`; nil where nothing is to be written.
    private func encode(_ cue: Cue) throws -> Packet? {
        // The times stand in the packet; the encoder is to write text only.
        let capacity = 1 << 20
        let result = try Packet()
        try check(av_new_packet(result.pointer, Int32(capacity)), "write subtitles", name)
        let size = avcodec_encode_subtitle(
            encoder, result.pointer.pointee.data, Int32(capacity), &cue.subtitle)
        try check(size, "write subtitles", name)
        guard size > 0 else { return nil }
        // mov_text has 16 bits for the length of its text.
        let isTooLong = showsOne && size > 2 + Int32(UInt16.max)
        try check(isTooLong ? ms_averror(EMSGSIZE) : 0, "write subtitles", name)
        av_shrink_packet(result.pointer, size)
        result.pointer.pointee.pts = cue.pts
        result.pointer.pointee.dts = cue.pts
        result.pointer.pointee.duration = cue.duration
        result.pointer.pointee.flags = AV_PKT_FLAG_KEY
        result.pointer.pointee.stream_index = cue.stream
        return result
    }
}

/// A decoded cue and when it is shown, in its stream's ticks.
private final class Cue {
    var subtitle = AVSubtitle()
    private(set) var pts: Int64
    private(set) var duration: Int64
    let stream: Int32
    private let timeBase: AVRational

    init(_ packet: Packet, timeBase: AVRational) {
        pts = packet.pointer.pointee.pts
        duration = packet.pointer.pointee.duration
        stream = packet.pointer.pointee.stream_index
        self.timeBase = timeBase
    }

    deinit { avsubtitle_free(&subtitle) }

    /// Takes the times that the text itself holds into the cue's own.
    func settle() {
        let (from, to) = (subtitle.start_display_time, subtitle.end_display_time)
        let isOpen = to == UInt32.max
        let shown: UInt32 = to > from && !isOpen ? to - from : 0
        let milliseconds = AVRational(num: 1, den: 1000)
        func ticks(_ time: UInt32) -> Int64 {
            TimeStamp(Int64(time), milliseconds).ticks(of: timeBase)
        }
        pts = pts.moved(by: ticks(from))
        if duration <= 0 { duration = ticks(shown) }
        subtitle.start_display_time = 0
        subtitle.end_display_time = isOpen ? to : shown
    }

    /// Ends the cue where another begins; whether that makes it shorter.
    func end(before next: Cue) -> Bool {
        let room = next.pts.minus(pts)
        guard pts != noTimestamp, duration > room else { return false }
        duration = room
        return true
    }

    /// Shows another cue's text below this one's, as long as the longer of the two.
    func join(_ other: Cue) {
        duration = max(duration, other.duration)
        guard let rect = subtitle.rects?[0], let text = rect.pointee.ass else { return }
        let lines = (0..<Int(other.subtitle.num_rects)).compactMap { index in
            other.subtitle.rects[index]?.pointee.ass.map { Self.text($0) }
        }
        let joined = ([String(cString: text)] + lines).joined(separator: "\\N")
        guard let copy = av_strdup(joined) else { return }
        av_free(text)
        rect.pointee.ass = copy
    }

    /// The text of a decoded line, which stands behind its eighth comma.
    private static func text(_ line: UnsafePointer<CChar>) -> String {
        let parts = String(cString: line).split(
            separator: ",", maxSplits: 8, omittingEmptySubsequences: false)
        return parts.count == 9 ? String(parts[8]) : ""
    }
}
