/// The pipeline's books: what each slot learnt, which frame failed first, what was counted.
struct Ledger {
    private(set) var counts: PipelineCounts
    private(set) var failure: StageError?
    var isStopped = false {
        didSet { counts.wasStopped = isStopped }
    }
    private var measurements: [FrameMeasurement?]
    private var moves: [ThresholdMove?]
    /// The threshold of the last frame that was written.
    private var threshold: Float?

    /// Books for frames from the number on that an earlier pipeline came to.
    init(slots: Int, continuing earlier: PipelineCounts) {
        counts = earlier
        counts.wasStopped = false
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

    /// What was learnt from the frame that had the slot of frame `index` before; nil where that
    /// was before the frame `first`.
    func measurement(before index: Int, since first: Int) -> FrameMeasurement? {
        index - first < measurements.count ? nil : measurements[index % measurements.count]
    }

    /// Why the threshold of the next frame to be written differs from the one before.
    ///
    /// - Throws: where the frame is not the next: a stage has lost or exchanged frames.
    mutating func expect(_ work: borrowing FrameWork) throws -> ThresholdMove? {
        let index = work.index
        guard index == counts.framesOut else {
            throw MaskStreamError(
                .software, "frame \(counts.framesOut) was lost, frame \(index) came instead")
        }
        defer { threshold = work.threshold }
        let move = moves[index % moves.count]
        guard work.tracks != nil, let threshold else { return move }
        return work.move(from: threshold, admitted: move)
    }

    /// Checks at the end that no stage has lost frames.
    func expectAll() throws {
        guard failure == nil, counts.framesOut != counts.framesIn else { return }
        throw MaskStreamError(
            .software, "\(counts.framesIn - counts.framesOut) frames were lost on the way")
    }

    mutating func admitted(_ index: Int, move: ThresholdMove?) {
        counts.framesIn += 1
        moves[index % moves.count] = move
    }

    mutating func written(_ work: borrowing FrameWork) {
        measurements[work.index % measurements.count] = work.measurement
        counts.count(work)
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
    /// Why the highest threshold of its subjects differs from the one before; it does, too, where
    /// subjects come and go.
    fileprivate func move(from before: Float, admitted move: ThresholdMove?) -> ThresholdMove? {
        guard threshold != before else { return nil }
        guard !beginsScene else { return .cut }
        let falls = threshold < before
        return switch move {
        case .clamp, .cut, .user: move
        case .drop, .loosen: falls ? move : .tighten
        case .return, .tighten: falls ? .loosen : move
        case nil: falls ? .loosen : .tighten
        }
    }

    /// Lets the controller learn what the frame shows now, whatever is masked of it later.
    ///
    /// A stage behind the primary model calls it before it narrows the mask.
    public mutating func settleMeasurement() { settled = measurement }

    /// What the controller learns of this frame.
    package var measurement: FrameMeasurement {
        if let settled { return settled }
        var (area, sum) = (Float(0), Float(0))
        var isBlind = !subjects.isEmpty
        var tracks: [Int: TrackMeasurement] = [:]
        for subject in subjects {
            let isShown = isShown(subject)
            if isShown { isBlind = false }
            // What the model says of a subject that it cannot see says nothing.
            let prediction = subject.prediction.flatMap { $0.isCalibrated ? $0 : nil }
            let confidence = isShown ? prediction?.confidence : 0
            if let track = subject.track, let threshold = subject.threshold {
                tracks[track] = TrackMeasurement(
                    threshold: threshold, confidence: confidence, isBlind: !isShown,
                    probe: probes[track])
            }
            guard let confidence else { continue }
            area += Float(subject.area)
            sum += Float(subject.area) * confidence
        }
        var measurement = FrameMeasurement(
            time: source.time, threshold: threshold, subjects: subjects.count,
            confidence: area > 0 ? sum / area : nil, kept: keptFraction, isBlind: isBlind,
            probe: probe)
        measurement.tracks = tracks
        return measurement
    }
}
