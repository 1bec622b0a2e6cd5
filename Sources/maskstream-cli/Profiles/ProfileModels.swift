import MaskStream
import MaskStreamOnnx

/// How much of a frame an estimator sees.
struct EstimatorDetail: Sendable {
    /// By how much its area is multiplied.
    let factor: Int
    /// Whether the user asks for it, not the profile.
    var isAsked = false

    /// What there is to say of it to people; nil where it is the usual.
    var text: String? {
        factor == 1 ? nil : "detail \(factor): the estimator sees \(factor) times its area"
    }
}

extension Profile {
    /// The estimator, bound to frames of a format; where it hides what it finds, it sees faint
    /// pixels, too.
    ///
    /// With more detail it looks at each frame twice; of a detector the closer look is enough.
    ///
    /// - Throws: `MaskStreamError` 78, or 64 where the user asks for a detail that cannot be.
    func estimator(
        format: FrameFormat, sessions: ModelSessions, detail: EstimatorDetail, hides: Bool = false
    ) throws -> any ConfidenceEstimator {
        try estimator(
            format: format, session: sessions.session(of: estimator), detail: detail, hides: hides)
    }

    /// The same, of a session that is open.
    func estimator(
        format: FrameFormat, session: OnnxSession, detail: EstimatorDetail, hides: Bool = false
    ) throws -> any ConfidenceEstimator {
        func look(_ factor: Int) throws -> OnnxEstimator {
            try OnnxEstimator(
                spec: estimator, session: session, format: format, detail: factor,
                seesFaint: hides)
        }
        do {
            let closest = try look(detail.factor)
            guard detail.factor > 1, estimator.detector == nil else { return closest }
            return DetailedEstimator(
                whole: try look(1), close: closest, regionLevel: regionLevel, hides: hides)
        } catch let error as MaskStreamError where error.code == .usage && !detail.isAsked {
            throw MaskStreamError(.configuration, error.message, hint: error.hint)
        }
    }

    /// From what height on the estimator finds subjects in frames of a format; nil where the profile
    /// does not say, and where the model does not take such frames, which ends the run elsewhere.
    func smallestSubject(
        format: FrameFormat, sessions: ModelSessions, detail: EstimatorDetail
    ) -> SmallestSubject? {
        estimator.smallest.flatMap { smallest in
            SmallestSubject(
                smallest: smallest, frameHeight: format.displaySize.height, detail: detail.factor
            ) { detail in
                try? OnnxEstimator.inputRows(
                    spec: estimator, session: sessions.session(of: estimator), format: format,
                    detail: detail)
            }
        }
    }
}

extension SmallestSubject {
    /// For people.
    var text: String {
        let share = decimals(100 * Double(height) / Double(frameHeight), 1)
        let more = remedy.map { "; --detail \($0.detail) finds those of \($0.height)" } ?? ""
        return "subjects are found from \(height) pixels high on, \(share) % of the frame's height"
            + more
    }
}
