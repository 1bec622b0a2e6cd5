/// Smooths the confidence map, finds the subjects and cuts the mask.
public struct MaskStage: Stage {
    /// What happens to a frame whose map is missing.
    public enum OnMiss: String, Sendable, CaseIterable {
        /// The picture is masked whole.
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
        /// The least area of a subject, as a share of the picture.
        public var minSubjectArea: Float = 0.002
        /// How many subjects are reported.
        public var maxSubjects = 4
        /// Whether every frame is a picture of its own that has no past.
        public var isolatesFrames = false

        /// The plain settings of `--mask exact`.
        public init() {}
    }

    private let settings: Settings
    private let finder: SubjectFinder
    private var smoothing: MapSmoothing
    private var cut = SceneCut()
    private var masker: ThresholdMasker?
    private var held: (mask: Mask, time: Double, missed: Int)?

    /// Makes the stage for one stream.
    public init(settings: Settings) {
        self.settings = settings
        finder = SubjectFinder(settings)
        smoothing = MapSmoothing(weight: settings.smoothing)
    }

    /// Puts the smoothed map, the subjects and the mask on the work.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let time = work.source.time
        let format = work.source.format
        if settings.isolatesFrames {
            forget()
        } else if work.miss != .damaged {
            work.isCut = cut.isCut(work.source)
            if work.isCut { forget() }
        }
        if var map = work.map {
            smoothing.smooth(&map, time: time)
            let mask = cutMask(map, format: format, threshold: work.threshold, time: time)
            work.subjects = finder.subjects(in: map, format: format)
            work.map = map
            work.mask = mask
            held = (mask, time, 0)
        } else {
            work.miss = work.miss ?? .missing
            if work.miss == .damaged { forget() }
            work.mask = heldMask(at: time, format: format)
        }
        try emit(work)
    }

    private mutating func cutMask(
        _ map: ConfidenceMap, format: FrameFormat, threshold: Float, time: Double
    ) -> Mask {
        if masker?.fits(map, format) != true {
            masker = ThresholdMasker(
                rule: settings.rule, map: (map.width, map.height), format: format)
        }
        return masker?.mask(map, threshold: threshold, time: time)
            ?? Mask(width: format.maskGrid.width, height: format.maskGrid.height)
    }

    private mutating func forget() {
        smoothing.reset()
        masker?.reset()
        held = nil
    }

    /// The last mask with its hidden side grown by 1 % of the height for each missed frame.
    private mutating func heldMask(at time: Double, format: FrameFormat) -> Mask? {
        guard settings.onMiss == .hold, let last = held, time - last.time <= settings.missHold
        else { return nil }
        let missed = last.missed + 1
        held = (last.mask, last.time, missed)
        let pixels = missed * max(2, format.height / 100)
        let radius = format.pixelFormat.chromaGrid(width: pixels, height: pixels)
        var mask = last.mask
        mask.invert()
        mask.dilate(x: radius.width, y: radius.height)
        mask.invert()
        return mask
    }
}

extension SubjectFinder {
    /// The finder of a run's subjects.
    init(_ settings: MaskStage.Settings) {
        self.init(
            level: settings.regionLevel, minArea: settings.minSubjectArea,
            maxSubjects: settings.maxSubjects)
    }
}
