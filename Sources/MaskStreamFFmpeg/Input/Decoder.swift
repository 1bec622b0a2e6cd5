internal import CFFmpeg
import MaskStream

/// The masked stream's decoder: packets in, pictures in display order out.
///
/// Errors in the data never stop it; they damage pictures (see ``DamageTracker``).
final class Decoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let name: String
    private let mark = DecoderFaults.newDecoder()
    /// Whether every picture stands for itself.
    let isIntraOnly: Bool
    private var damage = DamageTracker()
    private var sent = -1
    private var hasOutput = false
    private var startsWithKey = false

    /// Opens the decoder of a stream.
    ///
    /// Wraps `avcodec_open2`.
    ///
    /// - Throws: `MaskStreamError` 65 where FFmpeg has no decoder for the stream.
    init(_ stream: AVStream, options: InputOptions, isLive: Bool, name: String) throws {
        self.name = name
        let identifier = stream.codecpar.pointee.codec_id
        let codecName = String(cString: avcodec_get_name(identifier))
        guard let codec = Self.decoder(of: stream),
            let context = avcodec_alloc_context3(codec)
        else {
            throw MaskStreamError(
                .badData, "this FFmpeg has no decoder for \(codecName) (\(name))",
                hint: "convert the input, or install an FFmpeg with a decoder for it",
                underlying: FFmpegError(
                    code: ms_averror_decoder_not_found(), operation: "open decoder", path: name,
                    lastLogLine: nil))
        }
        self.context = context
        let properties = avcodec_descriptor_get(identifier)?.pointee.props ?? 0
        isIntraOnly = properties & AV_CODEC_PROP_INTRA_ONLY != 0
        try check(avcodec_parameters_to_context(context, stream.codecpar), "decode", name)
        context.pointee.pkt_timebase = stream.time_base
        context.pointee.framerate = stream.avg_frame_rate
        context.pointee.thread_count = Int32(options.decoderThreads)
        if isLive {
            // Threads that each take a frame would hold back as many.
            context.pointee.thread_type = FF_THREAD_SLICE
            context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
        }
        // Broken pictures are wanted: they are masked whole, and none goes missing.
        context.pointee.flags |= Int32(AV_CODEC_FLAG_OUTPUT_CORRUPT)
        context.pointee.flags2 |= Int32(AV_CODEC_FLAG2_SHOW_ALL)
        // Checksums inside the stream, as HEVC's, are the only sign of some damage.
        context.pointee.err_recognition |= Int32(AV_EF_CRCCHECK)
        let code = avcodec_open2(context, codec, nil)
        guard code >= 0 else {
            let cause = FFmpegError(
                code: code, operation: "open decoder", path: name,
                lastLogLine: FFmpegLog.takeLastLine())
            throw MaskStreamError(
                .badData, "the \(codecName) stream cannot be decoded: \(cause.reason) (\(name))",
                hint: "check that the input plays", underlying: cause)
        }
    }

    /// FFmpeg's own decoders of VP8 and VP9 leave the alpha out that a stream declares.
    private static func decoder(of stream: AVStream) -> UnsafePointer<AVCodec>? {
        let identifier = stream.codecpar.pointee.codec_id
        let alpha = av_dict_get(stream.metadata, "alpha_mode", nil, 0)
        if let alpha, String(cString: alpha.pointee.value) == "1" {
            let name = identifier == AV_CODEC_ID_VP9 ? "libvpx-vp9" : "libvpx"
            if [AV_CODEC_ID_VP8, AV_CODEC_ID_VP9].contains(identifier),
                let found = avcodec_find_decoder_by_name(name)
            {
                return found
            }
        }
        return avcodec_find_decoder(identifier)
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        _ = DecoderFaults.take(decoder: mark, through: .max)
    }

    /// How many packets were damaged so far.
    var corruptPackets: Int { damage.corruptPackets }

    /// Gives the decoder a packet, or the end of the stream as nil; ``receive()`` must have
    /// returned nil before.
    ///
    /// Wraps `avcodec_send_packet`.
    func send(_ packet: Packet?) throws {
        guard let packet else {
            let code = avcodec_send_packet(context, nil)
            if code < 0, code != Answer.endOfFile { try note(code) }
            return
        }
        sent += 1
        ms_mark_packet(context, packet.pointer, DecoderFaults.mark(decoder: mark, packet: sent))
        if packet.isDamaged { damage.fault(at: sent) }
        if sent == 0 { startsWithKey = packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
        let code = avcodec_send_packet(context, packet.pointer)
        if code < 0 { try note(code) }
    }

    /// The next picture; nil where the decoder needs another packet or has ended.
    ///
    /// Wraps `avcodec_receive_frame`.
    func receive() throws -> DecodedFrame? {
        let frame = try DecodedFrame()
        while true {
            let code = avcodec_receive_frame(context, frame.pointer)
            if code == Answer.again || code == Answer.endOfFile { return nil }
            if code < 0 {
                try note(code)
                continue
            }
            guard frame.fields.data.0 != nil, frame.width > 0, frame.height > 0 else { continue }
            frame.isDamaged = judge(frame)
            return frame
        }
    }

    /// Forgets everything sent so far, after a seek.
    ///
    /// Wraps `avcodec_flush_buffers`.
    func flush() {
        avcodec_flush_buffers(context)
        _ = DecoderFaults.take(decoder: mark, through: .max)
        damage = DamageTracker()
        hasOutput = false
        sent = -1
    }

    /// Marks the packet that an error belongs to.
    ///
    /// The broken packet is the one that was logged; an error without a line may belong to any
    /// packet in flight, so that recovery counts from the last.
    private func note(_ code: Int32) throws {
        if code == ms_averror(ENOMEM) {
            throw MaskStreamError(.software, "out of memory (\(name))")
        }
        guard sent >= 0 else { return }
        takeLoggedFaults(through: sent)
        let inFlight = max(0, sent - Int(context.pointee.thread_count))...sent
        if !damage.hasFault(in: inFlight) { damage.fault(at: sent) }
    }

    private func takeLoggedFaults(through packet: Int) {
        for fault in DecoderFaults.take(decoder: mark, through: packet) { damage.fault(at: fault) }
    }

    private func judge(_ frame: DecodedFrame) -> Bool {
        let packet = DecoderFaults.packet(of: ms_frame_mark(frame.pointer), decoder: mark) ?? sent
        let isKey = isIntraOnly || ms_frame_is_key(frame.pointer) != 0
        if !hasOutput {
            hasOutput = true
            if !isKey, !startsWithKey { damage.startWithoutKey() }
        }
        takeLoggedFaults(through: packet)
        return damage.isDamaged(
            packet: packet, isKey: isKey, isCorrupt: ms_frame_is_corrupt(frame.pointer) != 0)
    }
}
