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
    /// Seconds of the longest span without a subject between two sightings.
    public internal(set) var longestGap = 0.0
    /// The time of each part, in pipeline order.
    public internal(set) var clocks: [StageClock] = []
    /// Whether the run was stopped before the end of its input.
    public internal(set) var wasStopped = false

    private var keptSum = 0.0
    private var lastSighting: Double?

    /// Counts a frame that was written.
    mutating func count(_ work: borrowing FrameWork) {
        framesOut += 1
        keptSum += Double(work.keptFraction)
        lastThreshold = work.threshold
        if work.miss != nil { missed += 1 }
        if work.miss == .damaged { damaged += 1 }
        if work.primary == .skipped { primarySkipped += 1 }
        guard !work.subjects.isEmpty else { return }
        let time = work.source.time
        if let lastSighting { longestGap = max(longestGap, time - lastSighting) }
        lastSighting = time
    }
}
