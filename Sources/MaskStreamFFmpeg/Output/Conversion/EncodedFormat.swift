internal import CFFmpeg
import MaskStream

/// What is encoded: the pixel format, its colour, and the steps that lead there.
struct EncodedFormat {
    /// The pixel format that is encoded.
    let pixelFormat: AVPixelFormat
    /// The colour tags of what is encoded.
    let color: ColorInfo
    /// What is done to each frame, in this order; empty where its own memory is encoded.
    let steps: [ConversionStep]
    /// The frames' planes, without alpha where the output has none.
    let layout: PixelFormat
    /// What is lost or changed on the way, for a warning; nil where nothing is.
    let change: MediaWarning?

    /// Chooses the identical format, else the closest that loses nothing, else the closest.
    ///
    /// Wraps `av_find_best_pix_fmt_of_2`.
    ///
    /// - Throws: `MaskStreamError/Code/usage`.
    init(
        _ format: FrameFormat, encoder: EncoderChoice, container: Container, options: OutputOptions
    ) throws {
        let candidates = try Self.candidates(format, encoder, container, options)
        let usable = candidates.filter { Self.fits($0, format, encoder) }
        guard !usable.isEmpty else {
            throw MaskStreamError(
                .usage,
                "\(encoder.name) cannot encode \(format.width)x\(format.height) in "
                    + "\(options.pixelFormat ?? format.pixelFormat.description)",
                hint: "choose another --codec or --output-pix-fmt, or an even size")
        }
        let clear = usable.filter { av_pix_fmt_desc_get($0)?.pointee.hasAlpha == true }
        let keepsAlpha = format.pixelFormat.hasAlpha && !clear.isEmpty
        guard keepsAlpha || !options.needsAlpha else {
            throw Self.noAlpha(encoder, container, options)
        }
        let layout = keepsAlpha ? format.pixelFormat : format.pixelFormat.opaque
        let native = layout.avPixelFormat ?? layout.avPackedFormat
        guard let source = native ?? Self.unsubsampled(layout) else {
            throw MaskStreamError(
                .usage, "no pixel format for \(layout) (\(options.shownDestination))",
                hint: "choose an --output-pix-fmt without transparency")
        }
        let fits = keepsAlpha ? clear : usable
        let isFull = layout.model == .yuv && format.color.range == .full
        let twin = isFull ? Self.fullRangeTwin(source) : nil
        let isGrayAsColor =
            layout.model == .gray && encoder.prefersColor && options.pixelFormat == nil
        let wanted = isGrayAsColor ? Self.colorful(layout) : source
        if Self.usesPalette(fits, format, layout, encoder, container) {
            pixelFormat = AV_PIX_FMT_PAL8
        } else if fits.contains(source), !isGrayAsColor {
            pixelFormat = source
        } else if let twin, fits.contains(twin) {
            pixelFormat = twin
        } else {
            let plain = fits.filter { $0 != AV_PIX_FMT_PAL8 }
            pixelFormat = Self.best(
                plain, for: Self.upsampled(wanted, fits, candidates) ?? wanted)
        }
        self.layout = layout
        steps = Self.steps(from: format, layout, isFull: isFull, to: pixelFormat, encoder)
        color = Self.color(format, target: pixelFormat)
        change = Self.change(
            from: format, source, to: pixelFormat, steps, encoder, color, container,
            isAsked: options.pixelFormat != nil)
    }

    /// The fewest steps that lead to a format.
    private static func steps(
        from format: FrameFormat, _ layout: PixelFormat, isFull: Bool, to target: AVPixelFormat,
        _ encoder: EncoderChoice
    ) -> [ConversionStep] {
        var steps: [ConversionStep] = layout == format.pixelFormat ? [] : [.composite]
        let native = layout.avPixelFormat ?? layout.avPackedFormat
        // A palette is made of planar RGB.
        let planar = PixelFormat(.rgb, hasAlpha: layout.hasAlpha).avPixelFormat
        let scaled = target == AV_PIX_FMT_PAL8 ? planar ?? target : target
        let isSubsampled =
            layout.model == .yuv && (layout.chromaShiftX > 0 || layout.chromaShiftY > 0)
        // The `yuvj` formats are other names for full range.
        func named(_ format: AVPixelFormat) -> AVPixelFormat {
            isFull && fullRangeTwin(format) == scaled ? scaled : format
        }
        var current = native.map(named)
        if native == nil || (isSubsampled && isUnsubsampled(scaled)),
            let whole = unsubsampled(layout)
        {
            current = named(whole)
            steps.append(.upsampleChroma(named(whole)))
        } else if layout.avPixelFormat == nil, let native {
            steps.append(.interleave(native))
        }
        if current != scaled { steps.append(.scale(scaled)) }
        if target == AV_PIX_FMT_PAL8 {
            steps.append(.palette(isBinary: encoder.id == AV_CODEC_ID_GIF))
        }
        return steps
    }
}

extension EncodedFormat {
    /// The formats the encoder takes in this container, or the one that was asked for.
    private static func candidates(
        _ format: FrameFormat, _ encoder: EncoderChoice, _ container: Container,
        _ options: OutputOptions
    ) throws -> [AVPixelFormat] {
        var taken: [AVPixelFormat] = []
        var next = ms_encoder_pixel_formats(encoder.codec)
        while let pointer = next, pointer.pointee != AV_PIX_FMT_NONE {
            taken.append(pointer.pointee)
            next = pointer + 1
        }
        if container.isY4M { taken = y4mFormats }
        taken += encoder.family?.uploads(encoder.id) ?? []
        if encoder.id == AV_CODEC_ID_MJPEG {
            taken = taken.filter { pixelFormatName($0).hasPrefix("yuvj") }
        }
        taken = taken.filter { candidate in
            // Elsewhere palettes have no alpha, or one palette serves all frames.
            av_pix_fmt_desc_get(candidate)?.pointee.isHardware == false
                && (candidate != AV_PIX_FMT_PAL8 || encoder.hasOwnPalettes)
        }
        guard let name = options.pixelFormat else {
            return taken.isEmpty ? [format.pixelFormat.avPixelFormat].compactMap { $0 } : taken
        }
        let wanted = av_get_pix_fmt(name)
        guard wanted != AV_PIX_FMT_NONE else {
            throw MaskStreamError(
                .usage, "unknown pixel format (--output-pix-fmt \(name))",
                hint: CloseNames.hint(
                    name, among: allNames, otherwise: "`ffmpeg -pix_fmts` lists them"))
        }
        guard taken.isEmpty || taken.contains(wanted),
            sws_isSupportedOutput(wanted) != 0 || wanted == AV_PIX_FMT_PAL8
        else {
            throw MaskStreamError(
                .usage, "\(encoder.name) does not take \(name) (--output-pix-fmt)",
                hint: "it takes " + taken.prefix(12).map(pixelFormatName).joined(separator: ", "))
        }
        return [wanted]
    }

    /// Whether a palette is made of each frame: it had one, or the codec has nothing better.
    private static func usesPalette(
        _ fits: [AVPixelFormat], _ format: FrameFormat, _ layout: PixelFormat,
        _ encoder: EncoderChoice, _ container: Container
    ) -> Bool {
        guard fits.contains(AV_PIX_FMT_PAL8) else { return false }
        if fits.count == 1 { return true }
        if encoder.id == AV_CODEC_ID_GIF { return layout != .gray }
        // Later frames of a video may have more colours than the first.
        return format.hasFewColors && container.acceptsOneFrame
    }

    private static func noAlpha(
        _ encoder: EncoderChoice, _ container: Container, _ options: OutputOptions
    ) -> MaskStreamError {
        let form = options.pixelFormat.map { " in \($0)" } ?? ""
        return MaskStreamError(
            .usage,
            "\(encoder.name)\(form) holds no transparency, which --fill transparent needs "
                + "(\(options.shownDestination))",
            hint: "write .png, .webp, .gif, .webm, .mkv with --codec ffv1, "
                + "or .mov with --codec prores_ks")
    }

    /// Whether a frame of this size can be encoded in a format.
    private static func fits(
        _ candidate: AVPixelFormat, _ format: FrameFormat, _ encoder: EncoderChoice
    ) -> Bool {
        guard encoder.needsWholeChroma, let shape = av_pix_fmt_desc_get(candidate)?.pointee else {
            return true
        }
        return format.width % (1 << Int(shape.log2_chroma_w)) == 0
            && format.height % (1 << Int(shape.log2_chroma_h)) == 0
    }

    /// The same samples with chroma for every pixel, where only the size stands against `wanted`.
    private static func upsampled(
        _ wanted: AVPixelFormat, _ fits: [AVPixelFormat], _ candidates: [AVPixelFormat]
    ) -> AVPixelFormat? {
        guard candidates.contains(wanted), !fits.contains(wanted),
            let layout = PixelFormat(av: wanted)
        else { return nil }
        return unsubsampled(layout)
    }

    /// The colour format that holds grey and is played everywhere.
    private static func colorful(_ layout: PixelFormat) -> AVPixelFormat {
        PixelFormat(.yuv, bitDepth: layout.bitDepth, chromaShiftX: 1, chromaShiftY: 1)
            .avPixelFormat ?? AV_PIX_FMT_YUV420P
    }

    private static func best(_ fits: [AVPixelFormat], for wanted: AVPixelFormat) -> AVPixelFormat {
        if fits.contains(wanted) { return wanted }
        let hasAlpha = av_pix_fmt_desc_get(wanted)?.pointee.hasAlpha == true
        return fits.dropFirst().reduce(fits[0]) { best, next in
            av_find_best_pix_fmt_of_2(best, next, wanted, hasAlpha ? 1 : 0, nil)
        }
    }

    /// The layout without subsampled chroma.
    private static func unsubsampled(_ layout: PixelFormat) -> AVPixelFormat? {
        PixelFormat(layout.model, bitDepth: layout.bitDepth, hasAlpha: layout.hasAlpha)
            .avPixelFormat
    }

    private static func isUnsubsampled(_ format: AVPixelFormat) -> Bool {
        guard let shape = av_pix_fmt_desc_get(format)?.pointee else { return false }
        return shape.log2_chroma_w == 0 && shape.log2_chroma_h == 0 && shape.nb_components >= 3
    }

    /// The `yuvj` format, in which full range is part of the name.
    private static func fullRangeTwin(_ format: AVPixelFormat) -> AVPixelFormat? {
        switch format {
        case AV_PIX_FMT_YUV420P: AV_PIX_FMT_YUVJ420P
        case AV_PIX_FMT_YUV422P: AV_PIX_FMT_YUVJ422P
        case AV_PIX_FMT_YUV444P: AV_PIX_FMT_YUVJ444P
        case AV_PIX_FMT_YUV440P: AV_PIX_FMT_YUVJ440P
        default: nil
        }
    }

    private static let y4mFormats: [AVPixelFormat] =
        [8, 9, 10, 12, 14, 16].flatMap { depth in
            [(1, 1), (1, 0), (0, 0)].compactMap { x, y in
                PixelFormat(.yuv, bitDepth: depth, chromaShiftX: x, chromaShiftY: y).avPixelFormat
            }
        } + [8, 9, 10, 12, 16].compactMap { PixelFormat(.gray, bitDepth: $0).avPixelFormat }
        + [AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUVA444P]

    private static var allNames: [String] {
        var names: [String] = []
        var descriptor = av_pix_fmt_desc_next(nil)
        while let current = descriptor {
            names.append(String(cString: current.pointee.name))
            descriptor = av_pix_fmt_desc_next(current)
        }
        return names
    }
}
