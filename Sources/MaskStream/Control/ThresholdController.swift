/// What the controller learns of one frame.
public struct FrameMeasurement: Sendable, Equatable {
    /// The frame's time in seconds.
    public var time: Double
    /// The threshold that was in force for the frame.
    public var threshold: Float
    /// How many subjects were seen.
    public var subjects: Int
    /// The primary's confidence in its top class, averaged over subjects by area; nil without any.
    public var confidence: Float?
    /// The fraction of the frame that was kept.
    public var kept: Float
    /// Whether nothing of any subject was kept.
    public var isBlind: Bool
    /// What was found, where the frame was a probe with a subject.
    public var probe: ProbeReading?
    /// What there is to learn of each track, where each has a threshold of its own.
    public var tracks: [Int: TrackMeasurement] = [:]

    /// Makes a measurement.
    public init(
        time: Double, threshold: Float = 0, subjects: Int = 0, confidence: Float? = nil,
        kept: Float = 0, isBlind: Bool = false, probe: ProbeReading? = nil
    ) {
        self.time = time
        self.threshold = threshold
        self.subjects = subjects
        self.confidence = confidence
        self.kept = kept
        self.isBlind = isBlind
        self.probe = probe
    }
}

/// What the controller learns of one track of a frame.
public struct TrackMeasurement: Sendable, Equatable {
    /// The threshold that was in force around it.
    public var threshold: Float
    /// The primary's confidence in its top class; nil where it says nothing.
    public var confidence: Float?
    /// Whether nothing of it was kept.
    public var isBlind: Bool
    /// What was found, where the frame was a probe of it.
    public var probe: ProbeReading?

    /// Makes a measurement.
    public init(
        threshold: Float, confidence: Float? = nil, isBlind: Bool = false,
        probe: ProbeReading? = nil
    ) {
        self.threshold = threshold
        self.confidence = confidence
        self.isBlind = isBlind
        self.probe = probe
    }
}

/// Why a threshold moved.
public enum ThresholdMove: String, Sendable {
    /// More is shown.
    case loosen
    /// More is masked.
    case tighten
    /// The primary's confidence fell suddenly.
    case drop
    /// A drop was answered in vain.
    case `return`
    /// A bound was reached.
    case clamp
    /// A new scene began.
    case cut
    /// The user moved it.
    case user
}

/// Moves the threshold by how well the primary model does.
///
/// Controllers are pure values: the same measurements give the same thresholds, and time is the
/// frames' own. A ``Pipeline`` begins every scene with a copy of the controller that it was given. For
/// each frame that enters, ``update(with:)`` is called first, with the latest measurement of its
/// scene that is due, if there is one, then ``probe(at:)`` and ``tracks(at:)``.
public protocol ThresholdController: Sendable {
    /// The threshold for the next frame.
    var threshold: Float { get }
    /// Why the threshold moved at the last update; nil if it did not.
    var move: ThresholdMove? { get }
    /// Learns from a frame.
    mutating func update(with measurement: FrameMeasurement)
    /// Whether the frame that enters now, of a time in seconds, is to be a probe; nil for no.
    mutating func probe(at time: Double) -> ProbePlan?
    /// The thresholds of the tracks of the frame that enters now; nil where one is for all of it.
    mutating func tracks(at time: Double) -> TrackThresholds?
}

extension ThresholdController {
    /// Never asks for a probe.
    public mutating func probe(at time: Double) -> ProbePlan? { nil }

    /// Has one threshold for the whole frame.
    public mutating func tracks(at time: Double) -> TrackThresholds? { nil }
}

/// A threshold that never moves.
public struct FixedThreshold: ThresholdController {
    /// The threshold.
    public let threshold: Float
    /// Always nil.
    public var move: ThresholdMove? { nil }

    /// Makes a fixed threshold.
    public init(_ threshold: Float) {
        self.threshold = threshold
    }

    /// Learns nothing.
    public mutating func update(with measurement: FrameMeasurement) {}
}
