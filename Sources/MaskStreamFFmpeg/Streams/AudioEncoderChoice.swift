internal import CFFmpeg
import MaskStream

/// The encoder for sound that the user asked for.
struct AudioEncoderChoice {
    /// FFmpeg's encoder.
    let codec: UnsafePointer<AVCodec>

    /// FFmpeg's name of the encoder.
    var name: String { String(cString: codec.pointee.name) }

    /// Takes the user's word for it; nil where sound is copied.
    ///
    /// - Throws: `MaskStreamError/Code/usage` for an unknown codec or one that the container does
    ///   not hold, `MaskStreamError/Code/unavailable` where this FFmpeg has no encoder for it.
    init?(_ options: OutputOptions, container: Container) throws {
        guard let wanted = options.audioCodec, wanted != "copy" else { return nil }
        codec = try Self.named(wanted)
        guard !container.acceptsOneFrame, !container.holds(sound: codec.pointee.id) else { return }
        let fitting = Self.suggestion(for: container)
        throw MaskStreamError(
            .usage,
            "\(container.name) cannot hold \(wanted) (--audio-codec, \(options.shownDestination))",
            hint: fitting.map { "it takes \($0)" } ?? "write Matroska (.mkv)")
    }

    /// An encoder whose sound a container holds; nil where it holds none.
    static func suggestion(for container: Container) -> String? {
        ["aac", "libopus", "libmp3lame", "flac", "pcm_s16le"].first { name in
            avcodec_find_encoder_by_name(name).map { container.holds(sound: $0.pointee.id) } == true
        }
    }

    private static func named(_ wanted: String) throws -> UnsafePointer<AVCodec> {
        if let exact = avcodec_find_encoder_by_name(wanted) {
            guard exact.pointee.type == AVMEDIA_TYPE_AUDIO else {
                throw MaskStreamError(
                    .usage, "not an audio codec (--audio-codec \(wanted))",
                    hint: "common: libopus, aac, libmp3lame, flac, pcm_s16le")
            }
            // FFmpeg's own Opus and Vorbis are experiments, which nobody means.
            let isExperiment = exact.pointee.capabilities & AV_CODEC_CAP_EXPERIMENTAL != 0
            return isExperiment ? avcodec_find_encoder(exact.pointee.id) ?? exact : exact
        }
        if let descriptor = avcodec_descriptor_get_by_name(wanted),
            descriptor.pointee.type == AVMEDIA_TYPE_AUDIO
        {
            if let found = avcodec_find_encoder(descriptor.pointee.id) { return found }
            throw MaskStreamError(
                .unavailable, "this FFmpeg has no encoder for it (--audio-codec \(wanted))",
                hint: "`ffmpeg -encoders` lists those it has")
        }
        throw MaskStreamError(
            .usage, "unknown codec (--audio-codec \(wanted))",
            hint: CloseNames.hint(
                wanted, among: ["copy"] + EncoderChoice.encoderNames(of: AVMEDIA_TYPE_AUDIO),
                otherwise: "`ffmpeg -encoders` lists them; common: libopus, aac, flac"))
    }
}
