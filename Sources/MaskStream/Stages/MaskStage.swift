/// Smooths the confidence map, finds the subjects, if nobody has yet, and cuts the mask.
public struct MaskStage: Stage {
    /// What happens to a frame whose map is missing.
    public enum OnMiss: String, Sendable, CaseIterable {
        /// The frame is masked whole.
        case maskAll = "mask-all"
        /// The last mask is used for a short while, its hidden side growing.
        case hold
    }

    /// How masks are made in this run.
    public struct Settings: Sendable {
        /// Threshold, hysteresis, hold and dilation.
        public var rule = ThresholdMasker.Rule()
        /// The weight of the past in the map, 0 to below 1.
        public var smoothing: Float = 0
        /// What happens without a map.
        public var onMiss = OnMiss.maskAll
        /// Seconds for which ``OnMiss/hold`` uses an old mask.
        public var missHold: Double = 0
        /// The confidence at which a subject's region is cut.
        public var regionLevel: Float = 0.2
        /// The least area of a subject, as a fraction of the frame; any where the rule inverts.
        public var minSubjectArea: Float = 0.002
        /// How many subjects are reported, largest first; all where the rule inverts.
        ///
        /// All are followed.
        public var maxSubjects = 4
        /// Whether every frame is an image of its own that has no past.
        public var isolatesFrames = false
        /// The level at which a probe's reference is cut; nil leaves it unmasked.
        public var referenceLevel: Float?
        /// How many frames are held back so that maps are smoothed from both sides.
        public var lookahead = 0
        /// Whether subjects are followed that were followed once, for what no analysis holds.
        package var followsAgain = false

        /// The plain settings of `--mask exact`.
        public init() {}
    }

    private let settings: Settings
    private let finder: SubjectFinder
    private var tracker = Tracker()
    private var window: MapWindow
    private var waiting: [Handoff<FrameWork>] = []
    private var smoothing: MapSmoothing
    private var masker: ThresholdMasker?
    private var prober: ThresholdMasker?
    private var held: (mask: Mask, time: Double, missed: Int)?

    /// Makes the stage for one stream.
    public init(settings: Settings) {
        self.settings = settings
        finder = SubjectFinder(settings)
        let bridge = settings.rule.inverts ? GapBridge(finder: finder) : nil
        window = MapWindow(lookahead: settings.lookahead, bridge: bridge)
        smoothing = MapSmoothing(weight: settings.smoothing)
    }

    /// Puts the smoothed map, the subjects and the mask on the work that is `lookahead` frames
    /// older.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        window.append(
            work.map, time: work.source.time,
            isBoundary: settings.isolatesFrames || work.beginsScene)
        waiting.append(Handoff(work))
        if waiting.count > settings.lookahead { try emitOldest(emit) }
    }

    /// Emits the last `lookahead` works.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        while !waiting.isEmpty { try emitOldest(emit) }
    }

    private mutating func emitOldest(_ emit: (consuming FrameWork) throws -> Void) throws {
        var work = waiting.removeFirst().take()
        let found = window.next()
        if settings.isolatesFrames || work.beginsScene { forget() }
        let (time, format) = (work.source.time, work.source.format)
        work.patches = settings.rule.patch.map { PatchGrid($0, format) }
        if let map = found.map, !found.isMissing {
            mask(&work, by: smoothed(map, time: time, future: found.future), time: time)
        } else {
            work.miss = work.miss ?? .missing
            let holds = settings.onMiss == .hold && work.miss != .damaged
            if holds { work.mask = heldMask(at: time, of: work) } else { held = nil }
            if let map = found.map, !holds {
                let map = smoothed(map, time: time, future: [])
                _ = cutMask(map, format: format, threshold: work.threshold, time: time)
            }
        }
        try emit(work)
    }

    /// Where relevant pixels are hidden, smoothing may hide more and never less.
    private mutating func smoothed(
        _ map: ConfidenceMap, time: Double, future: [TimedMap]
    ) -> ConfidenceMap {
        var smooth = map
        let inverts = settings.rule.inverts
        smoothing.smooth(&smooth, time: time, future: inverts ? [] : future)
        guard inverts, settings.smoothing > 0 else { return smooth }
        for index in map.values.indices {
            smooth.values[index] = max(smooth.values[index], map.values[index])
        }
        return smooth
    }

    private mutating func mask(_ work: inout FrameWork, by map: ConfidenceMap, time: Double) {
        let format = work.source.format
        var found: SubjectFinder.Found?
        // What was followed once has its tracks.
        if work.findings == nil || settings.followsAgain {
            let components = finder.components(of: map)
            follow(components, in: map, &work)
            found = components
        }
        let (subjects, threshold) = (work.subjects, work.threshold)
        var zones: ThresholdZones?
        if subjects.contains(where: { $0.threshold != nil }) {
            zones = ThresholdZones(
                found ?? finder.components(of: map), in: map, over: format, rule: settings.rule)
        }
        let own = zones?.cells(of: subjects) { $0.threshold ?? threshold }
        var mask = cutMask(map, format: format, threshold: threshold, cells: own, time: time)
        if let new = work.newBlocks {
            new.hide(in: &mask)
            work.patches?.maskTouched(&mask)
        }
        if format.isInterlaced { mask.joinFields() }
        if work.isProbe, !work.subjects.isEmpty {
            work.probeMasks = probeMasks(map, work, zones, time: time)
        }
        work.map = map
        work.mask = mask
        held = (mask, time, 0)
    }

    /// Puts the subjects with their tracks on the work, those that are reported.
    private mutating func follow(
        _ found: SubjectFinder.Found, in map: ConfidenceMap, _ work: inout FrameWork
    ) {
        let (components, owners) = found
        var detections: [Detection] = []
        for (index, component) in components.enumerated() {
            detections.append(
                Detection(
                    box: component.box(in: map, over: work.source.format),
                    // What the tracker takes for noise needs none.
                    appearance: index < Tracker.mostSubjects
                        ? ColorHistogram(
                            of: component, owners: owners, width: map.width, in: work.source)
                        : nil))
        }
        let tracks = tracker.follow(detections, time: work.source.time)
        let most = settings.rule.inverts ? .max : settings.maxSubjects
        work.subjects = components.indices.prefix(most).map {
            Subject(box: detections[$0].box, area: components[$0].area, track: tracks[$0])
        }
        work.colors = detections.prefix(most).map(\.appearance)
        if let thresholds = work.tracks { put(thresholds, on: &work) }
    }

    /// Puts the thresholds of their tracks on the subjects, and the highest on the frame.
    private func put(_ thresholds: TrackThresholds, on work: inout FrameWork) {
        for index in work.subjects.indices {
            guard let track = work.subjects[index].track else { continue }
            let others = tracker.hidden(within: work.subjects[index].box)
            let entry = thresholds.entry(of: track, joined: others)
            work.subjects[index].threshold = entry.threshold
            work.plans[track] = entry.plan
        }
        work.threshold = work.subjects.compactMap(\.threshold).max() ?? work.threshold
    }

    private mutating func cutMask(
        _ map: ConfidenceMap, format: FrameFormat, threshold: Float, cells: CellThresholds? = nil,
        time: Double
    ) -> Mask {
        if masker?.fits(map, format) != true {
            masker = ThresholdMasker(
                rule: settings.rule, map: (map.width, map.height), format: format)
        }
        return masker?.mask(map, threshold: threshold, cells: cells, time: time)
            ?? Mask(width: format.maskGrid.width, height: format.maskGrid.height)
    }

    /// What two other thresholds would keep: cut plainly, as hysteresis and hold would make both
    /// much like the mask that is in force.
    ///
    /// Around subjects that are not judged both have the threshold in force.
    private mutating func probeMasks(
        _ map: ConfidenceMap, _ work: borrowing FrameWork, _ zones: ThresholdZones?, time: Double
    ) -> ProbeMasks? {
        let (format, subjects, threshold) = (work.source.format, work.subjects, work.threshold)
        let (plan, plans) = (work.probePlan, work.plans)
        if prober?.fits(map, format) != true {
            var rule = ThresholdMasker.Rule()
            rule.dilate = settings.rule.dilate
            rule.patch = settings.rule.patch
            prober = ThresholdMasker(rule: rule, map: (map.width, map.height), format: format)
        }
        func mask(at step: KeyPath<ProbePlan, Float>) -> Mask? {
            let own = zones?.cells(of: subjects) {
                $0.track.flatMap { plans[$0]?[keyPath: step] } ?? $0.threshold ?? threshold
            }
            return prober?.mask(
                map, threshold: plan?[keyPath: step] ?? threshold, cells: own, time: time)
        }
        guard let tighter = mask(at: \.tighter), let looser = mask(at: \.looser) else { return nil }
        let reference = settings.referenceLevel.flatMap {
            prober?.mask(map, threshold: $0, time: time)
        }
        return ProbeMasks(reference: reference, tighter: tighter, looser: looser)
    }

    private mutating func forget() {
        smoothing.reset()
        masker?.reset()
        tracker.reset()
        held = nil
    }

    /// The last mask with its hidden side grown by 1 % of the height for each missed frame.
    private mutating func heldMask(at time: Double, of work: borrowing FrameWork) -> Mask? {
        guard let last = held, time - last.time <= settings.missHold else { return nil }
        let missed = last.missed + 1
        held = (last.mask, last.time, missed)
        let format = work.source.format
        let pixels = missed * max(2, format.height / 100)
        let radius = format.pixelFormat.chromaGrid(width: pixels, height: pixels)
        var mask = last.mask
        mask.invert()
        mask.dilate(x: radius.width, y: radius.height)
        mask.invert()
        work.patches?.maskTouched(&mask)
        return mask
    }
}

extension SubjectFinder {
    /// The finder of a run's subjects; however small where they are hidden.
    init(_ settings: MaskStage.Settings) {
        self.init(
            level: settings.regionLevel,
            minArea: settings.rule.inverts ? 0 : settings.minSubjectArea)
    }
}
