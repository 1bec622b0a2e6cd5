/// What a run did, for the summary.
public struct RunReport: Sendable {
    /// Frames that entered the pipeline.
    public internal(set) var framesIn = 0
    /// Frames that were written.
    public internal(set) var framesOut = 0
    /// Frames without a map that could be trusted, damaged ones included.
    public internal(set) var missed = 0
    /// Frames that the decoder had to guess; they were masked whole.
    public internal(set) var damaged = 0
    /// Frames on which the primary model was not run again.
    public internal(set) var primarySkipped = 0
    /// The mean kept share of the picture, 0 to 1.
    public var meanKept: Double { framesOut == 0 ? 0 : keptSum / Double(framesOut) }
    /// The threshold of the last frame.
    public internal(set) var lastThreshold: Float = 0
    /// The longest spans without a subject between two sightings, at most ``mostGaps``, in seconds,
    /// the longest first.
    public internal(set) var gaps: [Range<Double>] = []
    /// How many gaps are kept.
    public static let mostGaps = 10
    /// Seconds of the longest gap; 0 without any.
    public var longestGap: Double { gaps.first.map { $0.upperBound - $0.lowerBound } ?? 0 }
    /// The time of each part, in pipeline order.
    public internal(set) var clocks: [StageClock] = []
    /// The time from when a live picture was taken to when it was written.
    public internal(set) var latency = StageClock(name: "capture to output")
    /// Whether the run was stopped before the end of its input.
    public internal(set) var wasStopped = false

    /// A report of a run that has done nothing yet.
    public init() {}

    private var keptSum = 0.0
    private var lastSighting: Double?
    private var isLost = false

    /// Counts a frame that was written.
    mutating func count(_ work: borrowing FrameWork) {
        framesOut += 1
        if let captured = work.source.captured { latency.record(since: captured) }
        keptSum += Double(work.keptFraction)
        lastThreshold = work.threshold
        if work.miss != nil { missed += 1 }
        if work.miss == .damaged { damaged += 1 }
        if work.primary == .skipped { primarySkipped += 1 }
        sight(!work.subjects.isEmpty, at: work.source.time)
    }

    /// Notes whether there is a subject at a time; frames come in order.
    mutating func sight(_ isSeen: Bool, at time: Double) {
        guard isSeen else {
            isLost = true
            return
        }
        if isLost, let lastSighting, lastSighting < time {
            let gap = lastSighting..<time
            let length = time - lastSighting
            let place = gaps.firstIndex { $0.upperBound - $0.lowerBound < length } ?? gaps.count
            gaps.insert(gap, at: place)
            if gaps.count > Self.mostGaps { gaps.removeLast() }
        }
        isLost = false
        lastSighting = time
    }
}
