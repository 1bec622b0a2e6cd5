import ArgumentParser
import MaskStream
import MaskStreamFFmpeg

/// The options that say how the output is written.
struct OutputArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write each output here, under its input's name.", valueName: "folder"),
        completion: .directory)
    var outputDir: String?

    @Option(help: ArgumentHelp("FFmpeg's name of the output format, or y4m.", valueName: "name"))
    var format: String?

    @Option(help: ArgumentHelp("The encoder's preset, as veryfast.", valueName: "name"))
    var preset: String?

    @Option(help: ArgumentHelp("An option for the encoder.", valueName: "k=v"))
    var encoderOption: [KeyValue] = []

    @Option(help: ArgumentHelp("An option for the format.", valueName: "k=v"))
    var muxerOption: [KeyValue] = []

    @Option(help: ArgumentHelp("FFmpeg's pixel format to encode.", valueName: "name"))
    var outputPixFmt: String?

    @Option(
        help: ArgumentHelp(
            "Whether audio streams are kept.", valueName: "keep|drop"))
    var audio = Keep.keep

    @Option(
        help: ArgumentHelp(
            "FFmpeg's encoder for audio, as libopus; copy, the default, copies the stream.",
            valueName: "name"),
        completion: .list(["copy", "libopus", "aac", "libmp3lame", "flac", "pcm_s16le"]))
    var audioCodec: String?

    @Option(
        help: ArgumentHelp(
            "Whether metadata is kept; with --invert and --masks-hide it is not, unless asked for.",
            valueName: "keep|strip")
    )
    var metadata: MetadataRule?

    @Flag(help: "Copy other video streams and images unmasked.")
    var keepUnmaskedStreams = false

    @Flag(help: "Fail if a stream cannot be kept.")
    var strictStreams = false

    mutating func validate() throws {
        if audio == .drop, let audioCodec, audioCodec != "copy" {
            throw ValidationError("--audio-codec cannot go with --audio drop, which leaves it out")
        }
    }

    /// The options as the library takes them.
    func options(
        destination: String, common: CommonArguments, inverts: Bool
    ) -> OutputOptions {
        var options = OutputOptions(destination: destination)
        options.format = format
        options.codec = common.codec
        options.crf = common.crf
        options.preset = preset
        options.raisesQP = common.fill?.raisesQP
        options.encoderOptions = encoderOption.map { ($0.key, $0.value) }
        options.muxerOptions = muxerOption.map { ($0.key, $0.value) }
        options.pixelFormat = outputPixFmt
        options.overwrite = common.overwrite
        options.keepsAudio = audio == .keep
        options.audioCodec = audioCodec
        options.keepsMetadata = (metadata ?? (inverts ? .strip : .keep)) == .keep
        options.keepsUnmaskedStreams = keepUnmaskedStreams
        options.strictStreams = strictStreams
        return options
    }
}
