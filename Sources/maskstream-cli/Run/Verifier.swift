import MaskStream
import MaskStreamOnnx

/// A detector that looks at masked frames again: the estimator of a profile, as it looks where it hides.
struct Verifier: Sendable {
    let profile: Profile
    let sessions: ModelSessions

    /// Makes sure that the network loads and takes frames of a format.
    ///
    /// - Throws: `MaskStreamError` with code `configuration`.
    func check(_ format: FrameFormat) throws {
        _ = try profile.estimator(
            format: format, sessions: sessions, look: look(isolatesFrames: false), hides: true)
    }

    /// Whether the network is that of the profile by which frames were masked.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` for a model that cannot be read.
    func sharesNetwork(with masking: Profile) throws -> Bool {
        try profile.estimator.file.float.digest() == masking.estimator.file.float.digest()
    }

    /// Looks at every frame, but for what edits keep; false where somebody stopped it.
    ///
    /// - Throws: `StageError` where a frame cannot be read or the network fails.
    func look(
        at source: sending any FrameSource, isolatesFrames: Bool, kept: KeptPlaces?,
        interrupts: Interrupts, into record: Confined<Verification>
    ) throws -> Bool {
        let format = source.format
        let parts = [
            Pipeline.Part(
                "estimate",
                try profile.estimateStage(
                    format: format, sessions: sessions,
                    look: look(isolatesFrames: isolatesFrames), hides: true)),
            Pipeline.Part(
                "verify",
                VerifyStage(
                    level: profile.regionLevel, isolatesFrames: isolatesFrames, kept: kept,
                    into: record)),
        ]
        let pipeline = Pipeline(
            source: source, parts: parts, sink: NoSink(),
            scenes: isolatesFrames ? nil : SceneBoundaries(),
            controller: FixedThreshold(profile.regionLevel), depth: profile.depth)
        return try interrupts.draining({ pipeline.stop() }) { try !pipeline.run().wasStopped }
    }

    /// Every frame is seen: nothing is carried from one to the next.
    private func look(isolatesFrames: Bool) -> EstimatorLook {
        var look = Masking(invert: true).look(
            profile, isLive: false, isolatesFrames: isolatesFrames)
        look.interval = 1
        return look
    }
}
