internal import CFFmpeg
import MaskStream

/// Sets an encoder up: what the pictures are, then what the user wishes.
enum EncoderSettings {
    /// Size, format, times, colours, fields.
    static func apply(
        _ format: FrameFormat, form: PictureForm, clock: EncoderClock, container: Container,
        facts: StreamFacts?, fields: AVFieldOrder, to context: UnsafeMutablePointer<AVCodecContext>
    ) {
        context.pointee.width = Int32(format.width)
        context.pointee.height = Int32(format.height)
        context.pointee.pix_fmt = form.target
        context.pointee.time_base = clock.timeBase.av
        context.pointee.framerate = format.encoderRate.av
        let isUntold = format.sampleAspect == Rational(1, 1) && facts?.sampleAspect.num == 0
        if format.sampleAspect.num > 0, format.sampleAspect.den > 0, !isUntold {
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
    ///
    /// Wraps `av_opt_set`.
    static func apply(
        _ options: OutputOptions, _ choice: EncoderChoice, hdr10: HDR10?,
        to context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        context.pointee.thread_count = Int32(clamping: options.threads)
        if let scale = choice.defaultScale,
            !options.encoderOptions.contains(where: { $0.key == "b" })
        {
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = scale * FF_QP2LAMBDA
        }
        if let crf = options.crf {
            try requireOption("crf", choice, context)
            guard (0...choice.largestCRF).contains(crf) else {
                throw MaskStreamError(
                    .usage, "out of range (--crf \(crf))",
                    hint: "\(choice.name) takes 0 to \(Int(choice.largestCRF))")
            }
            let isWhole = crf == crf.rounded()
            try set("crf", isWhole ? String(Int(crf)) : String(crf), choice, context)
        }
        // What medium takes for a picture is more than a camera gives.
        let isX26x = choice.name == "libx264" || choice.name == "libx265"
        if let preset = options.preset ?? (options.isLive && isX26x ? "veryfast" : nil) {
            try requireOption("preset", choice, context)
            try set("preset", preset, choice, context)
        }
        // No frame refers across one that has to be a key frame; not all encoders know this.
        av_opt_set(context.pointee.priv_data, "forced-idr", "1", 0)
        if options.isLive { hurry(choice, context) }
        var ours = hdr10?.parameters(of: choice.name) ?? []
        // x265 writes its summary to the terminal by itself.
        if choice.name == "libx265" { ours.append("log-level=error") }
        let list = choice.name.dropFirst("lib".count) + "-params"
        if !ours.isEmpty {
            av_opt_set(context.pointee.priv_data, String(list), ours.joined(separator: ":"), 0)
        }
        for (key, value) in options.encoderOptions {
            // The user's come last, and count.
            let value = key == list ? (ours + [value]).joined(separator: ":") : value
            try set(key, value, choice, context)
        }
    }

    /// Lets MPEG count its groups of pictures from a time code on.
    ///
    /// Wraps `av_opt_set`; numbers are dropped at 29.97 frames a second only.
    static func begin(
        at timecode: String, _ choice: EncoderChoice,
        _ context: UnsafeMutablePointer<AVCodecContext>
    ) {
        let drops = timecode.contains(";")
        guard choice.holdsTimecode,
            !drops || Rational(context.pointee.framerate) == Rational(30_000, 1001)
        else { return }
        av_opt_set(context.pointee.priv_data, "gop_timecode", timecode, 0)
    }

    /// Lets pictures leave without waiting for later ones, and newcomers wait two seconds at most.
    ///
    /// Wraps `av_opt_set`; what an encoder does not know is left as it is.
    private static func hurry(
        _ choice: EncoderChoice, _ context: UnsafeMutablePointer<AVCodecContext>
    ) {
        context.pointee.thread_type = FF_THREAD_SLICE
        context.pointee.gop_size = Int32(
            clamping: Int((2 * Rational(context.pointee.framerate).value).rounded(.up)))
        let wishes: [(String, String)]
        switch choice.name {
        case "libx264", "libx265": wishes = [("tune", "zerolatency")]
        case "libvpx", "libvpx-vp9":
            wishes = [("deadline", "realtime"), ("lag-in-frames", "0"), ("cpu-used", "8")]
        default: wishes = []
        }
        for (key, value) in wishes { av_opt_set(context.pointee.priv_data, key, value, 0) }
    }

    private static func requireOption(
        _ name: String, _ choice: EncoderChoice, _ context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        let own = context.pointee.priv_data
        guard own == nil || av_opt_find(own, name, nil, 0, 0) == nil else { return }
        throw MaskStreamError(
            .usage, "\(choice.name) has no \(name) (--\(name))",
            hint: "leave it out, or set its own options with --encoder-option")
    }

    private static func set(
        _ key: String, _ value: String, _ choice: EncoderChoice,
        _ context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        let code = av_opt_set(context, key, value, AV_OPT_SEARCH_CHILDREN)
        guard code < 0 else { return }
        guard code == ms_averror_option_not_found() else {
            throw MaskStreamError(
                .usage, "\(choice.name) does not take \(key)=\(value)",
                hint: "`ffmpeg -h encoder=\(choice.name)` lists the values")
        }
        let names = OptionNames.of(context) + OptionNames.of(context.pointee.priv_data)
        throw MaskStreamError(
            .usage, "\(choice.name) has no option \(key) (--encoder-option)",
            hint: CloseNames.hint(
                key, among: names, otherwise: "`ffmpeg -h encoder=\(choice.name)` lists them"))
    }

    /// FFmpeg's word for an order of fields: what the stream itself says where it agrees.
    static func order(of fields: FrameFormat.Fields, told: AVFieldOrder) -> AVFieldOrder {
        switch fields {
        case .progressive: told
        case .topFirst: told == AV_FIELD_TB ? told : AV_FIELD_TT
        case .bottomFirst: told == AV_FIELD_BT ? told : AV_FIELD_BB
        }
    }

    /// The field order that can be encoded: subsampled chroma needs whole rows in each field.
    static func usableFields(_ order: AVFieldOrder, format: FrameFormat, form: PictureForm)
        -> AVFieldOrder
    {
        let shift = av_pix_fmt_desc_get(form.target)?.pointee.log2_chroma_h ?? 0
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
        let wishes =
            !options.encoderOptions.isEmpty || options.preset != nil || options.crf != nil
            || options.pixelFormat != nil
        let said = OutputFailure.said(cause)
        if wishes, !choice.isHardware, code == ms_averror(EINVAL) {
            return MaskStreamError(
                .usage, "\(choice.name) does not take these options\(said)",
                hint: "check --preset, --crf and --encoder-option", underlying: cause)
        }
        return MaskStreamError(
            .unavailable,
            "the encoder \(choice.name) cannot be used for \(format.width)x\(format.height): "
                + "\(cause.reason)\(said)",
            hint: choice.isHardware
                ? "its device or driver is missing: choose a software encoder, as libx264"
                : "choose another --codec", underlying: cause)
    }
}

/// The options an FFmpeg object has.
enum OptionNames {
    /// Wraps `av_opt_next`.
    static func of(_ object: UnsafeMutableRawPointer?) -> [String] {
        guard let object else { return [] }
        var names: [String] = []
        var option = av_opt_next(object, nil)
        while let current = option {
            names.append(String(cString: current.pointee.name))
            option = av_opt_next(object, current)
        }
        return names
    }
}
