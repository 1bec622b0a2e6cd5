import MaskStream
import MaskStreamFFmpeg

extension Session {
    /// Loads a profile for the session's frames; it may be another than the session began with.
    ///
    /// - Throws: `MaskStreamError` 64 for options that the profile does not allow, 78 for a model
    ///   that does not load.
    func prepare(
        _ plan: SessionPlan, _ settings: PipelineSettings, _ media: OpenMedia
    ) throws -> PreparedProfile {
        let lookahead = settings.lookahead
        // Frames that leave after a fixed delay cannot wait longer than that for later ones.
        guard !media.isLive || lookahead + 4 <= max(room, 4) else {
            throw MaskStreamError(
                .usage,
                "the profile looks \(lookahead) frames ahead, too far for the fixed delay "
                    + "of this run (\(plan.profile.name))",
                hint: "begin a run with it")
        }
        return PreparedProfile(
            plan: plan, settings: settings,
            controller: try plan.arguments.mask.controller(
                plan.profile, isolatesFrames: media.isolates),
            parts: try plan.stages(
                format: media.format, settings: settings, isLive: media.isLive,
                steering: watch?.steering, recorder: media.analysis, masks: media.masks,
                annotations: media.annotations, warn: progress.warn))
    }
}
