import MaskStream
import MaskStreamOnnx

extension Profile {
    /// The estimator, bound to frames of a format; where it hides what it finds, it sees faint
    /// pixels, too.
    func estimator(
        format: FrameFormat, sessions: ModelSessions, hides: Bool = false
    ) throws -> OnnxEstimator {
        try OnnxEstimator(
            spec: estimator,
            session: sessions.session(
                estimator.file, opensBatch: estimator.detector != nil), format: format,
            seesFaint: hides)
    }
}
