package import MaskStream

/// What a report says about a run, collected while it goes on.
///
/// Memory is bounded whatever the length: series are reduced to at most a thousand points, images
/// to sixteen moments. Only thumbnails are kept, so frames may return to their slots.
package struct ReportRecorder {
    static let capacity = 1000

    /// Frames that were added.
    package private(set) var frames = 0
    /// The regret that counts as good enough; nil where none is known.
    let tolerance: Float?
    /// Whether the moments hold unmasked images.
    let keepsOriginals: Bool
    private(set) var series = SeriesBuckets<FrameBucket>(capacity: capacity)
    private(set) var regrets = SeriesBuckets<ProbeBucket>(capacity: capacity / 2)
    private(set) var probes = ProbeCounts()
    private(set) var spans = NotableSpans()
    private(set) var sheet: ContactSheet
    /// The labels of largest subjects in order of appearance, each with its frames.
    private(set) var labels: [(name: String, frames: Int)] = []
    private var numbers: [String: Int] = [:]
    /// How often the threshold moved, by reason.
    private(set) var moves: [ThresholdMove: Int] = [:]
    /// Frames with each mark that is not a move.
    private(set) var marked: [FrameMarks: Int] = [:]
    private(set) var firstThreshold: Float = 0
    private(set) var lastThreshold: Float = 0
    /// The most subjects at once.
    private(set) var mostSubjects = 0
    /// Whether each frame is an image of its own, as in a folder.
    private(set) var isFolder = false
    /// The first frame's time in seconds.
    private(set) var start = 0.0
    private var lastTime = 0.0
    private var lastDuration = 0.0

    /// Makes an empty log.
    ///
    /// - Parameters:
    ///   - fill: what masked pixels show, as in the output.
    ///   - hidesSubjects: whether masks hide subjects, as in the output.
    ///   - tolerance: the regret that the run's controller accepts.
    ///   - keepsOriginals: also keeps unmasked thumbnails.
    package init(
        fill: MaskFill, hidesSubjects: Bool = false, tolerance: Float? = nil,
        keepsOriginals: Bool = false
    ) {
        self.tolerance = tolerance
        self.keepsOriginals = keepsOriginals
        sheet = ContactSheet(
            fill: fill, hidesSubjects: hidesSubjects, keepsOriginals: keepsOriginals)
    }

    /// Adds the next frame, as it was written; `move` is why its threshold differs from the
    /// frame's before.
    package mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) {
        let format = work.source.format
        let measurement = work.measurement
        note(
            FrameNote(
                time: work.source.file == nil ? work.source.time : Double(work.index),
                duration: Double(work.source.duration) * format.timeBase.value,
                threshold: work.threshold, kept: work.keptFraction,
                confidence: measurement.confidence, label: work.subjects.first?.prediction?.label,
                subjects: work.subjects.count, isBlind: measurement.isBlind,
                isCut: work.beginsScene, miss: work.miss, isAlone: work.source.file != nil,
                move: move,
                probe: measurement.probe))
        sheet.add(work)
    }

    /// Adds what is left of a frame without its images.
    mutating func note(_ frame: FrameNote) {
        let time = frame.time.isFinite ? frame.time : lastTime
        if frames == 0 {
            start = time
            firstThreshold = frame.threshold
            isFolder = frame.isAlone
        }
        series.append(
            FrameBucket(
                start: time, end: time, threshold: Spread(frame.threshold),
                kept: Spread(frame.kept), confidence: Spread(frame.confidence),
                marks: frame.marks, label: frame.label.map { (number(of: $0), 1) }))
        spans.add(
            time: time, threshold: frame.threshold, move: frame.move, miss: frame.miss)
        if let move = frame.move, frames > 0 { moves[move, default: 0] += 1 }
        for mark in FrameMarks.states where frame.marks.contains(mark) {
            marked[mark, default: 0] += 1
        }
        if let probe = frame.probe {
            probes.count(probe, tolerance: tolerance)
            if probe.votes { regrets.append(ProbeBucket(probe, at: time)) }
        }
        mostSubjects = max(mostSubjects, frame.subjects)
        lastThreshold = frame.threshold
        lastDuration = frame.duration
        lastTime = time
        frames += 1
    }

    /// Seconds at which the last frame ends: by its own duration, else by the frames' mean.
    var end: Double {
        if lastDuration > 0 { return lastTime + lastDuration }
        return frames > 1 ? lastTime + (lastTime - start) / Double(frames - 1) : lastTime
    }

    private mutating func number(of label: String) -> Int {
        let number = numbers[label] ?? labels.count
        if number == labels.count {
            numbers[label] = number
            labels.append((label, 0))
        }
        labels[number].frames += 1
        return number
    }
}

/// What a report needs of one frame, its images apart.
struct FrameNote {
    var time: Double
    var duration = 0.0
    var threshold: Float = 0
    var kept: Float = 0
    var confidence: Float?
    var label: String?
    var subjects = 0
    var isBlind = false
    var isCut = false
    var miss: Miss?
    var isAlone = false
    var move: ThresholdMove?
    var probe: ProbeReading?

    var marks: FrameMarks {
        var marks = move.map { FrameMarks($0) } ?? []
        if isCut { marks.insert(.sceneCut) }
        if let miss { marks.insert(miss == .damaged ? .damaged : .miss) }
        if miss == nil, subjects == 0 { marks.insert(.noSubject) }
        if isBlind { marks.insert(.blind) }
        return marks
    }
}

/// How the probes of a run went.
struct ProbeCounts {
    /// Probes with a subject.
    private(set) var all = 0
    /// Probes in which the reference was sure enough.
    private(set) var votes = 0
    /// Probes in which masking helped.
    private(set) var gains = 0
    /// Votes whose regret at the threshold in force was within the tolerance.
    private(set) var within = 0

    mutating func count(_ probe: ProbeReading, tolerance: Float?) {
        all += 1
        if probe.gain { gains += 1 }
        guard probe.votes else { return }
        votes += 1
        if let tolerance, probe.current.regret <= tolerance { within += 1 }
    }
}
