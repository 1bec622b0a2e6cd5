internal import CFFmpeg
import MaskStream

/// The masked stream's decoder: packets in, frames in display order out.
///
/// Errors in the data never stop it; they damage frames (see ``DamageTracker``).
final class Decoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let name: String
    private let mark = DecoderFaults.newDecoder()
    /// Whether every frame stands for itself.
    let isIntraOnly: Bool
    /// How many packets what is known of one is kept.
    private static let window = 256
    private let isH264: Bool
    private var damage = DamageTracker()
    private var inspector: PacketInspector
    /// What packets prove, as far as it differs from nothing.
    private var facts: [Int: PacketFacts] = [:]
    /// Packets without a frame whose error has not been returned yet.
    private var refused: [Int] = []
    /// HEVC: where a recovery began, and how many frames may come out yet until it is complete.
    private var recovery: (start: Int, left: Int)?
    private var missing = MissingFrames()
    private var sent = -1
    private var hasOutput = false
    private var startsWithKey = false

    /// Opens the decoder of a stream, in software or on a device.
    ///
    /// Wraps `avcodec_open2`.
    ///
    /// - Throws: `MaskStreamError` 65 where FFmpeg has no decoder for the stream.
    init(
        _ stream: AVStream, options: InputOptions, isLive: Bool, name: String,
        hardware: HardwareDecoder? = nil
    ) throws {
        self.name = name
        let identifier = stream.codecpar.pointee.codec_id
        let codecName = String(cString: avcodec_get_name(identifier))
        guard let codec = hardware?.codec ?? Self.decoder(of: stream),
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
        isH264 = identifier == AV_CODEC_ID_H264
        inspector = PacketInspector(stream.codecpar.pointee)
        try check(avcodec_parameters_to_context(context, stream.codecpar), "decode", name)
        context.pointee.pkt_timebase = stream.time_base
        context.pointee.framerate = stream.avg_frame_rate
        context.pointee.thread_count = Int32(options.decoderThreads)
        if isLive {
            // Threads that each take a frame would hold back as many.
            context.pointee.thread_type = FF_THREAD_SLICE
            context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
        }
        // Broken frames are wanted: they are masked completely, and none goes missing.
        context.pointee.flags |= Int32(AV_CODEC_FLAG_OUTPUT_CORRUPT)
        context.pointee.flags2 |= Int32(AV_CODEC_FLAG2_SHOW_ALL)
        // Checksums inside the stream, as HEVC's, are the only sign of some damage.
        context.pointee.err_recognition |= Int32(AV_EF_CRCCHECK)
        hardware?.prepare(context)
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
        if stream.declaresAlpha {
            let name = identifier == AV_CODEC_ID_VP9 ? "libvpx-vp9" : "libvpx"
            if let found = avcodec_find_decoder_by_name(name) { return found }
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

    /// What never came out, and whether that was the end; asked when the reading has ended.
    func finishMissing(isDrained: Bool) -> (gaps: [MissingFrames.Gap], isEnd: Bool) {
        takeLoggedFaults(through: sent)
        let isEnd = missing.finish(isDrained: isDrained)
        return (missing.gaps, isEnd)
    }

    /// Gives the decoder a packet, or the end of the stream as nil; ``receive()`` must have
    /// returned nil before.
    ///
    /// Wraps `avcodec_send_packet`.
    ///
    /// - Parameter isWanted: whether its frame will be missed where none comes.
    func send(_ packet: Packet?, isWanted: Bool = true) throws {
        guard let packet else {
            let code = avcodec_send_packet(context, nil)
            if code < 0, code != ReturnCode.endOfFile { try note(code) }
            return
        }
        // Nothing is what ends the stream, and shows nothing: what was before goes on.
        guard packet.pointer.pointee.size > 0 else { return }
        sent += 1
        ms_mark_packet(context, packet.pointer, DecoderFaults.mark(decoder: mark, packet: sent))
        inspect(packet, isWanted: isWanted)
        if packet.isDamaged { fault(at: sent) }
        let code = avcodec_send_packet(context, packet.pointer)
        if code < 0 { try note(code) }
    }

    private func inspect(_ packet: Packet, isWanted: Bool) {
        let found = inspector.facts(of: packet.pointer.pointee, index: sent)
        if found != PacketFacts() { facts[sent] = found }
        if facts.count > 2 * Self.window {
            facts = facts.filter { $0.key > sent - Self.window }
        }
        if sent == 0 {
            startsWithKey =
                found.isRandomAccess ?? (packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0)
        }
        let isShown = packet.pointer.pointee.flags & AV_PKT_FLAG_DISCARD == 0
        if isWanted, isShown, !found.isSecondField {
            missing.sent(sent, time: packet.time(context.pointee.pkt_timebase))
        }
        if found.isBroken { fault(at: sent) }
    }

    private func fault(at packet: Int) {
        if damage.fault(at: packet) { missing.fault(at: packet) }
    }

    /// The next frame; nil where the decoder needs another packet or has ended.
    ///
    /// Wraps `avcodec_receive_frame`.
    func receive() throws -> MediaFrame? {
        let frame = try MediaFrame()
        while true {
            let code = avcodec_receive_frame(context, frame.pointer)
            if code == ReturnCode.again || code == ReturnCode.endOfFile { return nil }
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
        missing = MissingFrames()
        (facts, refused, recovery) = ([:], [], nil)
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
        refused.removeAll { $0 < inFlight.lowerBound }
        if !refused.isEmpty {
            refused.removeFirst()
        } else if !damage.hasFault(in: inFlight) {
            fault(at: sent)
        }
    }

    /// Takes what was logged; only what is proved to be harmless damages nothing.
    private func takeLoggedFaults(through packet: Int) {
        for (packet, kinds) in DecoderFaults.take(decoder: mark, through: packet) {
            let facts = facts[packet] ?? PacketFacts()
            if facts.hasNoPicture {
                if kinds.contains(.noPicture) { refused.append(packet) }
                continue
            }
            var kinds = kinds
            if facts.hasUnusedSets { kinds.remove(.lostSet) }
            if facts.isRandomAccess != nil, !facts.isBehindGap { kinds.remove(.marking) }
            if !kinds.isEmpty { fault(at: packet) }
        }
    }

    private func judge(_ frame: MediaFrame) -> Bool {
        let packet = DecoderFaults.packet(of: ms_frame_mark(frame.pointer), decoder: mark) ?? sent
        let isKey = isIntraOnly || ms_frame_is_key(frame.pointer) != 0
        if !hasOutput {
            hasOutput = true
            if !isKey, !startsWithKey { damage.startWithoutKey() }
        }
        takeLoggedFaults(through: packet)
        missing.came(packet)
        // Where decoding began at a recovery point, H.264 marks the frames before it is complete.
        let isUnrecovered = isH264 && ms_frame_has_decode_errors(frame.pointer) == 0
        let isCorrupt = ms_frame_is_corrupt(frame.pointer) != 0
        let isDamaged = damage.isDamaged(
            packet: packet, begin: isKey ? packet : recoveryStart(packet),
            isCorrupt: isCorrupt && !isUnrecovered)
        return isDamaged || isCorrupt
    }

    /// Where the recovery began that is complete with a packet's frame, which is the next to
    /// come out; nil where none is.
    private func recoveryStart(_ packet: Int) -> Int? {
        let facts = facts[packet] ?? PacketFacts()
        if let start = facts.recoveryStart { return start }
        if let length = facts.recoveryLength, recovery == nil { recovery = (packet, length) }
        guard let (start, left) = recovery else { return nil }
        recovery = left > 0 ? (start, left - 1) : nil
        return left > 0 ? nil : start
    }
}

extension AVStream {
    /// Whether alpha lies beside the VP8 or VP9 video.
    var declaresAlpha: Bool {
        guard [AV_CODEC_ID_VP8, AV_CODEC_ID_VP9].contains(codecpar.pointee.codec_id),
            let alpha = av_dict_get(metadata, "alpha_mode", nil, 0)
        else { return false }
        return String(cString: alpha.pointee.value) == "1"
    }
}
