/// The pipeline's books: what each slot learnt, which frame failed first, what was counted.
struct Ledger {
    private(set) var report = RunReport()
    private(set) var failure: StageError?
    var isStopped = false {
        didSet { report.wasStopped = isStopped }
    }
    private var measurements: [FrameMeasurement?]
    private var moves: [ThresholdMove?]

    init(slots: Int) {
        measurements = Array(repeating: nil, count: slots)
        moves = Array(repeating: nil, count: slots)
    }

    /// Whether a frame may still begin.
    var admits: Bool { !isStopped && failure == nil }

    /// Whether a frame is to be completed: no frame before it has failed.
    func precedesFailure(_ index: Int) -> Bool {
        guard let failure else { return true }
        return index < failure.frame ?? .max
    }

    /// What was learnt from the frame that had the slot of frame `index` before.
    func measurement(before index: Int) -> FrameMeasurement? {
        index < measurements.count ? nil : measurements[index % measurements.count]
    }

    /// Why the threshold of a frame differs from the one before.
    func move(of index: Int) -> ThresholdMove? { moves[index % moves.count] }

    mutating func admitted(_ index: Int, move: ThresholdMove?) {
        report.framesIn += 1
        moves[index % moves.count] = move
    }

    mutating func written(_ work: borrowing FrameWork) {
        measurements[work.index % measurements.count] = work.measurement
        report.count(work)
    }

    /// Keeps the failure of the earliest frame; one at the end comes after all frames.
    mutating func fail(_ error: StageError) {
        guard let earlier = failure else {
            failure = error
            return
        }
        if error.frame ?? .max < earlier.frame ?? .max { failure = error }
    }
}

extension FrameWork {
    /// What the controller learns of this frame.
    var measurement: FrameMeasurement {
        let verdicts = subjects.compactMap { subject in
            subject.verdict.map { (area: Float(subject.area), confidence: $0.confidence) }
        }
        let area = verdicts.reduce(0) { $0 + $1.area }
        let confidence = verdicts.reduce(0) { $0 + $1.area * $1.confidence } / max(area, 1)
        let kept = keptFraction
        return FrameMeasurement(
            time: source.time, isCut: isCut, subjects: subjects.count,
            confidence: verdicts.isEmpty ? nil : confidence, kept: kept,
            isBlind: !subjects.isEmpty && kept == 0)
    }
}
