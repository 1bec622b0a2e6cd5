internal import CFFmpeg
import MaskStream

/// The encoder: which one, and what is peculiar to it.
struct EncoderChoice {
    /// FFmpeg's encoder.
    let codec: UnsafePointer<AVCodec>

    /// FFmpeg's name of the encoder.
    var name: String { String(cString: codec.pointee.name) }
    var id: AVCodecID { codec.pointee.id }
    /// The hardware interface that it belongs to; nil in software.
    var family: EncoderFamily? { EncoderFamily(of: name) }

    /// Takes the one asked for, or libx264 where the container holds it, or the container's own default.
    ///
    /// In a pipe raw frames stay raw, unless something is said of an encoder.
    ///
    /// - Throws: `MaskStreamError/Code/usage` for an unknown codec or an impossible pair,
    ///   `MaskStreamError/Code/unavailable` where this FFmpeg has no encoder for it.
    init(_ options: OutputOptions, container: Container, input: InputStreams?) throws {
        if let option = options.codec ?? Self.raw(options, container: container, input: input) {
            codec = try Self.named(option)
            let id = codec.pointee.id
            let fits =
                container.isY4M ? id == AV_CODEC_ID_RAWVIDEO : container.holds(codec: id) ?? true
            if let held = container.imageCodec, held != id {
                throw MaskStreamError(
                    .usage,
                    "an image of this name holds \(String(cString: avcodec_get_name(held))), not "
                        + "\(option) (\(options.shownDestination))",
                    hint: "leave --codec out, or choose the extension that fits it")
            }
            guard fits || container.imageCodec != nil else {
                throw MaskStreamError(
                    .usage, "\(container.name) cannot hold \(option) (\(options.shownDestination))",
                    hint: Self.hint(for: container))
            }
            return
        }
        let h264 = avcodec_find_encoder_by_name("libx264")
        if container.imageCodec == nil, let h264, container.holds(codec: AV_CODEC_ID_H264) == true {
            codec = h264
            return
        }
        let id = container.imageCodec ?? container.writer.pointee.video_codec
        guard let found = Self.preferred(id) else {
            throw MaskStreamError(
                .unavailable,
                "this FFmpeg cannot encode \(String(cString: avcodec_get_name(id))) "
                    + "(\(options.shownDestination))",
                hint: "choose another container or --codec")
        }
        codec = found
    }

    /// Which of the usual encoders fit a container.
    private static func hint(for container: Container) -> String {
        let usual = ["libx264", "libx265", "libvpx-vp9", "libvpx", "libtheora", "mpeg4", "ffv1"]
        let fitting = usual.filter { name in
            avcodec_find_encoder_by_name(name).map { container.holds(codec: $0.pointee.id) } == true
        }
        let named = fitting.isEmpty ? "" : "it takes \(fitting.joined(separator: ", ")); "
        return named + "write Matroska (.mkv), or leave --codec out"
    }

    private static func raw(
        _ options: OutputOptions, container: Container, input: InputStreams?
    ) -> String? {
        let isRaw = input?.maskedFacts?.parameters.pointee.codec_id == AV_CODEC_ID_RAWVIDEO
        guard options.destination == "-", isRaw, options.crf == nil, options.preset == nil,
            options.encoderOptions.isEmpty, container.holds(codec: AV_CODEC_ID_RAWVIDEO) == true
        else { return nil }
        return "rawvideo"
    }

    /// The encoder of an encoder's or a codec's name.
    static func named(_ option: String) throws -> UnsafePointer<AVCodec> {
        guard option != "copy" else {
            throw MaskStreamError(
                .usage, "copied frames would leave unmasked (--codec copy)",
                hint: "masked frames have to be encoded: ffv1 does it without loss")
        }
        if let exact = avcodec_find_encoder_by_name(option) {
            if exact.pointee.type == AVMEDIA_TYPE_VIDEO { return exact }
            throw MaskStreamError(
                .usage, "not a video codec (--codec \(option))", hint: "audio is copied as it is")
        }
        if let descriptor = avcodec_descriptor_get_by_name(option) {
            // FFmpeg takes libaom first, which is made for stills and takes a second a frame.
            let isAV1 = descriptor.pointee.id == AV_CODEC_ID_AV1
            if isAV1, let fast = avcodec_find_encoder_by_name("libsvtav1") { return fast }
            if let found = preferred(descriptor.pointee.id) { return found }
            throw MaskStreamError(
                .unavailable, "this FFmpeg has no encoder for it (--codec \(option))",
                hint: "`ffmpeg -encoders` lists those it has")
        }
        throw MaskStreamError(
            .usage, "unknown codec (--codec \(option))",
            hint: usualNames[option.lowercased()].map { "did you mean `\($0)`?" }
                ?? CloseNames.hint(
                    option, among: encoderNames(of: AVMEDIA_TYPE_VIDEO),
                    otherwise: "`ffmpeg -encoders` lists them; common: libx264, libx265, ffv1"))
    }

    /// What codecs are called elsewhere.
    private static let usualNames = [
        "h265": "libx265", "h.265": "libx265", "x265": "libx265", "h.264": "libx264",
        "x264": "libx264", "avc": "libx264", "jpg": "mjpeg", "jpeg": "mjpeg", "prores422": "prores",
    ]

    /// The software encoder for a codec, still images without animation first.
    private static func preferred(_ id: AVCodecID) -> UnsafePointer<AVCodec>? {
        let first: [AVCodecID: String] = [
            AV_CODEC_ID_H264: "libx264", AV_CODEC_ID_HEVC: "libx265", AV_CODEC_ID_WEBP: "libwebp",
            AV_CODEC_ID_VP9: "libvpx-vp9", AV_CODEC_ID_VP8: "libvpx",
        ]
        if let name = first[id], let found = avcodec_find_encoder_by_name(name) { return found }
        return avcodec_find_encoder(id)
    }

    /// The names of all encoders of a kind, and of what they encode.
    ///
    /// Wraps `av_codec_iterate`.
    static func encoderNames(of kind: AVMediaType) -> [String] {
        var names: [String] = []
        var state: UnsafeMutableRawPointer?
        while let codec = av_codec_iterate(&state) {
            guard av_codec_is_encoder(codec) != 0, codec.pointee.type == kind else { continue }
            names.append(String(cString: codec.pointee.name))
            names.append(String(cString: avcodec_get_name(codec.pointee.id)))
        }
        return names
    }
}

extension EncoderChoice {
    /// Whether the size must be a multiple of the chroma subsampling.
    var needsWholeChroma: Bool {
        id == AV_CODEC_ID_H264 || id == AV_CODEC_ID_HEVC || name == "libsvtav1"
    }

    /// Whether every frame may have a palette of its own, with alpha.
    var hasOwnPalettes: Bool { id == AV_CODEC_ID_PNG || id == AV_CODEC_ID_GIF }

    /// Whether grey is better written as colour: few players show grey H.264.
    var prefersColor: Bool { id == AV_CODEC_ID_H264 || id == AV_CODEC_ID_HEVC }

    /// Whether the codec counts frames in a constant rate and cannot take any time base.
    var countsFrames: Bool {
        [
            AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H263,
            AV_CODEC_ID_H263P, AV_CODEC_ID_FLV1, AV_CODEC_ID_MSMPEG4V2, AV_CODEC_ID_MSMPEG4V3,
            AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2, AV_CODEC_ID_DNXHD, AV_CODEC_ID_DVVIDEO,
            AV_CODEC_ID_THEORA, AV_CODEC_ID_H261, AV_CODEC_ID_RV10, AV_CODEC_ID_RV20,
        ].contains(id)
    }

    /// The quality scale for codecs that otherwise start at 200 kbit/s; nil for the others.
    var defaultScale: Int32? {
        if id == AV_CODEC_ID_MJPEG { return 2 }
        // Theora's runs from 0 to 10, which is best; above 7 only the file grows.
        if id == AV_CODEC_ID_THEORA { return 7 }
        return countsFrames && id != AV_CODEC_ID_DNXHD && id != AV_CODEC_ID_DVVIDEO ? 3 : nil
    }

    /// The largest `--crf`.
    var largestCRF: Double { prefersColor ? 51 : 63 }

    /// Whether the codec encodes on a device that may be missing.
    var isHardware: Bool {
        codec.pointee.capabilities & (AV_CODEC_CAP_HARDWARE | AV_CODEC_CAP_HYBRID) != 0
    }
}
