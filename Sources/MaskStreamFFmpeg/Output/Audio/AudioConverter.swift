internal import CFFmpeg
import MaskStream

/// Encodes a stream of sound anew: libavcodec reads, libswresample converts, libavcodec writes.
///
/// Times are the input's: samples are counted from the first one's time, and where the input's times
/// leave that count they are followed. A longer gap stays one; a short one becomes silence.
final class AudioConverter: PacketConverter {
    var encoder: UnsafeMutablePointer<AVCodecContext> { output.context }
    var timeBase: Rational { Rational(1, output.rate) }

    private let decoder: UnsafeMutablePointer<AVCodecContext>
    private let output: AudioEncoder
    private let name: String
    /// Whether the container has no times for sound, so that silence must stand for every gap.
    private let fillsGaps: Bool
    /// Whether the container counts sound from 0, what the encoder puts in front of it included.
    private let beginsAtZero: Bool
    /// Whether the container has a place for what an encoder reports at its end.
    private let takesHeaderUpdates: Bool
    private let frame: MediaFrame
    private let resampled: MediaFrame
    private var resampler: OpaquePointer?
    private var hasBegun = false
    /// Whether what comes next need not go on where the last sample ended.
    private var isBehindFault = false
    /// Samples to leave out, which lie before what was there already.
    private var surplus: Int64 = 0
    private var faults = 0

    /// Opens a decoder for the stream and the chosen encoder.
    ///
    /// Wraps `avcodec_open2`.
    init(_ stream: InputStreams.Stream, to choice: AudioEncoderChoice, in container: Container)
        throws
    {
        let parameters = stream.facts.parameters
        name = "stream \(stream.index)"
        // AVI counts samples, and QuickTime's tables do for samples that stand alone.
        beginsAtZero = container.isOne(of: "avi")
        fillsGaps = beginsAtZero || choice.name.hasPrefix("pcm_") && container.isMP4
        takesHeaderUpdates = container.isMP4 || container.isMatroska
        guard let codec = avcodec_find_decoder(parameters.pointee.codec_id),
            parameters.pointee.sample_rate > 0, parameters.pointee.ch_layout.nb_channels > 0
        else {
            throw FFmpegError(
                code: ms_averror(EINVAL), operation: "decode sound", path: name,
                lastLogLine: "its decoder, rate or channels are unknown")
        }
        output = try AudioEncoder(
            choice, for: parameters.pointee, container: container, name: name)
        (frame, resampled) = (try MediaFrame(), try MediaFrame())
        guard let decoder = avcodec_alloc_context3(codec) else {
            throw MaskStreamError(.software, "out of memory for sound (\(name))")
        }
        self.decoder = decoder
        try check(avcodec_parameters_to_context(decoder, parameters), "decode sound", name)
        decoder.pointee.pkt_timebase = stream.facts.timeBase.av
        try check(avcodec_open2(decoder, codec, nil), "decode sound", name)
    }

    deinit {
        swr_free(&resampler)
        var decoder: UnsafeMutablePointer<AVCodecContext>? = decoder
        avcodec_free_context(&decoder)
    }

    /// Wraps `avcodec_send_packet`.
    func convert(_ packet: Packet, emit: (Packet) throws -> Void) throws {
        try goingOn {
            try check(avcodec_send_packet(decoder, packet.pointer), "decode sound", name)
        }
        try goingOn { try receive { try write($0, emit) } }
    }

    func drain(emit: (Packet) throws -> Void) throws {
        avcodec_send_packet(decoder, nil)
        try goingOn { try receive { try write($0, emit) } }
        try goingOn { try resample(nil) }
        try goingOn { try output.drain { try write($0, emit) } }
    }

    private func write(_ packet: Packet, _ emit: (Packet) throws -> Void) throws {
        if packet.pointer.pointee.size > 0 || takesHeaderUpdates { try emit(packet) }
    }

    var warnings: [MediaWarning] {
        guard faults > 0 else { return [] }
        return [
            MediaWarning(
                "damaged_sound",
                "\(faults) packets of sound of \(name) cannot be decoded: nothing is heard there")
        ]
    }

    /// Counts what FFmpeg refuses, and goes on.
    private func goingOn(_ body: () throws -> Void) throws {
        do { try body() } catch is FFmpegError { noteFault() }
    }

    private func noteFault() {
        faults += 1
        isBehindFault = true
    }

    private func receive(_ emit: (Packet) throws -> Void) throws {
        while true {
            let code = avcodec_receive_frame(decoder, frame.pointer)
            if code == ReturnCode.again || code == ReturnCode.endOfFile { return }
            guard code >= 0 else {
                noteFault()
                continue
            }
            defer { av_frame_unref(frame.pointer) }
            guard frame.fields.nb_samples > 0, frame.fields.sample_rate > 0 else { continue }
            try place(frame.pts, emit)
            try resample(frame.pointer)
            try output.encode(all: false, emit: emit)
        }
    }

    /// Brings the count of samples to the time of the next frame.
    private func place(_ pts: Int64?, _ emit: (Packet) throws -> Void) throws {
        guard let pts else { return }
        let time = TimeStamp(pts, decoder.pointee.pkt_timebase).ticks(of: timeBase.av)
        guard hasBegun else {
            hasBegun = true
            return try begin(at: time, emit)
        }
        let rate = Int64(output.rate)
        let delay = resampler.map { swr_get_delay($0, rate) } ?? 0
        let lead = time.minus(output.end.plus(delay))
        // Containers round times, and senders' clocks waver.
        guard lead.magnitude > UInt64(isBehindFault ? rate / 500 : rate / 25) else { return }
        isBehindFault = false
        if lead < 0 {
            // Further back it is no overlap but another clock.
            surplus = lead > -10 * rate ? -lead : 0
            return
        }
        try resample(nil)
        let size = Int64(output.frameSize)
        let gap = time.minus(output.end)
        let isShort = gap < max(rate / 4, 6 * size) || fillsGaps && gap < 3600 * rate
        if isShort { return try output.encodeSilence(gap, emit: emit) }
        // Silence on both sides, as encoders carry samples from one packet into the next.
        let padding = Int64(encoder.pointee.initial_padding)
        try output.encodeSilence(padding + size, emit: emit)
        try output.encode(all: true, emit: emit)
        output.position = time - 2 * size
        try output.encodeSilence(2 * size, emit: emit)
    }

    private func begin(at time: Int64, _ emit: (Packet) throws -> Void) throws {
        let padding = Int64(encoder.pointee.initial_padding)
        output.position = beginsAtZero ? padding : time
        guard beginsAtZero else { return }
        surplus = max(0, padding - time)
        if time > padding { try output.encodeSilence(time - padding, emit: emit) }
    }

    /// Puts a frame's samples into the encoder's queue, in the encoder's form; without a frame what
    /// the resampler still holds.
    ///
    /// Wraps `swr_convert_frame`.
    private func resample(_ frame: UnsafeMutablePointer<AVFrame>?) throws {
        if frame == nil, resampler == nil { return }
        if resampler == nil { resampler = swr_alloc() }
        let code = try convert(frame)
        if frame != nil, ms_is_changed_sound(code) != 0 {
            // Rate or channels changed on the way.
            try resample(nil)
            return try resample(frame)
        }
        if code < 0 { noteFault() }
        // What was flushed takes no more.
        if frame == nil || code < 0 { swr_free(&resampler) }
    }

    private func convert(_ frame: UnsafeMutablePointer<AVFrame>?) throws -> Int32 {
        let resampled = resampled.pointer
        defer { av_frame_unref(resampled) }
        resampled.pointee.format = encoder.pointee.sample_fmt.rawValue
        resampled.pointee.sample_rate = output.rate
        av_channel_layout_copy(&resampled.pointee.ch_layout, &encoder.pointee.ch_layout)
        if let frame, frame.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC {
            av_channel_layout_default(
                &frame.pointee.ch_layout, frame.pointee.ch_layout.nb_channels)
        }
        let code = swr_convert_frame(resampler, resampled, frame)
        guard code >= 0 else { return code }
        let skipped = min(surplus, Int64(resampled.pointee.nb_samples))
        surplus -= skipped
        try check(
            ms_fifo_append(output.queue, resampled, Int32(skipped)), "encode sound", name)
        return code
    }
}
