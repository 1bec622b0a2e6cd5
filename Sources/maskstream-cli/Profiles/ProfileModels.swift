import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// How an estimator looks at frames.
struct EstimatorLook: Sendable, Equatable {
    /// By how much its area is multiplied.
    var detail = 1
    /// In how many ways frames are turned for it.
    var turns = 1
    /// How many frames there are from one run to the next.
    var interval = 1
    /// Whether frames come live and cannot wait for later ones.
    var isLive = false
    /// Whether every frame is an image of its own.
    var isolatesFrames = true
    /// Whether the user asks for it, not the profile.
    var isAsked = false

    /// Whether frames between two runs wait for the second one.
    fileprivate var waits: Bool { !isLive && interval <= MapCarrier.longestWait }
    /// How many frames are held back.
    var lookahead: Int { waits ? interval - 1 : 0 }

    /// The options that are not the usual, and what they mean.
    private var options: [(words: String, meaning: String)] {
        [
            detail > 1
                ? ("detail \(detail)", "the estimator sees \(detail) times its area") : nil,
            turns > 1 ? ("turns \(turns)", "the estimator also sees frames turned") : nil,
            interval > 1
                ? (
                    "estimate every \(interval)",
                    "the estimator runs every \(interval) frames, in between its map follows the motion"
                ) : nil,
        ].compactMap { $0 }
    }

    /// What is not the usual, as `detail 4`.
    var words: [String] { options.map(\.words) }

    /// The same in sentences.
    var notes: [String] { options.map { "\($0.words): \($0.meaning)" } }
}

extension Profile {
    /// The stage that estimates frames of a format, in a video by this look, behind those of an
    /// interrupted run.
    ///
    /// - Throws: what ``estimator(format:sessions:look:hides:)`` throws.
    func estimateStage(
        format: FrameFormat, sessions: ModelSessions, look: EstimatorLook, hides: Bool = false,
        behind earlier: RecordedFrames? = nil,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) throws -> EstimateStage {
        var estimator: any ConfidenceEstimator = try estimator(
            format: format, sessions: sessions, look: look, hides: hides)
        // What turned views look for depends on what they saw.
        if let earlier, look.turns == 1 {
            estimator = ResumedEstimator(estimator, behind: earlier)
        }
        return EstimateStage(
            estimator: estimator,
            carrier: look.interval == 1
                ? nil
                : MapCarrier(
                    interval: look.interval, area: self.estimator.area * look.detail, hides: hides,
                    waits: look.waits),
            isLive: look.isLive, onFailure: onFailure)
    }

    /// The estimator, bound to frames of a format; where it hides what it finds, it sees faint
    /// pixels, too.
    ///
    /// With more detail it looks at each frame twice; of a detector the closer look is enough.
    ///
    /// - Throws: `MaskStreamError` 78, or 64 where the user asks for a look that cannot be.
    func estimator(
        format: FrameFormat, sessions: ModelSessions, look: EstimatorLook, hides: Bool = false
    ) throws -> any ConfidenceEstimator {
        try estimator(
            format: format, session: sessions.session(of: estimator), look: look, hides: hides)
    }

    /// The same, of a session that is open.
    func estimator(
        format: FrameFormat, session: OnnxSession, look: EstimatorLook, hides: Bool = false
    ) throws -> any ConfidenceEstimator {
        func seen(_ detail: Int) throws -> OnnxEstimator {
            try OnnxEstimator(
                spec: estimator, session: session, format: format, detail: detail,
                views: TurnedViews(
                    look.turns, level: regionLevel, floor: turnedLevel,
                    interval: look.interval, isolatesFrames: look.isolatesFrames),
                seesFaint: hides)
        }
        do {
            let closest = try seen(look.detail)
            guard look.detail > 1, estimator.detector == nil else { return closest }
            let whole = try seen(1)
            // An image that is not enlarged may be no larger than what the whole look sees.
            guard whole.inputSize != closest.inputSize else { return closest }
            return DetailedEstimator(
                whole: whole, close: closest, regionLevel: regionLevel, hides: hides)
        } catch let error as MaskStreamError where error.code == .usage && !look.isAsked {
            throw MaskStreamError(.configuration, error.message, hint: error.hint)
        }
    }

    /// From what height on the estimator finds subjects in frames of a format; nil where the profile
    /// does not say, and where the model does not take such frames, which ends the run elsewhere.
    func smallestSubject(
        format: FrameFormat, sessions: ModelSessions, look: EstimatorLook
    ) -> SmallestSubject? {
        estimator.smallest.flatMap { smallest in
            SmallestSubject(
                smallest: smallest, frameHeight: format.displaySize.height, detail: look.detail
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
