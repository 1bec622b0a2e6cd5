import ArgumentParser
import MaskStream

/// What is masked and what moves the threshold, as the user asked for it.
struct Masking {
    var invert = false
    var fill: MaskFill?
    /// Whether masked pixels stay, and are only coarser.
    var masksNothing = false
    var classes: ClassNames?
    var threshold: Float?
    var control: ThresholdSpec.Control?
    var detail: Detail?
    var turns: Turns?
    var estimateEvery: EstimateEvery?
    var mode = MaskMode.stable
    var grid: PatchSize?
    var onMiss = MaskStage.OnMiss.maskAll
    /// The file of true labels.
    var labels: String?

    /// Refuses options that contradict each other.
    func validate() throws {
        if invert, control != nil {
            throw ValidationError("--control cannot go with --invert, whose threshold is fixed")
        }
        if invert, classes != nil {
            throw ValidationError("--classes cannot go with --invert, where no primary model runs")
        }
        if invert, labels != nil {
            throw ValidationError("--labels cannot go with --invert, where no primary model runs")
        }
        if onMiss == .hold, classes != nil {
            throw ValidationError(
                "--on-miss hold cannot go with --classes, which shows nothing without a prediction")
        }
        if threshold != nil, let control, control != .fixed {
            throw ValidationError("--threshold cannot go with --control \(control.rawValue)")
        }
    }

    /// How masks are made for a profile; without waiting, no frame looks at later ones.
    func settings(
        _ profile: Profile, isolatesFrames: Bool, waitsForNone: Bool = false
    ) -> MaskStage.Settings {
        var settings = MaskStage.Settings(profile)
        if mode == .exact {
            settings.rule = ThresholdMasker.Rule()
            settings.smoothing = 0
        }
        if isolatesFrames { settings.smoothing = 0 }
        if mode == .exact || isolatesFrames || waitsForNone { settings.lookahead = 0 }
        settings.rule.inverts = invert
        settings.rule.patch = grid ?? profile.mask.grid
        // What is hidden is a subject: scores from the threshold on.
        if invert { settings.regionLevel = (threshold ?? profile.regionLevel).nextDown }
        settings.onMiss = onMiss
        settings.isolatesFrames = isolatesFrames
        return settings
    }

    /// How the estimator looks at frames: as the user's options say, else the profile.
    func look(_ profile: Profile, isLive: Bool, isolatesFrames: Bool) -> EstimatorLook {
        func own(_ numbers: NumberByUse) -> Int {
            numbers.number(isLive: isLive, isImage: isolatesFrames, inverts: invert)
        }
        return EstimatorLook(
            detail: detail?.value ?? own(profile.estimator.detail),
            turns: turns?.value ?? own(profile.estimator.turns),
            interval: mode == .exact || isolatesFrames
                ? 1 : estimateEvery?.value ?? own(profile.estimator.interval),
            isLive: isLive, isolatesFrames: isolatesFrames,
            isAsked: detail != nil || turns != nil)
    }

    /// The classes that are shown, as indices of the labels; nil shows every subject.
    ///
    /// - Throws: ``MaskStreamError`` with code `usage` for unknown names and without a primary.
    func classes(_ profile: Profile) throws -> Set<Int>? {
        guard let classes else { return nil }
        guard let primary = profile.primary else {
            throw MaskStreamError(
                .usage, "--classes needs a primary model (\(profile.name))",
                hint: "this profile has none: leave --classes out")
        }
        return try primary.classes(named: classes.names)
    }

    /// The labels that are right, where the user gives them.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` without the file, `badData` for what it
    ///   says, `usage` without a primary model.
    func truth(_ profile: Profile) throws -> LabelTrack? {
        guard let labels else { return nil }
        guard let primary = profile.primary else {
            throw MaskStreamError(
                .usage, "--labels needs a primary model (\(profile.name))",
                hint: "this profile has none: leave --labels out")
        }
        let text: String
        do {
            text = try MaskStream.text(ofFile: labels)
        } catch {
            throw MaskStreamError(
                .noInput, "the labels cannot be read (\(labels))",
                hint: "give the path of a CSV file", underlying: error)
        }
        return try LabelTrack(text, labels: primary.labels, place: labels)
    }

    /// Which controller moves the threshold.
    func chosenControl(_ profile: Profile) -> ThresholdSpec.Control {
        threshold != nil || invert ? .fixed : control ?? profile.threshold.control
    }

    /// What moves the threshold.
    ///
    /// - Throws: ``MaskStreamError`` with code `usage` for a controller that needs a primary model.
    func controller(_ profile: Profile, isolatesFrames: Bool) throws -> any ThresholdController {
        let spec = profile.threshold
        if let threshold { return FixedThreshold(threshold) }
        if invert { return FixedThreshold(profile.regionLevel) }
        let control = chosenControl(profile)
        guard profile.primary != nil || control == .fixed else {
            throw MaskStreamError(
                .usage, "--control \(control.rawValue) needs a primary model (\(profile.name))",
                hint: "this profile allows --control fixed only")
        }
        if isolatesFrames { return FixedThreshold(spec.initial) }
        let controller: any ThresholdController
        switch control {
        case .probe: controller = ProbeController(parameters: spec.probe)
        case .confidence: controller = ConfidenceController(parameters: spec.confidence)
        case .fixed: return FixedThreshold(spec.initial)
        }
        return spec.scope == .subject ? SubjectControllers(controller) : controller
    }

    /// What masked pixels show wherever they are masked: the user's option, else black for `--invert`
    /// and for an output that masks nothing, else the profile's.
    func fill(_ profile: Profile) -> MaskFill {
        fill ?? (invert || masksNothing ? .zero : profile.mask.fill)
    }
}
