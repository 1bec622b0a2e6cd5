import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// Masks a video with a profile's models; the threshold follows the primary model.
func mask(_ input: String, profile folder: String, into output: String) throws -> PipelineCounts {
    let profile = try Profile(folder: folder)
    let source = try FFmpegSource(InputOptions(input))
    let relay = PacketRelay()
    let sink = try FFmpegSink(
        OutputOptions(destination: output),
        format: RenderStage.outputFormat(
            source.format, emit: .masked, fill: profile.mask.fill),
        input: source.streams, relay: relay, report: { print("warning: \($0.message)") })
    source.copy(streams: sink.streams.copied, through: relay)

    let session = try OnnxSession(profile.estimator.file)
    let estimator = try OnnxEstimator(
        spec: profile.estimator, session: session, format: source.format)
    let settings = MaskStage.Settings(profile)
    var parts = [
        Pipeline.Part("estimate", EstimateStage(estimator: estimator)),
        Pipeline.Part("mask", MaskStage(settings: settings)),
    ]
    var controller: any ThresholdController = FixedThreshold(profile.threshold.initial)
    if let primary = profile.primary {
        let model = try OnnxClassifier(spec: primary, session: OnnxSession(primary.file))
        parts.append(Pipeline.Part("primary", PrimaryStage(model: model)))
        controller = ProbeController(parameters: profile.threshold.probe)
    }
    parts.append(Pipeline.Part("render", RenderStage(fill: profile.mask.fill)))
    return try Pipeline(
        source: source, parts: parts, sink: sink, controller: controller,
        depth: profile.depth, lookahead: settings.lookahead
    ).run()
}

// Damage that decoders only log is masked, too; FFmpeg's log is the whole process's.
FFmpegLog.capture()
do {
    let words = CommandLine.arguments
    switch words.count {
    case 2: print("\(try measureLight(of: words[1]).framesOut) frames")
    case 4: print("\(try mask(words[1], profile: words[2], into: words[3]).framesOut) frames")
    default:
        throw MaskStreamError(.usage, "usage: embedding-example INPUT [PROFILE-FOLDER OUTPUT]")
    }
} catch let error as MaskStreamError {
    print("error: \(error.message)")
    exit(error.code.rawValue)
}
