/// What a frame's event reports.
public struct FrameRecord: Sendable, Codable {
    /// A subject as it is displayed.
    package struct SubjectRecord: Sendable, Codable {
        package let track: Int?
        package let box: [Int]
        let threshold: Double?
        package let label: String?
        let confidence: Double?
        let scores: [String: Double]?

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(track, forKey: .track)
            try container.encode(box, forKey: .box)
            try container.encodeIfPresent(threshold, forKey: .threshold)
            try container.encode(label, forKey: .label)
            try container.encode(confidence, forKey: .confidence)
            try container.encode(scores, forKey: .scores)
        }

        enum CodingKeys: String, CodingKey { case track, box, threshold, label, confidence, scores }
    }

    /// The frame's number.
    public package(set) var frame: Int
    let file: String?
    package let pts: Int64
    package let time: Double
    package let threshold: Double
    let kept: Double
    let tokens: Tokens?
    package let subjects: [SubjectRecord]
    let packed: [PackedRecord]?
    let detections: [DetectionRecord]?
    let probe: ProbeRecord?
    package let miss: String?
    let estimate: String?
    let primary: String
    let timings: [String: Double]?
    private(set) var findings: FindingsRecord?

    enum CodingKeys: String, CodingKey {
        case frame, file, pts, time, threshold, kept, tokens, subjects, packed, detections,
            probe, miss, estimate, primary, timings, findings
    }

    /// Records a frame.
    public init(_ work: borrowing FrameWork, timings: [String: Double]? = nil) {
        self.init(work, timings: timings, findings: nil)
    }

    /// Records a frame for an analysis, so that it can be made again; `move` is why its threshold
    /// differs from the one before.
    package init(exactly work: borrowing FrameWork, move: ThresholdMove?) {
        self.init(work, timings: nil, findings: FindingsRecord(work, move: move))
    }

    private init(
        _ work: borrowing FrameWork, timings: [String: Double]?, findings: FindingsRecord?
    ) {
        let format = work.source.format
        frame = work.index
        file = work.source.file
        pts = work.source.pts
        time = work.source.time.rounded(places: 6)
        threshold = Double(work.threshold).rounded(places: 4)
        kept = Double(work.keptFraction).rounded(places: 4)
        tokens = work.tokens
        subjects = work.subjects.map { subject in
            let box = subject.box.displayed(format.orientation, in: format.width, format.height)
            let prediction = subject.prediction
            return SubjectRecord(
                track: subject.track, box: [box.x, box.y, box.width, box.height],
                threshold: subject.threshold.map { Double($0).rounded(places: 4) },
                label: prediction?.label,
                confidence: prediction.map { Double($0.confidence).rounded(places: 4) },
                scores: prediction.map(Self.scores))
        }
        let canvas = work.output?.format
        packed = work.packed.map { regions in
            regions.map { PackedRecord($0, on: canvas ?? format, of: format) }
        }
        detections = DetectionRecord.all(of: work.subjects, in: work.source)
        probe = work.probe.map(ProbeRecord.init)
        miss = work.miss?.rawValue
        estimate = work.estimate?.rawValue
        primary = work.primary.rawValue
        self.timings = timings
        self.findings = findings
    }

    /// The scores by name: all of a few classes, the five best of many.
    private static func scores(_ prediction: Prediction) -> [String: Double] {
        prediction.told.reduce(into: [:]) {
            $0[prediction.labels[$1]] = Double(prediction.scores[$1]).rounded(places: 4)
        }
    }

    /// Writes every key, also those without a value; tokens, packed, detections, estimate, timings and
    /// findings
    /// only where they are.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(frame, forKey: .frame)
        try container.encode(file, forKey: .file)
        try container.encode(pts, forKey: .pts)
        try container.encode(time, forKey: .time)
        try container.encode(threshold, forKey: .threshold)
        try container.encode(kept, forKey: .kept)
        try container.encodeIfPresent(tokens, forKey: .tokens)
        try container.encode(subjects, forKey: .subjects)
        try container.encodeIfPresent(packed, forKey: .packed)
        try container.encodeIfPresent(detections, forKey: .detections)
        try container.encode(probe, forKey: .probe)
        try container.encode(miss, forKey: .miss)
        try container.encodeIfPresent(estimate, forKey: .estimate)
        try container.encode(primary, forKey: .primary)
        try container.encodeIfPresent(timings, forKey: .timings)
        try container.encodeIfPresent(findings, forKey: .findings)
    }
}

extension FrameRecord {
    /// Whether the frame begins a scene, as far as an analysis tells.
    package var beginsScene: Bool { findings?.beginsScene == true }

    /// Its threshold, where it is told exactly.
    var exactThreshold: Float? { findings?.threshold }

    /// Notes that the threshold differs from the one before, as a new scene begins.
    mutating func noteCut() { findings?.move = ThresholdMove.cut.rawValue }

    /// What was found in a frame, its map aside; nil in the events of a run that kept no analysis.
    ///
    /// - Parameters:
    ///   - labels: the primary model's classes.
    ///   - format: the frames' format; it may be stored otherwise than in the run that was recorded.
    package func findings(labels: [String], format: FrameFormat) -> FrameFindings? {
        guard let findings, findings.subjects.count == subjects.count,
            subjects.allSatisfy({ $0.box.count == 4 })
        else { return nil }
        let (width, height) = format.displaySize
        let back = format.orientation.inverse
        var found = FrameFindings(threshold: findings.threshold)
        found.move = findings.move.flatMap(ThresholdMove.init)
        found.estimate = estimate.flatMap(EstimateRun.init)
        found.newBlocks = findings.newBlocks?.turned(back)
        found.miss = miss.flatMap(Miss.init)
        found.primary = PrimaryRun(rawValue: primary) ?? .none
        found.probe = findings.probe
        found.subjects = zip(subjects, findings.subjects).map { subject, exact in
            let box = Box(
                x: subject.box[0], y: subject.box[1], width: subject.box[2], height: subject.box[3])
            var known = Subject(
                box: box.displayed(back, in: width, height), area: exact.area,
                track: subject.track, prediction: exact.prediction(labels), seen: exact.seen)
            known.threshold = exact.threshold
            return known
        }
        return found
    }
}
