internal import CFFmpeg
import MaskStream

/// An opened video encoder.
final class VideoEncoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    /// What the encoded frames are, wherever they lie.
    var pixelFormat: AVPixelFormat { memory == nil ? context.pointee.pix_fmt : form.pixelFormat }
    /// What goes with the frames into their packets.
    let sideData: SideDataWriter
    private let shown: String
    private let packet: Packet
    private let converter: FrameConverter
    private let form: EncodedFormat
    /// The device's memory, where the encoder takes its frames from there.
    private let memory: HardwareFrames?
    private let regions: RegionsOfInterest?
    private let fields: AVFieldOrder
    private var clock: EncoderClock
    private var wantsKey = false

    /// The time base of the packets: the input's.
    let timeBase: Rational

    /// Opens the encoder.
    ///
    /// Wraps `avcodec_open2`.
    ///
    /// - Throws: `MaskStreamError/Code/usage` for wrong options,
    ///   `MaskStreamError/Code/unavailable` where the encoder does not work here.
    init(
        _ choice: EncoderChoice, form: EncodedFormat, format: FrameFormat, container: Container,
        options: OutputOptions, input: InputStreams?, timecode: String?,
        report: @escaping WarningReport
    ) throws {
        packet = try Packet()
        converter = try FrameConverter(form, format: format)
        guard let context = avcodec_alloc_context3(choice.codec) else {
            throw MaskStreamError(.software, "out of memory for an encoder")
        }
        self.context = context
        self.form = form
        let depth = av_pix_fmt_desc_get(form.pixelFormat)?.pointee.comp.0.depth ?? 8
        regions = options.raisesQP.map { RegionsOfInterest(raise: $0, bitDepth: Int(depth)) }
        shown = options.shownDestination
        timeBase = format.timeBase
        clock = EncoderClock(format, counts: choice.countsFrames)
        let facts = input?.maskedFacts
        let declared = facts?.parameters.pointee.field_order ?? AV_FIELD_UNKNOWN
        let order = EncoderSettings.order(of: format.fields, declared: declared)
        fields = EncoderSettings.usableFields(order, format: format, form: form)
        EncoderSettings.apply(
            format, form: form, clock: clock, container: container, facts: facts, fields: fields,
            to: context)
        memory = try Self.memory(choice, form, format)
        memory?.serve(context)
        if let timecode { EncoderSettings.begin(at: timecode, choice, context) }
        try EncoderSettings.apply(options, choice, hdr10: input?.hdr10, to: context)
        let code = avcodec_open2(context, choice.codec, nil)
        guard code >= 0 else {
            throw EncoderSettings.failure(code, choice, options: options, format: format)
        }
        sideData = SideDataWriter(
            context, choice, form: form, container: container, input: input,
            keepsMetadata: options.keepsMetadata, report: report)
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// The memory of the device that an encoder takes its frames from; nil for the program's own.
    ///
    /// - Throws: `MaskStreamError/Code/unavailable` where there is no such device.
    private static func memory(
        _ choice: EncoderChoice, _ form: EncodedFormat, _ format: FrameFormat
    ) throws -> HardwareFrames? {
        guard let kind = choice.family?.device else { return nil }
        do {
            return try HardwareFrames(
                .open(kind), form.pixelFormat, width: format.width, height: format.height)
        } catch {
            let reason = (error as? MaskStreamError)?.message ?? "\(error)"
            throw EncoderSettings.unusable(choice, format: format, because: reason, error)
        }
    }

    /// Encodes a frame; `emit` gets the packets that are ready, in the frames' time base.
    ///
    /// Wraps `avcodec_send_frame`.
    func encode(
        _ frame: Frame, emit: (UnsafeMutablePointer<AVPacket>) throws -> Void
    ) throws {
        let converted = try converter.convert(frame.buffer)
        let target = converted.pointer
        form.color.tag(target)
        let isKey = wantsKey || clock.followsGap(frame.pts)
        target.pointee.pict_type = isKey ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        wantsKey = false
        target.pointee.sample_aspect_ratio = context.pointee.sample_aspect_ratio
        target.pointee.pts = clock.enter(pts: frame.pts, duration: frame.duration)
        if fields != AV_FIELD_PROGRESSIVE {
            // FFmpeg's programs and QuickTime's 9 mean "top first" by TB, whatever the header says.
            let isTop = fields == AV_FIELD_TT || fields == AV_FIELD_TB
            ms_frame_set_interlaced(target, isTop ? 1 : 0)
        }
        if context.pointee.flags & AV_CODEC_FLAG_QSCALE != 0 {
            target.pointee.quality = context.pointee.global_quality
        }
        let extras = frame.attachments as? FrameExtras
        try sideData.attach(extras?.sideData ?? [], to: target)
        try regions?.attach(frame.coarse, to: target)
        let code = avcodec_send_frame(context, try (memory?.upload(converted) ?? converted).pointer)
        guard code >= 0 else { throw failed(code, frame: "at \(frame.time) s") }
        try receive(emit)
    }

    /// Makes the next frame a key frame, at which a new reader can begin.
    func beginAnew() { wantsKey = true }

    /// Takes out what the encoder still holds; afterwards it takes no more frames.
    func drain(emit: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
        let code = avcodec_send_frame(context, nil)
        guard code >= 0 || code == ReturnCode.endOfFile else {
            throw failed(code, frame: "at the end")
        }
        try receive(emit)
    }

    private func receive(_ emit: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
        while true {
            let code = avcodec_receive_packet(context, packet.pointer)
            if code == ReturnCode.again || code == ReturnCode.endOfFile { return }
            guard code >= 0 else { throw failed(code, frame: "in between") }
            clock.leave(packet.pointer)
            defer { av_packet_unref(packet.pointer) }
            try emit(packet.pointer)
        }
    }

    private func failed(_ code: Int32, frame: String) -> MaskStreamError {
        let cause = FFmpegError(
            code: code, operation: "encode", path: shown, lastLogLine: FFmpegLog.takeLastLine())
        return MaskStreamError(
            .software,
            "encoding failed \(frame): \(cause.reason) (\(shown))"
                + OutputFailure.said(cause), underlying: cause)
    }
}
