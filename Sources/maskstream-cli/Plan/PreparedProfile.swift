import Glibc
import MaskStream
import MaskStreamOnnx

/// How a pipeline is set up for a profile: how the estimator looks, how masks are made, and how
/// many frames are under way.
struct PipelineSettings: Sendable {
    let look: EstimatorLook
    var masks: MaskStage.Settings
    let depth: Int
    /// Frames that are held back until later ones are known.
    var lookahead: Int { look.lookahead + masks.lookahead }
}

extension SessionPlan {
    /// How frames of what is read are processed.
    func settings(isLive: Bool, isolatesFrames: Bool) -> PipelineSettings {
        // Live, each frame under way is delay: no more than overlap the slowest part with the
        // others.
        let isUrgent = isLive && arguments.live.mode == .latency
        return PipelineSettings(
            look: arguments.mask.look(profile, isLive: isLive, isolatesFrames: isolatesFrames),
            masks: arguments.mask.settings(
                profile, isolatesFrames: isolatesFrames, waitsForNone: isUrgent),
            depth: isUrgent ? 3 : profile.depth)
    }
}

/// A profile with its models loaded and its options checked: nothing about it can fail any more
/// before the first frame.
struct PreparedProfile: Sendable {
    let plan: SessionPlan
    let settings: PipelineSettings
    let controller: any ThresholdController
    let parts: [Pipeline.Part]
}

extension SessionPlan {
    /// Runs the models once on a black frame: what loads may fail all the same.
    ///
    /// - Throws: what the models throw.
    func tryModels(on format: FrameFormat, look: EstimatorLook) throws {
        var buffer = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        for index in 0..<format.pixelFormat.planeCount {
            buffer.withPlane(index) { plane in
                _ = memset(plane.base, 0, plane.stride * plane.height)
            }
        }
        let frame = Frame(format: format, pts: 0, buffer: buffer.freeze())
        var map = ConfidenceMap(width: 0, height: 0)
        var estimator = try profile.estimator(
            format: format, sessions: sessions, look: look)
        try estimator.estimate(frame, into: &map)
        guard let primary = profile.primary, !arguments.mask.invert else { return }
        var model = try primary.model(sessions.session(of: primary))
        let whole = Box(x: 0, y: 0, width: format.width, height: format.height)
        _ = try model.run(on: frame, in: [Region(box: whole, mask: nil)])
    }
}
