/// Which thresholds a frame is to be judged at, beside the one that is in force.
public struct ProbePlan: Sendable, Equatable {
    /// The threshold a step higher: less is shown.
    public var tighter: Float
    /// The threshold a step lower: more is shown.
    public var looser: Float

    /// Makes a plan.
    public init(tighter: Float, looser: Float) {
        self.tighter = tighter
        self.looser = looser
    }
}

/// What a probe found: the primary's answers to those of a frame's subjects that have a vote, else to
/// the largest, unmasked and through three masks, which differ in the threshold alone.
public struct ProbeReading: Sendable, Equatable, Codable {
    /// The primary's answer through one mask.
    public struct View: Sendable, Equatable, Codable {
        /// The threshold of the mask; nil for the reference, which is not masked.
        public var threshold: Float?
        /// The answer to the largest subject.
        public var label: String?
        /// The confidence in the answers, averaged by area, 0 to 1.
        public var confidence: Float
        /// How much probability the mask takes from the true or the reference's answer, averaged
        /// by area: p_ref[y] - p_T[y], from -1 to 1.
        public var regret: Float
        /// The Jensen-Shannon divergence from the reference in bits, averaged by area, 0 to 1.
        public var divergence: Float

        /// Makes a view.
        public init(
            threshold: Float?, label: String?, confidence: Float, regret: Float, divergence: Float
        ) {
            self.threshold = threshold
            self.label = label
            self.confidence = confidence
            self.regret = regret
            self.divergence = divergence
        }
    }

    /// The box unmasked.
    public var reference: View
    /// The mask in force.
    public var current: View
    /// The mask a step tighter.
    public var tighter: View
    /// The mask a step looser.
    public var looser: View
    /// Whether masking helped: the masked views agree against the reference, with more confidence.
    public var gain: Bool
    /// Whether any subject has a vote: the reference is sure enough of its answer.
    public var votes: Bool

    /// Makes a reading.
    public init(
        reference: View, current: View, tighter: View, looser: View, gain: Bool, votes: Bool
    ) {
        self.reference = reference
        self.current = current
        self.tighter = tighter
        self.looser = looser
        self.gain = gain
        self.votes = votes
    }
}
