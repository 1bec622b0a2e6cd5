import Dispatch

/// Why a frame has no confidence map that can be trusted.
public enum Miss: String, Sendable, CaseIterable {
    /// The map holds a number that is not finite.
    case nan
    /// No map was made.
    case missing
    /// The estimator failed (live inputs only; in files this ends the run).
    case model
    /// The decoder had to guess the frame.
    case damaged
}

/// What the primary model did on a frame.
public enum PrimaryRun: String, Sendable {
    /// It ran on every subject.
    case ran
    /// It was not run again on an unchanged region.
    case skipped
    /// It had not finished in time.
    case late
    /// There was no subject, or no primary model.
    case none
}

/// What a probe's thresholds would keep of a frame, beside the one in force.
public struct ProbeMasks: Sendable, Equatable {
    /// What the others are compared with; nil for the subject's box unmasked.
    public var reference: Mask?
    /// At the threshold a step higher.
    public var tighter: Mask
    /// At the threshold a step lower.
    public var looser: Mask

    /// Makes a set of masks.
    public init(reference: Mask? = nil, tighter: Mask, looser: Mask) {
        self.reference = reference
        self.tighter = tighter
        self.looser = looser
    }
}

/// One frame on its way through the pipeline, with all that the stages found out about it.
public struct FrameWork: ~Copyable, Sendable {
    /// The frame's number, from 0.
    public let index: Int
    /// The decoded frame.
    public let source: Frame
    /// The threshold in force for this frame; where each subject has its own, the highest of them.
    public internal(set) var threshold: Float
    /// The thresholds of tracks, where each has its own; nil where one is for the whole frame.
    public let tracks: TrackThresholds?
    /// What an earlier run found out about the frame; nil where the stages do.
    public let findings: FrameFindings?
    /// The thresholds to judge the frame at, where it is a probe.
    public let probePlan: ProbePlan?
    /// When the frame was let in, in nanoseconds of the uptime clock.
    public let admitted: UInt64
    /// The confidence map in stored orientation; nil where it is a miss.
    public var map: ConfidenceMap?
    /// What the estimator did; nil where it sees every frame that is sound.
    public var estimate: EstimateRun?
    /// What the map knows nothing of, and is masked.
    var newBlocks: NewBlocks?
    /// What is kept; nil masks the frame whole.
    public var mask: Mask? {
        didSet { keptFraction = mask?.keptFraction ?? 0 }
    }
    /// The fraction of the frame that is kept.
    public private(set) var keptFraction: Float = 0
    /// The patches that are kept or masked whole; nil without any.
    var patches: PatchGrid?
    /// The patches of subjects that the primary model was given; nil where it takes none.
    var seen: Tokens?
    /// How many of a model's patches are kept, and how many there are: of the frame, where its mask
    /// lies on patches, else of what the primary model was given; nil without patches.
    public var tokens: Tokens? {
        patches.map { Tokens(kept: mask.map($0.kept) ?? 0, all: $0.count) } ?? seen
    }
    /// Whether the frame begins a new scene; as its source says.
    public internal(set) var beginsScene: Bool
    /// Why there is no map to trust; nil when there is one.
    public var miss: Miss?
    /// The subjects found, largest first.
    public var subjects: [Subject] = []
    /// The subjects' colours, in their order, where they are followed here.
    var colors: [ColorHistogram?] = []
    /// The masks of a probe's two other thresholds.
    public var probeMasks: ProbeMasks?
    /// What the primary model did.
    public var primary = PrimaryRun.none
    /// What the probe found; nil where the frame is none or has no subject.
    public var probe: ProbeReading?
    /// How often the primary model ran for the probe alone.
    package internal(set) var probeRuns = 0
    /// The thresholds that some tracks are to be judged at, where each has its own.
    var plans: [Int: ProbePlan] = [:]
    /// What their probes found.
    var probes: [Int: ProbeReading] = [:]
    /// What the controller learns of the frame, where the mask was narrowed since.
    var settled: FrameMeasurement?
    /// Where the subjects lie on the frame to be written; nil where that is no canvas.
    public internal(set) var packed: [PackedRegion]?
    /// What masked pixels show; nil for what the run says.
    var fill: MaskFill?
    /// The frame to be written; nil until it is painted.
    public var output: Frame?
    /// The place in the pipeline, free again when the work is gone.
    ///
    /// The last property, so that it is destroyed after the frames.
    var slot: PipelineSlot?

    /// Begins the work on a frame.
    public init(
        index: Int, source: Frame, threshold: Float, tracks: TrackThresholds? = nil,
        probePlan: ProbePlan? = nil, findings: FrameFindings? = nil
    ) {
        self.index = index
        self.source = source
        self.threshold = threshold
        self.tracks = tracks
        self.probePlan = probePlan
        self.findings = findings
        beginsScene = source.beginsScene
        admitted = Uptime.now
    }
}

extension FrameWork {
    /// The lowest threshold anywhere in the frame.
    var lowestThreshold: Float { subjects.compactMap(\.threshold).min() ?? threshold }

    /// The thresholds that a subject is to be judged at; nil where the frame is no probe of it.
    func plan(of subject: Subject) -> ProbePlan? {
        probePlan ?? subject.track.flatMap { plans[$0] }
    }

    /// Whether the frame is a probe, of all its subjects or some.
    var isProbe: Bool { probePlan != nil || !plans.isEmpty }
}
