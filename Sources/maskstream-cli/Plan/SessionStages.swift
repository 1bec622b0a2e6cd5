import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg
import MaskStreamOnnx

extension SessionPlan {
    /// The stages with their models, each on a queue of its own; where an analysis has what models
    /// found, or somebody else has made the masks, that stands for them.
    func stages(
        format: FrameFormat, settings: PipelineSettings, isLive: Bool, steering: Steering?,
        recorder: AnalysisRecorder?, masks: ExternalMasks? = nil,
        annotations: AnnotationOutput? = nil,
        warn: @escaping WarningReport
    ) throws -> [Pipeline.Part] {
        var parts: [Pipeline.Part] = []
        if analysis != nil {
            parts.append(Pipeline.Part("recall", RecallStage()))
        } else if let masks {
            parts.append(Pipeline.Part("masks", masks.stage()))
        } else {
            let stage = try profile.estimateStage(
                format: format, sessions: sessions, look: settings.look,
                hides: arguments.mask.invert, behind: recorder?.earlier,
                onFailure: Self.once("estimator_failed", "the estimator fails", warn))
            parts.append(Pipeline.Part("estimate", stage))
        }
        if let recorder { parts.append(Pipeline.Part("record", recorder.stage())) }
        parts.append(Pipeline.Part("mask", MaskStage(settings: settings.masks)))
        if let primary = profile.primary, analysis == nil, !arguments.mask.invert {
            parts.append(try primaryPart(primary, isLive: isLive, warn: warn))
        }
        if let classes {
            let stage = ClassStage(
                classes: classes, hold: Double(profile.mask.hold), settings: settings.masks)
            parts.append(Pipeline.Part("classes", stage))
        }
        if edits != Edits() {
            parts.append(
                Pipeline.Part("edits", EditStage(edits, settings: settings.masks, into: kept)))
        }
        if let annotations {
            parts.append(Pipeline.Part("annotate", annotations.stage(settings.masks, edits: edits)))
        }
        return parts + [renderPart(steering)]
    }

    private func renderPart(_ steering: Steering?) -> Pipeline.Part {
        guard !arguments.mask.masksNothing else { return Pipeline.Part("render", CoarseStage()) }
        let stage = RenderStage(
            emit: arguments.common.emit, fill: arguments.mask.fill(profile), steering: steering,
            hidesSubjects: arguments.mask.invert, canvas: arguments.common.canvas)
        return Pipeline.Part("render", stage)
    }

    private func primaryPart(
        _ primary: PrimarySpec, isLive: Bool, warn: @escaping WarningReport
    ) throws -> Pipeline.Part {
        let session = try sessions.session(of: primary)
        guard primary.detector == nil else {
            return primaryPart(
                try OnnxDetector(spec: primary, session: session), primary, isLive: isLive,
                warn: warn)
        }
        return primaryPart(
            try OnnxClassifier(spec: primary, session: session), primary, isLive: isLive,
            warn: warn)
    }

    private func primaryPart<Model: PrimaryModel & SendableMetatype>(
        _ model: sending Model, _ primary: PrimarySpec, isLive: Bool, warn: @escaping WarningReport
    ) -> Pipeline.Part where Model.Output == Prediction {
        let stage = PrimaryStage(
            model: model, interval: Double(primary.interval),
            // A class is shown for what was seen of it lately, not earlier.
            skip: classes == nil ? primary.skip : 0, truth: truth)
        guard isLive else { return Pipeline.Part("primary", stage) }
        let live = LivePrimaryStage(
            stage, onFailure: Self.once("primary_failed", "the primary model fails", warn))
        return Pipeline.Part("primary", live)
    }

    /// Warns once of each kind of failure: where models fail frame for frame, numbers differ and
    /// words do not.
    private static func once(
        _ code: String, _ what: String, _ warn: @escaping WarningReport
    ) -> @Sendable (any Error) -> Void {
        let most = 10
        let known = Confined<Set<String>>([], label: "maskstream.failures")
        return { error in
            let kind = "\(error)".filter { !$0.isNumber }
            let isNew = known.sync { $0.count < most && $0.insert(kind).inserted }
            if isNew { warn(MediaWarning(code, "\(what): \(error)")) }
        }
    }
}
