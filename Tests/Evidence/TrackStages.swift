import MaskStream

/// Notes how the threshold in force did on every `stride`th frame; comes after the primary's own
/// stage.
struct TrackStage<Model: PrimaryModel>: Stage where Model.Output == Prediction {
    var model: Model
    let stride: Int
    let track: Confined<LoopTrack>
    private var reference: ReferenceMasker
    private var runs = 0
    private var probes = 0

    init(
        model: Model, reference: ReferenceMasker, stride: Int, track: Confined<LoopTrack>
    ) {
        self.reference = reference
        self.model = model
        self.stride = stride
        self.track = track
    }

    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        runs += work.subjects.count
        probes += work.probeRuns
        guard work.index % stride == 0 else { return try emit(work) }
        let references = try reference.predictions(of: work, by: &model)
        let agreed = zip(work.subjects, references).count {
            $1 != nil && $0.prediction?.top == $1?.top
        }
        let regrets = zip(work.subjects, references).compactMap {
            $0.prediction.regret(against: $1)
        }
        let sample = LoopTrack.Sample(
            time: work.source.time, threshold: work.threshold, kept: work.keptFraction,
            agreed: agreed, subjects: work.subjects.count, regret: regrets.reduce(0, +),
            votes: regrets.count, runs: runs, probes: probes)
        (runs, probes) = (0, 0)
        track.sync { $0.add(sample) }
        try emit(work)
    }
}

/// Notes how every fixed threshold would have done on every `stride`th frame, with the same
/// smoothing; comes after the masks' stage.
struct HindsightStage<Model: PrimaryModel>: Stage where Model.Output == Prediction {
    var model: Model
    let rule: ThresholdMasker.Rule
    let thresholds: [Float]
    let stride: Int
    let tracks: Confined<[LoopTrack]>
    private var reference: ReferenceMasker
    private var maskers: [ThresholdMasker] = []

    init(
        model: Model, rule: ThresholdMasker.Rule, reference: ReferenceMasker,
        thresholds: [Float], stride: Int, tracks: Confined<[LoopTrack]>
    ) {
        self.reference = reference
        self.stride = stride
        self.model = model
        self.rule = rule
        self.thresholds = thresholds
        self.tracks = tracks
    }

    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let (time, subjects) = (work.source.time, work.subjects)
        var masks: [Mask?] = thresholds.map { _ in nil }
        if let map = work.map {
            if maskers.isEmpty {
                maskers = thresholds.map { _ in
                    ThresholdMasker(
                        rule: rule, map: (map.width, map.height), format: work.source.format)
                }
            }
            for index in maskers.indices {
                if work.beginsScene { maskers[index].reset() }
                masks[index] = maskers[index].mask(
                    map, threshold: thresholds[index], time: time)
            }
        }
        guard work.index % stride == 0 else { return try emit(work) }
        let references = try reference.predictions(of: work, by: &model)
        for index in thresholds.indices {
            let regions = subjects.map { Region(box: $0.box, mask: masks[index]) }
            let predictions = masks[index] == nil ? [] : try model.run(on: work.source, in: regions)
            let agreed = zip(predictions, references).count { $0 != nil && $0?.top == $1?.top }
            let regrets = zip(predictions, references).compactMap { $0.regret(against: $1) }
            let sample = LoopTrack.Sample(
                time: time, threshold: thresholds[index], kept: masks[index]?.keptFraction ?? 0,
                agreed: agreed, subjects: subjects.count, regret: regrets.reduce(0, +),
                votes: regrets.count, runs: 0, probes: 0)
            tracks.sync { $0[index].add(sample) }
        }
        try emit(work)
    }
}

extension Prediction? {
    /// What the mask takes from the reference's answer; nil where that has no vote.
    fileprivate func regret(against reference: Prediction?) -> Float? {
        guard let reference, reference.confidence >= 0.5 else { return nil }
        return reference.confidence - (self?.scores[reference.top] ?? 0)
    }
}

/// Cuts what labels are compared with: nothing, or the subject's region.
struct ReferenceMasker {
    let level: Float?
    let dilate: Float
    private var masker: ThresholdMasker?

    init(_ settings: MaskStage.Settings) {
        level = settings.referenceLevel
        dilate = settings.rule.dilate
    }

    /// What the primary says of each subject's reference.
    mutating func predictions<Model: PrimaryModel>(
        of work: borrowing FrameWork, by model: inout Model
    ) throws -> [Prediction?] where Model.Output == Prediction {
        let whole = mask(work)
        return try model.run(
            on: work.source, in: work.subjects.map { Region(box: $0.box, mask: whole) })
    }

    /// The reference's mask; nil where it is unmasked.
    private mutating func mask(_ work: borrowing FrameWork) -> Mask? {
        guard let level, let map = work.map else { return nil }
        if masker == nil {
            var rule = ThresholdMasker.Rule()
            rule.dilate = dilate
            masker = ThresholdMasker(
                rule: rule, map: (map.width, map.height), format: work.source.format)
        }
        return masker?.mask(map, threshold: level, time: work.source.time)
    }
}

/// The probe controller on another signal: what each view's own confidence loses.
struct OwnConfidence: ThresholdController {
    var base: ProbeController

    var threshold: Float { base.threshold }
    var move: ThresholdMove? { base.move }

    mutating func update(with measurement: FrameMeasurement) {
        var measurement = measurement
        if var probe = measurement.probe {
            let reference = probe.reference.confidence
            probe.current.regret = reference - probe.current.confidence
            probe.tighter.regret = reference - probe.tighter.confidence
            probe.looser.regret = reference - probe.looser.confidence
            measurement.probe = probe
        }
        base.update(with: measurement)
    }

    mutating func probe(at time: Double) -> ProbePlan? { base.probe(at: time) }
}
