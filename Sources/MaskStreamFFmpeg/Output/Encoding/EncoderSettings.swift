internal import CFFmpeg
import MaskStream

/// Sets an encoder up: what the frames are, then what the user asked for.
enum EncoderSettings {
    /// Size, format, times, colours, fields.
    static func apply(
        _ format: FrameFormat, form: EncodedFormat, clock: EncoderClock, container: Container,
        facts: StreamFacts?, fields: AVFieldOrder, to context: UnsafeMutablePointer<AVCodecContext>
    ) {
        context.pointee.width = Int32(format.width)
        context.pointee.height = Int32(format.height)
        context.pointee.pix_fmt = form.pixelFormat
        context.pointee.time_base = clock.timeBase.av
        context.pointee.framerate = format.encoderRate.av
        let isUndeclared = format.sampleAspect == Rational(1, 1) && facts?.sampleAspect.num == 0
        if format.sampleAspect.num > 0, format.sampleAspect.den > 0, !isUndeclared {
            context.pointee.sample_aspect_ratio = format.sampleAspect.av
        }
        form.color.tag(context)
        if container.format.pointee.flags & AVFMT_GLOBALHEADER != 0 {
            context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        }
        context.pointee.field_order = fields
        if fields != AV_FIELD_PROGRESSIVE {
            context.pointee.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME
        }
        // AVI keeps no presentation times, NUT no decoding times before 0.
        if container.isOne(of: "avi", "nut") { context.pointee.max_b_frames = 0 }
        context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
    }

    /// Quality, speed, threads and free options.
    static func apply(
        _ options: OutputOptions, _ choice: EncoderChoice, hdr10: HDR10?,
        to context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        let settings = ObjectOptions(context, choice)
        context.pointee.thread_count = Int32(clamping: options.threads)
        if let scale = choice.defaultScale,
            !options.encoderOptions.contains(where: { $0.key == "b" })
        {
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = scale * FF_QP2LAMBDA
        }
        try setQuality(options, choice, settings, context)
        // `medium` takes longer for a frame than a camera does.
        let isX26x = choice.name == "libx264" || choice.name == "libx265"
        if let preset = options.preset ?? (options.isLive && isX26x ? "veryfast" : nil) {
            try require("preset", of: choice, settings)
            try settings.set("preset", preset, from: "--preset")
        }
        // No frame refers across one that has to be a key frame; not all encoders know this.
        settings.prefer("forced-idr", "1")
        settings.prefer("forced_idr", "1")
        // VP8 with alpha does not open with alternate reference frames.
        let format = av_pix_fmt_desc_get(context.pointee.pix_fmt)?.pointee
        if choice.name == "libvpx", let format, format.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0 {
            settings.prefer("auto-alt-ref", "0")
        }
        if options.isLive { reduceLatency(choice, context) }
        var ours = hdr10?.parameters(of: choice.name) ?? []
        // With AVX-512, x264's rate control reads memory that nobody has written (0.164, widths that are
        // no multiple of 128): the same frames are encoded otherwise each time. AVX2 is as fast.
        if choice.name == "libx264", av_get_cpu_flags() & AV_CPU_FLAG_AVX512 != 0 {
            ours.append("asm=avx2")
        }
        // x265 writes its summary to the terminal by itself.
        if choice.name == "libx265" { ours.append("log-level=error") }
        // Below four blocks of 16 pixels in width, x265 (3.5) writes behind what its CU tree has
        // allocated, and corrupts the heap.
        if choice.name == "libx265", context.pointee.width < 50 { ours.append("cutree=0") }
        let list = choice.name.dropFirst("lib".count) + "-params"
        if !ours.isEmpty { settings.prefer(String(list), ours.joined(separator: ":")) }
        for (key, value) in options.encoderOptions {
            // The user's come last, and count.
            let value = key == list ? (ours + [value]).joined(separator: ":") : value
            try settings.set(key, value, from: "--encoder-option")
        }
    }

    /// Sets the quality that was asked for; without one, hardware gets a usual one or a bit rate.
    private static func setQuality(
        _ options: OutputOptions, _ choice: EncoderChoice, _ settings: ObjectOptions,
        _ context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        let scale = QualityScale(of: choice, settings)
        if let crf = options.crf {
            guard let scale else { throw missing("crf", of: choice) }
            guard scale.range.contains(crf), !scale.isWhole || crf == crf.rounded() else {
                let (least, most) = (Int(scale.range.lowerBound), Int(scale.range.upperBound))
                throw MaskStreamError(
                    .usage, "out of range (--crf \(crf))",
                    hint: "\(choice.name) takes \(scale.isWhole ? "whole numbers from " : "")"
                        + "\(least) to \(most)")
            }
            for (key, value) in scale.options(crf) {
                try settings.set(key, value, from: "--crf")
            }
        } else if let family = choice.family,
            !options.encoderOptions.contains(where: { EncoderChoice.rateOptions.contains($0.key) })
        {
            if let scale {
                for (key, value) in scale.options(choice.usualCRF) {
                    try settings.set(key, value, from: "--codec")
                }
            } else if family == .v4l2m2m || choice.id == AV_CODEC_ID_MPEG2VIDEO {
                let pixels = Double(context.pointee.width) * Double(context.pointee.height)
                let rate = Rational(context.pointee.framerate).value
                context.pointee.bit_rate = Int64(pixels * rate * EncoderChoice.usualBits)
            }
        }
    }

    /// Lets MPEG count its groups of frames from a time code on.
    ///
    /// Numbers are dropped at 29.97 frames a second only.
    static func begin(
        at timecode: String, _ choice: EncoderChoice,
        _ context: UnsafeMutablePointer<AVCodecContext>
    ) {
        let drops = timecode.contains(";")
        guard choice.holdsTimecode,
            !drops || Rational(context.pointee.framerate) == Rational(30_000, 1001)
        else { return }
        ObjectOptions(context, choice).prefer("gop_timecode", timecode)
    }

    /// Lets frames leave without waiting for later ones, and new viewers wait two seconds at most.
    private static func reduceLatency(
        _ choice: EncoderChoice, _ context: UnsafeMutablePointer<AVCodecContext>
    ) {
        context.pointee.thread_type = FF_THREAD_SLICE
        context.pointee.gop_size = Int32(
            clamping: Int((2 * Rational(context.pointee.framerate).value).rounded(.up)))
        let settings = ObjectOptions(context, choice)
        switch choice.name {
        case "libx264", "libx265": settings.prefer("tune", "zerolatency")
        case "libvpx", "libvpx-vp9":
            settings.prefer("deadline", "realtime")
            settings.prefer("lag-in-frames", "0")
            settings.prefer("cpu-used", "8")
        default:
            guard choice.family != nil else { return }
            context.pointee.max_b_frames = 0
            for (key, value) in [
                ("tune", "ll"), ("zerolatency", "1"), ("delay", "0"), ("async_depth", "1"),
            ] { settings.prefer(key, value) }
        }
    }

    private static func require(
        _ name: String, of choice: EncoderChoice, _ settings: ObjectOptions
    ) throws {
        guard !settings.has(name) else { return }
        throw missing(name, of: choice)
    }

    private static func missing(_ name: String, of choice: EncoderChoice) -> MaskStreamError {
        let example = choice.family == nil ? "" : ", as b=6M for a bit rate"
        return MaskStreamError(
            .usage, "\(choice.name) has no \(name) (--\(name))",
            hint: "leave it out, or set its own options with --encoder-option\(example)")
    }

    /// FFmpeg's word for an order of fields: what the stream itself says where it agrees.
    static func order(of fields: FrameFormat.Fields, declared: AVFieldOrder) -> AVFieldOrder {
        switch fields {
        case .progressive: declared
        case .topFirst: declared == AV_FIELD_TB ? declared : AV_FIELD_TT
        case .bottomFirst: declared == AV_FIELD_BT ? declared : AV_FIELD_BB
        }
    }

    /// The field order that can be encoded: subsampled chroma needs whole rows in each field.
    static func usableFields(_ order: AVFieldOrder, format: FrameFormat, form: EncodedFormat)
        -> AVFieldOrder
    {
        let shift = av_pix_fmt_desc_get(form.pixelFormat)?.pointee.log2_chroma_h ?? 0
        let isInterlaced = [AV_FIELD_TT, AV_FIELD_BB, AV_FIELD_TB, AV_FIELD_BT].contains(order)
        let isWhole = format.height % (2 << Int(shift)) == 0
        return isInterlaced && isWhole ? order : AV_FIELD_PROGRESSIVE
    }

    /// Why the encoder did not open.
    static func failure(
        _ code: Int32, _ choice: EncoderChoice, options: OutputOptions, format: FrameFormat
    ) -> MaskStreamError {
        let cause = FFmpegError(
            code: code, operation: "open encoder", path: choice.name,
            lastLogLine: FFmpegLog.takeLastLine())
        let hasOptions =
            !options.encoderOptions.isEmpty || options.preset != nil || options.crf != nil
            || options.pixelFormat != nil
        let said = OutputFailure.said(cause)
        if hasOptions, !choice.isHardware, code == ms_averror(EINVAL) {
            return MaskStreamError(
                .usage, "\(choice.name) does not take these options\(said)",
                hint: "check --preset, --crf and --encoder-option", underlying: cause)
        }
        return unusable(choice, format: format, because: "\(cause.reason)\(said)", cause)
    }

    /// The error for an encoder that does not work here.
    static func unusable(
        _ choice: EncoderChoice, format: FrameFormat, because reason: String, _ cause: any Error
    ) -> MaskStreamError {
        MaskStreamError(
            .unavailable,
            "the encoder \(choice.name) cannot be used for \(format.width)x\(format.height): "
                + reason,
            hint: choice.isHardware
                ? (choice.family?.setup ?? "its device or driver is missing")
                    + "; or choose a software encoder, as libx264"
                : "choose another --codec", underlying: cause)
    }
}
