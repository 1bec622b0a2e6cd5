import MaskStream

/// Notes how the threshold in force did on every `stride`th frame; comes after the primary's own
/// stage.
struct TrackStage<Model: PrimaryModel>: Stage where Model.Output == Verdict {
    var model: Model
    let stride: Int
    let track: Confined<LoopTrack>
    private var runs = 0
    private var probes = 0

    init(model: Model, stride: Int, track: Confined<LoopTrack>) {
        self.model = model
        self.stride = stride
        self.track = track
    }

    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        runs += work.subjects.count
        if work.probe != nil { probes += 3 * work.subjects.count }
        guard work.index % stride == 0 else { return try emit(work) }
        let references = try model.run(
            on: work.source, in: work.subjects.map { Region(box: $0.box, mask: nil) })
        let agreed = zip(work.subjects, references).count { $0.verdict?.top == $1.top }
        let sample = LoopTrack.Sample(
            time: work.source.time, threshold: work.threshold, kept: work.keptFraction,
            agreed: agreed, subjects: work.subjects.count, runs: runs, probes: probes)
        (runs, probes) = (0, 0)
        track.sync { $0.add(sample) }
        try emit(work)
    }
}

/// Notes how every fixed threshold would have done on every `stride`th frame, with the same
/// smoothing; comes after the masks' stage.
struct HindsightStage<Model: PrimaryModel>: Stage where Model.Output == Verdict {
    var model: Model
    let rule: ThresholdMasker.Rule
    let thresholds: [Float]
    let stride: Int
    let tracks: Confined<[LoopTrack]>
    private var maskers: [ThresholdMasker] = []

    init(
        model: Model, rule: ThresholdMasker.Rule, thresholds: [Float], stride: Int,
        tracks: Confined<[LoopTrack]>
    ) {
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
                if work.isCut { maskers[index].reset() }
                masks[index] = maskers[index].mask(
                    map, threshold: thresholds[index], time: time)
            }
        }
        guard work.index % stride == 0 else { return try emit(work) }
        let unmasked = subjects.map { Region(box: $0.box, mask: nil) }
        let references = try model.run(on: work.source, in: unmasked)
        for index in thresholds.indices {
            let regions = subjects.map { Region(box: $0.box, mask: masks[index]) }
            let verdicts = masks[index] == nil ? [] : try model.run(on: work.source, in: regions)
            let agreed = zip(verdicts, references).count { $0.top == $1.top }
            let sample = LoopTrack.Sample(
                time: time, threshold: thresholds[index], kept: masks[index]?.keptFraction ?? 0,
                agreed: agreed, subjects: subjects.count, runs: 0, probes: 0)
            tracks.sync { $0[index].add(sample) }
        }
        try emit(work)
    }
}

/// The probing law on another signal: what each view's own confidence loses.
struct OwnConfidence: ThresholdController {
    var law: ProbeController

    var threshold: Float { law.threshold }
    var move: ThresholdMove? { law.move }

    mutating func update(with measurement: FrameMeasurement) {
        var measurement = measurement
        if var probe = measurement.probe {
            let reference = probe.reference.confidence
            probe.current.regret = reference - probe.current.confidence
            probe.tighter.regret = reference - probe.tighter.confidence
            probe.looser.regret = reference - probe.looser.confidence
            measurement.probe = probe
        }
        law.update(with: measurement)
    }

    mutating func probe(at time: Double) -> ProbePlan? { law.probe(at: time) }
}
