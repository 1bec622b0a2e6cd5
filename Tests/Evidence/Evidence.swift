import ArgumentParser
import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// Runs the loop and its ablations over clips, beside every fixed threshold in hindsight.
@main
struct Evidence: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loop-evidence",
        abstract: "How the probe controller does on clips, beside fixed thresholds and ablations.")

    @Argument(help: "A profile's folder.") var profile: String
    @Argument(help: "Video files.") var clips: [String]
    @Option(help: "Only so many frames of each clip.") var frames: Int?
    @Option(help: "Labels are compared on every so many frames.") var stride = 1
    @Flag(help: "Compare one threshold for the whole frame with one around each subject.")
    var bySubject = false

    func run() throws {
        FFmpegLog.capture()
        if bySubject { return try compareScopes() }
        print(
            "| clip | kept | agreement, least of 2 s | best fixed: T, kept | kept / best "
                + "| fixed that hold | turns a minute | probes | no probes | no look ahead "
                + "| own confidence |")
        print("|" + String(repeating: "---|", count: 11))
        for clip in clips {
            try ClipEvidence(Profile(folder: profile), clip: clip, frames: frames, stride: stride)
                .print()
        }
        print("")
        print("Ablations: kept, agreement, turns a minute.")
    }

    private func compareScopes() throws {
        print("| clip | subjects | in the whole frame | around each subject |")
        print("|---|---|---|---|")
        var evidence = ScopeEvidence()
        for clip in clips {
            try evidence.add(
                TrackBench(
                    profile: Profile(folder: profile), clip: clip, frames: frames, stride: stride))
        }
        evidence.printSummary()
    }
}

/// The evidence of one clip.
struct ClipEvidence {
    let name: String
    private let loop: LoopTrack
    private let fixed: [LoopTrack]
    private let ablations: [LoopTrack]

    init(_ profile: Profile, clip: String, frames: Int?, stride: Int) throws {
        name = URL(fileURLWithPath: clip).deletingPathExtension().lastPathComponent
        let parameters = profile.threshold.probe
        let bench = TrackBench(profile: profile, clip: clip, frames: frames, stride: stride)
        loop = try bench.track(ProbeController(parameters: parameters))
        var hasty = ProbeController(parameters: parameters)
        hasty.looksAhead = false
        ablations = [
            try bench.track(ConfidenceController(parameters: profile.threshold.confidence)),
            try bench.track(hasty),
            try bench.track(OwnConfidence(base: ProbeController(parameters: parameters))),
        ]
        fixed = try bench.fixed(from: parameters.min, to: parameters.max)
    }

    /// Prints the clip's row.
    func print() {
        let able = fixed.filter { $0.agreement >= loop.agreement - 0.01 }
        let best = able.min { $0.kept < $1.kept }
        let holding = fixed.filter { $0.leastAgreement >= 0.8 && $0.kept <= 1.3 * loop.kept }
        let cells =
            [
                name, percent(loop.kept),
                "\(percent(loop.agreement)), \(percent(loop.leastAgreement))",
                best.map { "\(number($0.meanThreshold, 2)), \(percent($0.kept))" } ?? "none",
                best.map { number(loop.kept / max($0.kept, 1e-6), 2) } ?? "-",
                "\(holding.count) of \(fixed.count)", number(loop.reversalsPerMinute, 1),
                percent(loop.probeShare),
            ]
            + ablations.map {
                "\(percent($0.kept)), \(percent($0.agreement)), "
                    + number($0.reversalsPerMinute, 1)
            }
        Swift.print("| \(cells.joined(separator: " | ")) |")
    }

    private func percent(_ share: Double) -> String { number(share * 100, 1) + " %" }

    private func number(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }
}

/// Runs a clip through a profile's models.
struct TrackBench {
    let profile: Profile
    let clip: String
    let frames: Int?
    let stride: Int

    /// The clip with a controller, as the program runs it.
    func track(_ controller: any ThresholdController) throws -> LoopTrack {
        let track = Confined(LoopTrack(), label: "evidence.track")
        let spec = try primary
        try run(controller) {
            [
                Pipeline.Part(
                    "primary",
                    PrimaryStage(
                        model: try model(), interval: Double(spec.interval), skip: spec.skip)),
                Pipeline.Part(
                    "track",
                    TrackStage(
                        model: try model(), reference: ReferenceMasker(MaskStage.Settings(profile)),
                        stride: stride, track: track)),
            ]
        }
        return track.sync { $0 }
    }

    /// The clip with every fixed threshold in steps of 0.02.
    func fixed(from least: Float, to greatest: Float) throws -> [LoopTrack] {
        let thresholds = Array(Swift.stride(from: least, through: greatest + 1e-4, by: 0.02))
        let tracks = Confined(thresholds.map { _ in LoopTrack() }, label: "evidence.fixed")
        let rule = MaskStage.Settings(profile).rule
        try run(FixedThreshold(least)) {
            [
                Pipeline.Part(
                    "hindsight",
                    HindsightStage(
                        model: try model(), rule: rule,
                        reference: ReferenceMasker(MaskStage.Settings(profile)),
                        thresholds: thresholds, stride: stride,
                        tracks: tracks))
            ]
        }
        return tracks.sync { $0 }
    }

    private var primary: PrimarySpec {
        get throws {
            guard let primary = profile.primary else {
                throw MaskStreamError(.usage, "the profile has no primary model")
            }
            return primary
        }
    }

    private func model() throws -> OnnxClassifier {
        let primary = try primary
        return try OnnxClassifier(spec: primary, session: OnnxSession(primary.file))
    }

    private func run(
        _ controller: any ThresholdController, _ parts: () throws -> [Pipeline.Part]
    ) throws {
        var options = InputOptions(clip)
        options.frameLimit = frames
        let source = try FFmpegSource(options)
        let estimator = try OnnxEstimator(
            spec: profile.estimator, session: OnnxSession(profile.estimator.file),
            format: source.format)
        let settings = MaskStage.Settings(profile)
        let models = [
            Pipeline.Part("estimate", EstimateStage(estimator: estimator)),
            Pipeline.Part("mask", MaskStage(settings: settings)),
        ]
        _ = try Pipeline(
            source: source,
            parts: try models + parts() + [Pipeline.Part("render", RenderStage())],
            sink: Nowhere(), controller: controller, depth: profile.depth,
            lookahead: settings.lookahead
        ).run()
    }
}

/// A sink that keeps nothing.
struct Nowhere: FrameSink {
    mutating func write(_ frame: Frame) throws {}
    mutating func finish() throws {}
    mutating func abandon() throws {}
}
