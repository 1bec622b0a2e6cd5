/// What a pipeline did: the counts of a summary.
public struct PipelineCounts: Sendable {
    /// Frames that entered the pipeline.
    public internal(set) var framesIn = 0
    /// Frames that were written.
    public internal(set) var framesOut = 0
    /// Frames without a map that could be trusted, damaged ones included.
    public internal(set) var missed = 0
    /// Frames that the decoder had to guess; they were masked whole.
    public internal(set) var damaged = 0
    /// Frames that had a map, and no subject in it.
    public internal(set) var undetected = 0
    /// The names of the first images of a folder without a subject, at most ``mostFiles``.
    public internal(set) var undetectedFiles: [String] = []
    /// Whether no frame with a map had a subject.
    public var foundNothing: Bool { undetected > 0 && undetected + missed == framesOut }
    /// Seconds from the first frame's beginning to the last one's end.
    public var span: Range<Double> { (start ?? 0)..<max(start ?? 0, end) }
    /// Frames on which the primary model was not run again.
    public internal(set) var primarySkipped = 0
    /// Frames on which the estimator did not run, and an earlier map was carried on.
    public internal(set) var mapsCarried = 0
    /// The mean kept fraction, 0 to 1.
    public var meanKept: Double { framesOut == 0 ? 0 : keptSum / Double(framesOut) }
    /// Patches of all frames, kept and in all; nil without a patch size.
    public internal(set) var tokens: Tokens?
    /// The threshold of the last frame.
    public internal(set) var lastThreshold: Float = 0
    /// The longest gaps, at most ``mostGaps``, the longest first; images of a folder have none.
    public internal(set) var gaps: [SubjectGap] = []
    /// How many gaps there were.
    public internal(set) var gapCount = 0
    /// How many gaps are kept.
    public static let mostGaps = 12
    /// How many images without a subject are named.
    public static let mostFiles = 10
    /// Seconds of the longest gap; 0 without any.
    public var longestGap: Double { gaps.first?.seconds ?? 0 }
    /// When subjects were seen first and last; nil where none was.
    public var sightings: SubjectSightings? { subjectGaps.sightings }
    /// The time of each part, in pipeline order.
    public internal(set) var clocks: [StageClock] = []
    /// The time from when a live frame was captured to when it was written.
    public internal(set) var latency = StageClock(name: "capture to output")
    /// Whether the run was stopped before the end of its input.
    public internal(set) var wasStopped = false

    /// Counts of a pipeline that has done nothing yet.
    public init() {}

    private var keptSum = 0.0
    private var subjectGaps = SubjectGaps()
    /// Seconds of the first frame's beginning; nil before it was written.
    private(set) var start: Double?
    private var end = 0.0

    /// Counts a frame that was written.
    mutating func count(_ work: borrowing FrameWork) {
        framesOut += 1
        if let captured = work.source.captured { latency.record(since: captured) }
        keptSum += Double(work.keptFraction)
        if let tokens = work.tokens {
            self.tokens = (self.tokens ?? Tokens()) + tokens
        }
        lastThreshold = work.threshold
        if work.miss != nil { missed += 1 }
        if work.miss == .damaged { damaged += 1 }
        if work.primary == .skipped { primarySkipped += 1 }
        if work.estimate == .moved || work.estimate == .skipped { mapsCarried += 1 }
        if work.miss == nil, work.subjects.isEmpty { countUndetected(work.source.file) }
        let time = work.source.time
        start = start ?? time
        end = time + Double(work.source.duration) * work.source.format.timeBase.value
        if work.source.file == nil {
            sight(!work.subjects.isEmpty, hasMap: work.miss == nil, at: time)
        }
    }

    private mutating func countUndetected(_ file: String?) {
        undetected += 1
        if let file, undetectedFiles.count < Self.mostFiles { undetectedFiles.append(file) }
    }

    /// Notes whether there is a subject at a time; frames come in order.
    mutating func sight(_ isSeen: Bool, hasMap: Bool = true, at time: Double) {
        let gap = subjectGaps.add(time: time, hasSubject: isSeen, hasMap: hasMap)
        guard let gap, gap.seconds > 0 else { return }
        gapCount += 1
        gaps.insert(gap, at: gaps.firstIndex { $0.seconds < gap.seconds } ?? gaps.count)
        if gaps.count > Self.mostGaps { gaps.removeLast() }
    }
}
