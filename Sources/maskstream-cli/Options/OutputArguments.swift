import ArgumentParser
import MaskStream
import MaskStreamFFmpeg

/// The options that say what is written and how.
struct OutputArguments: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file, URL, image, folder for images, or - for stdout.", valueName: "out"),
        completion: .file())
    var output: String?

    @Option(help: "FFmpeg's name of the output format, or y4m.")
    var format: String?

    @Option(
        help: "FFmpeg's encoder; libx264 where the format takes it.",
        completion: .list(UsualEncoders.all.map(\.name)))
    var codec: String?

    @Option(help: "Constant quality, 0 or more; lower is better and larger.")
    var crf: Double?

    @Option(help: "The encoder's preset, as veryfast.")
    var preset: String?

    @Option(help: ArgumentHelp("An option for the encoder.", valueName: "k=v"))
    var encoderOption: [KeyValue] = []

    @Option(help: ArgumentHelp("An option for the format.", valueName: "k=v"))
    var muxerOption: [KeyValue] = []

    @Option(help: ArgumentHelp("FFmpeg's pixel format to encode.", valueName: "name"))
    var outputPixFmt: String?

    @Flag(help: "Replace an existing output.")
    var overwrite = false

    @Option(
        help: ArgumentHelp(
            "Keep audio streams or leave them out (drop).", valueName: "keep|drop"))
    var audio = Keep.keep

    @Option(
        help: ArgumentHelp(
            "FFmpeg's encoder for audio, as libopus; copy, the default, copies it.",
            valueName: "name"),
        completion: .list(["copy", "libopus", "aac", "libmp3lame", "flac", "pcm_s16le"]))
    var audioCodec: String?

    @Option(
        help: ArgumentHelp("Metadata: keep or strip; strip with --invert.", valueName: "keep|strip")
    )
    var metadata: MetadataRule?

    @Flag(help: "Copy other video streams and images as they are.")
    var keepUnmaskedStreams = false

    @Flag(help: "Fail if a stream cannot be kept.")
    var strictStreams = false

    mutating func validate() throws {
        if let crf, !crf.isFinite || crf < 0 {
            throw ValidationError("--crf must be a number from 0 on, not \(crf)")
        }
        if audio == .drop, let audioCodec, audioCodec != "copy" {
            throw ValidationError("--audio-codec cannot go with --audio drop, which leaves it out")
        }
    }

    /// The options as the library takes them.
    func options(destination: String, inverts: Bool) -> OutputOptions {
        var options = OutputOptions(destination: destination)
        options.format = format
        options.codec = codec
        options.crf = crf
        options.preset = preset
        options.encoderOptions = encoderOption.map { ($0.key, $0.value) }
        options.muxerOptions = muxerOption.map { ($0.key, $0.value) }
        options.pixelFormat = outputPixFmt
        options.overwrite = overwrite
        options.keepsAudio = audio == .keep
        options.audioCodec = audioCodec
        options.keepsMetadata = (metadata ?? (inverts ? .strip : .keep)) == .keep
        options.keepsUnmaskedStreams = keepUnmaskedStreams
        options.strictStreams = strictStreams
        return options
    }
}
