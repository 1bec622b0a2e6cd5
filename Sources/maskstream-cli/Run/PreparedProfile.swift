import Glibc
import MaskStream
import MaskStreamOnnx

/// A profile with its models loaded and its options checked: nothing about it can fail any more
/// before the first frame.
struct PreparedProfile: Sendable {
    let plan: RunPlan
    let settings: MaskStage.Settings
    let controller: any ThresholdController
    let parts: [Pipeline.Part]
}

extension Run {
    /// Gets a profile ready for the run's frames; it may be another than the run began with.
    ///
    /// - Throws: `MaskStreamError` 64 for options that the profile does not allow, 78 for a model
    ///   that does not load.
    func prepare(_ plan: RunPlan, _ media: RunMedia) throws -> PreparedProfile {
        let settings = plan.settings(media)
        // Frames that leave after a fixed delay cannot wait longer than that for later ones.
        guard !media.isLive || settings.lookahead + 4 <= max(room, 4) else {
            throw MaskStreamError(
                .usage,
                "the profile looks \(settings.lookahead) frames ahead, too far for the fixed delay "
                    + "of this run (\(plan.profile.name))",
                hint: "begin a run with it")
        }
        return PreparedProfile(
            plan: plan, settings: settings,
            controller: try plan.arguments.mask.controller(
                plan.profile, isolatesFrames: media.isolates),
            parts: try plan.stages(
                format: media.format, settings: settings, isLive: media.isLive,
                steering: watch?.steering, warn: reporter.warn))
    }
}

extension RunPlan {
    /// Runs the models once on a black frame: what loads may fail all the same.
    ///
    /// - Throws: what the models throw.
    func tryModels(on format: FrameFormat) throws {
        var buffer = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        for index in 0..<format.pixelFormat.planeCount {
            buffer.withPlane(index) { plane in
                _ = memset(plane.base, 0, plane.stride * plane.height)
            }
        }
        let frame = Frame(format: format, pts: 0, buffer: buffer.freeze())
        var map = ConfidenceMap(width: 0, height: 0)
        var estimator = try profile.estimator(format: format, sessions: sessions)
        try estimator.estimate(frame, into: &map)
        guard let primary = profile.primary, !arguments.mask.invert else { return }
        var model = try OnnxClassifier(spec: primary, session: sessions.session(primary.file))
        let whole = Box(x: 0, y: 0, width: format.width, height: format.height)
        _ = try model.run(on: frame, in: [Region(box: whole, mask: nil)])
    }
}
