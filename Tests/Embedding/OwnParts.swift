import MaskStream
import MaskStreamFFmpeg

/// Finds whatever is light relevant.
struct LightEstimator: ConfidenceEstimator {
    let sampler: FrameSampler

    mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
        map = ConfidenceMap(
            width: sampler.width, height: sampler.height, values: sampler.sample(frame))
    }
}

/// Masks frames completely of which more than a fraction would be kept.
struct ModestStage: Stage {
    let most: Float

    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.keptFraction > most { work.mask = nil }
        try emit(work)
    }
}

/// Writes one line a frame: its time, and how light it is on average.
struct LightMeter: FrameSink {
    mutating func write(_ frame: Frame) throws {
        let sampler = FrameSampler(format: frame.format, width: 1, height: 1, isGray: true)
        print(frame.time, sampler.sample(frame)[0])
    }

    mutating func finish() throws { print("done") }
    mutating func abandon() throws {}
}

/// Shows a video's light parts to the meter, and nothing of frames that are light all over.
func measureLight(of input: String) throws -> PipelineCounts {
    let source = try FFmpegSource(InputOptions(input))
    let sampler = FrameSampler(format: source.format, width: 64, height: 36, isGray: true)
    return try Pipeline(
        source: source,
        parts: [
            Pipeline.Part("estimate", EstimateStage(estimator: LightEstimator(sampler: sampler))),
            Pipeline.Part("mask", MaskStage(settings: MaskStage.Settings())),
            Pipeline.Part("modest", ModestStage(most: 0.5)),
            Pipeline.Part("render", RenderStage()),
        ],
        sink: LightMeter(), controller: FixedThreshold(0.6)
    ).run()
}
