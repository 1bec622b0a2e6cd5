internal import CFFmpeg
import MaskStream

/// An opened encoder for sound, fed from a queue of samples that lie on the encoder's own clock.
final class AudioEncoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    /// Samples that wait for enough others to make a frame.
    let queue: OpaquePointer
    /// The time of the first waiting sample, counted in samples.
    var position: Int64 = 0
    private let name: String

    /// Samples of a channel in one frame.
    var frameSize: Int { context.pointee.frame_size > 0 ? Int(context.pointee.frame_size) : 1024 }
    /// Samples of a channel in a second.
    var rate: Int32 { context.pointee.sample_rate }
    /// Samples of a channel that wait.
    var waiting: Int { Int(av_audio_fifo_size(queue)) }
    /// The time behind the last waiting sample, counted in samples.
    var end: Int64 { position.plus(Int64(waiting)) }
    /// Whether a frame may be shorter than the others.
    private var takesAnySize: Bool {
        codec.capabilities & AV_CODEC_CAP_VARIABLE_FRAME_SIZE != 0
            || context.pointee.frame_size == 0
    }
    private var codec: AVCodec { context.pointee.codec.pointee }

    /// Opens the encoder as near to what is read as it can get.
    ///
    /// Wraps `avcodec_open2`.
    init(
        _ choice: AudioEncoderChoice, for input: AVCodecParameters, container: Container,
        name: String
    ) throws {
        self.name = name
        context = try Self.opened(choice, for: input, container: container, name: name)
        let layout = context.pointee.ch_layout
        guard let queue = av_audio_fifo_alloc(context.pointee.sample_fmt, layout.nb_channels, 4096)
        else { throw MaskStreamError(.software, "out of memory for sound (\(name))") }
        self.queue = queue
    }

    deinit {
        av_audio_fifo_free(queue)
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Encodes whole frames of what waits; with `all` also the rest, filled up with silence where
    /// the encoder asks for it.
    ///
    /// Wraps `avcodec_send_frame`.
    func encode(all: Bool, emit: (Packet) throws -> Void) throws {
        while waiting >= frameSize || all && waiting > 0 {
            let count = takesAnySize ? min(waiting, frameSize) : frameSize
            try send(count, emit)
        }
    }

    /// Encodes silence behind what waits.
    func encodeSilence(_ count: Int64, emit: (Packet) throws -> Void) throws {
        var rest = count
        while rest > 0 {
            let part = Int(min(rest, Int64(frameSize)))
            let frame = try makeFrame(part)
            try check(
                av_samples_set_silence(
                    frame.pointer.pointee.extended_data, 0, Int32(part),
                    context.pointee.ch_layout.nb_channels, context.pointee.sample_fmt),
                "encode sound", name)
            try check(ms_fifo_append(queue, frame.pointer, 0), "encode sound", name)
            try encode(all: false, emit: emit)
            rest -= Int64(part)
        }
    }

    /// Takes out what the encoder still holds.
    func drain(emit: (Packet) throws -> Void) throws {
        try encode(all: true, emit: emit)
        avcodec_send_frame(context, nil)
        try receive(emit)
    }

    private func send(_ count: Int, _ emit: (Packet) throws -> Void) throws {
        let frame = try makeFrame(count)
        try check(ms_fifo_take(queue, frame.pointer), "encode sound", name)
        ms_silence_nonfinite(frame.pointer)
        frame.pointer.pointee.pts = position
        position = position.plus(Int64(count))
        try check(avcodec_send_frame(context, frame.pointer), "encode sound", name)
        try receive(emit)
    }

    private func receive(_ emit: (Packet) throws -> Void) throws {
        while true {
            let packet = try Packet()
            let code = avcodec_receive_packet(context, packet.pointer)
            if code == ReturnCode.again || code == ReturnCode.endOfFile { return }
            try check(code, "encode sound", name)
            try emit(packet)
        }
    }

    /// Wraps `av_frame_get_buffer`.
    private func makeFrame(_ count: Int) throws -> MediaFrame {
        let frame = try MediaFrame()
        frame.pointer.pointee.nb_samples = Int32(count)
        frame.pointer.pointee.format = context.pointee.sample_fmt.rawValue
        frame.pointer.pointee.sample_rate = rate
        av_channel_layout_copy(&frame.pointer.pointee.ch_layout, &context.pointee.ch_layout)
        try check(av_frame_get_buffer(frame.pointer, 0), "encode sound", name)
        return frame
    }
}

// MARK: What the encoder is given

extension AudioEncoder {
    /// The first encoder that opens: with the input's channels, else with fewer.
    private static func opened(
        _ choice: AudioEncoderChoice, for input: AVCodecParameters, container: Container,
        name: String
    ) throws -> UnsafeMutablePointer<AVCodecContext> {
        var failure = FFmpegError(
            code: ms_averror(EINVAL), operation: "encode sound", path: name, lastLogLine: nil)
        for channels in channelCounts(input.ch_layout.nb_channels) {
            var made = avcodec_alloc_context3(choice.codec)
            guard let context = made else {
                throw MaskStreamError(.software, "out of memory for sound (\(name))")
            }
            settle(
                context, choice.codec, input, channels: channels,
                rates: container.soundRates(choice.codec.pointee.id))
            if container.format.pointee.flags & AVFMT_GLOBALHEADER != 0 {
                context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            }
            let code = avcodec_open2(context, choice.codec, nil)
            if code >= 0 { return context }
            failure = FFmpegError(
                code: code, operation: "encode sound", path: name,
                lastLogLine: FFmpegLog.takeLastLine())
            avcodec_free_context(&made)
        }
        throw failure
    }

    /// As many channels as there are, else stereo, else one.
    private static func channelCounts(_ count: Int32) -> [Int32] {
        [count] + [2, 1].filter { $0 < count }
    }

    private static func settle(
        _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>,
        _ input: AVCodecParameters, channels: Int32, rates limit: [Int32]
    ) {
        let formats = list(ms_encoder_sample_formats(codec)) { $0 != AV_SAMPLE_FMT_NONE }
        let given = AVSampleFormat(rawValue: input.format)
        context.pointee.sample_fmt = nearest(to: given, among: formats)
        var rates = list(ms_encoder_sample_rates(codec)) { $0 != 0 }
        if !limit.isEmpty { rates = rates.isEmpty ? limit : rates.filter(limit.contains) }
        let above = rates.filter { $0 >= input.sample_rate }.min()
        context.pointee.sample_rate = above ?? rates.max() ?? input.sample_rate
        context.pointee.time_base = AVRational(num: 1, den: context.pointee.sample_rate)
        settleLayout(context, codec, input, channels: channels)
        context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
        // FFmpeg's default is meant for stereo.
        let bitRate = context.pointee.bit_rate
        if bitRate == 128_000, channels > 2 { context.pointee.bit_rate = 64_000 * Int64(channels) }
    }

    private static func settleLayout(
        _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>,
        _ input: AVCodecParameters, channels: Int32
    ) {
        var wanted = input.ch_layout
        let isKnown = channels == wanted.nb_channels && wanted.order != AV_CHANNEL_ORDER_UNSPEC
        let layouts = list(ms_encoder_channel_layouts(codec)) { $0.nb_channels != 0 }
        let isTaken =
            layouts.isEmpty
            || layouts.contains { layout in
                var layout = layout
                return av_channel_layout_compare(&layout, &wanted) == 0
            }
        if isKnown, isTaken {
            av_channel_layout_copy(&context.pointee.ch_layout, &wanted)
            return
        }
        let sameCount = layouts.filter { $0.nb_channels == channels }
        let fewer = layouts.filter { $0.nb_channels <= channels }
        let best = sameCount.first ?? fewer.max { $0.nb_channels < $1.nb_channels }
        if var best = best ?? layouts.first {
            av_channel_layout_copy(&context.pointee.ch_layout, &best)
        } else {
            av_channel_layout_default(&context.pointee.ch_layout, channels)
        }
    }

    /// The same format, packed or planar; else the smallest that loses nothing; else the largest.
    private static func nearest(
        to given: AVSampleFormat, among formats: [AVSampleFormat]
    ) -> AVSampleFormat {
        let packed = av_get_packed_sample_fmt(given)
        if let same = formats.first(where: { av_get_packed_sample_fmt($0) == packed }) {
            return same
        }
        let bytes = { av_get_bytes_per_sample($0) }
        let larger = formats.filter { bytes($0) >= bytes(given) }
        return larger.min { bytes($0) < bytes($1) } ?? formats.max { bytes($0) < bytes($1) }
            ?? (packed == AV_SAMPLE_FMT_NONE ? AV_SAMPLE_FMT_S16 : given)
    }

    private static func list<T>(_ first: UnsafePointer<T>?, while isOne: (T) -> Bool) -> [T] {
        guard let first else { return [] }
        var found: [T] = []
        while isOne(first[found.count]) { found.append(first[found.count]) }
        return found
    }
}
