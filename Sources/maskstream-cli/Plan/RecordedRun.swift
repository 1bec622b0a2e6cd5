import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// What a run has of its models, or of an analysis in their place.
extension SessionPlan {
    /// Whether a model finds what is masked.
    var runsModels: Bool { analysis == nil && arguments.external.masks == nil }

    /// Why the models run where they do; nil where there was nothing to choose.
    var deviceReason: String? { runsModels ? sessions.choice.reason : nil }

    /// The profiles whose models run.
    var running: [Profile] { (runsModels ? [profile] : []) + (verifying.map { [$0] } ?? []) }

    /// What the models answer on this machine, or answered where the analysis was made; nil where masks
    /// come from elsewhere.
    ///
    /// - Throws: `MaskStreamError` 78 for a model that does not load, 70 for one that fails.
    func fingerprint() throws -> String? {
        guard runsModels else { return analysis?.manifest.fingerprint }
        return try fingerprints.fingerprint(of: profile).sha256
    }

    /// From what height on the estimator finds subjects; nil where nobody knows, and where none runs.
    func smallestSubject(format: FrameFormat, look: EstimatorLook) -> SmallestSubject? {
        guard runsModels else { return nil }
        return profile.smallestSubject(format: format, sessions: sessions, look: look)
    }

    /// What the analysis found, from one of its frames on; nil where models run.
    ///
    /// - Throws: `MaskStreamError` 65 or 66 for files that cannot be read.
    func findings(from first: FrameIndex.Place? = nil) throws -> sending RecordedFindings? {
        guard let analysis else { return nil }
        return RecordedFindings(
            try RecordedFrames(events: analysis.events, maps: analysis.maps, from: first),
            labels: profile.primary?.labels ?? [], edits: edits)
    }
}
