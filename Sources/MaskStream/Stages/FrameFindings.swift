/// What an earlier run found out about a frame, for a run without models.
public struct FrameFindings: Sendable, Equatable {
    /// The threshold that was in force.
    public var threshold: Float
    /// Why it differed from the frame's before; nil where it did not.
    public var move: ThresholdMove?
    /// The confidence map as it left the estimator; nil where it was a miss.
    public var map: ConfidenceMap?
    /// What the estimator did; nil where it saw every frame that was sound.
    public var estimate: EstimateRun?
    /// What the map knew nothing of.
    public var newBlocks: NewBlocks?
    /// Why there was no map to trust.
    public var miss: Miss?
    /// The subjects with their tracks and predictions.
    public var subjects: [Subject] = []
    /// What the primary model did.
    public var primary = PrimaryRun.none
    /// What a probe found.
    public var probe: ProbeReading?

    /// Makes the findings of a frame of which nothing but the threshold is known.
    public init(threshold: Float) { self.threshold = threshold }
}

/// Where the findings of an earlier run come from.
public protocol FindingsSource {
    /// The findings of the next frame; frames come in the earlier run's order.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for a frame that the run did not have.
    mutating func findings(of frame: Frame) throws -> FrameFindings
}
