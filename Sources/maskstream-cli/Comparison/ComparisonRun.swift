import ArgumentParser
import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx
import MaskStreamReports

/// Carries a comparison out: one run of the pipeline with the comparison in it.
struct ComparisonRun {
    let plan: ComparisonPlan
    private let progress = ProgressPrinter(.auto)
    private let subjects = Confined(ComparisonRecord(), label: "maskstream.comparison.subjects")
    private let objects = Confined(DetectionTallies(), label: "maskstream.comparison.objects")
    private let costs: [String: Confined<InferenceCost>]

    init(_ plan: ComparisonPlan) {
        self.plan = plan
        costs = Dictionary(
            uniqueKeysWithValues: ["estimate", "mask", "primary"].map {
                ($0, Confined(InferenceCost(), label: "maskstream.cost.\($0)"))
            })
    }

    /// Runs to the end of the input and gives what was found.
    ///
    /// - Throws: `ExitCode` with the status of a run that a signal has ended.
    func execute() throws -> any ComparisonFindings {
        let opened = try plan.input.open(warn: progress.warn)
        progress.expect(duration: opened.duration)
        let settings = plan.mask.settings(plan.profile, isolatesFrames: opened.isImage)
        let look = plan.mask.look(
            plan.profile, isLive: false, isolatesFrames: opened.isImage)
        let (parts, multiplyAdds) = try parts(opened.source.format, settings, look)
        let encoding = Confined(
            try EncodedPair(plan.input, plan.encoder), label: "maskstream.encoding")
        let pipeline = Pipeline(
            source: opened.source, parts: parts, sink: NoSink(),
            scenes: opened.isImage ? nil : plan.arguments.input.scenes,
            controller: try plan.mask.controller(plan.profile, isolatesFrames: opened.isImage),
            depth: plan.profile.depth, lookahead: look.lookahead + settings.lookahead,
            observe: { [progress] work, _ in
                try encoding.sync { try $0.write(work) }
                progress.show(work)
            })
        let report = try Interrupts().draining({ pipeline.stop() }) { try pipeline.run() }
        guard !report.wasStopped else { throw ExitCode(ExitStatus.interrupted) }
        let files = try encoding.sync { try $0.finish() }
        progress.clear()
        let (subjects, objects) = (subjects.sync { $0 }, objects.sync { $0 })
        let isDetector = plan.primary.detector != nil
        let run = ComparedRun(
            plan: plan, counts: isDetector ? objects.counts : subjects.counts, files: files,
            stages: costs.mapValues { cost in cost.sync { $0.milliseconds } },
            multiplyAdds: multiplyAdds)
        return isDetector
            ? DetectionReport(run: run, record: objects)
            : ComparisonReport(run: run, record: subjects)
    }

    /// The stages of a run, their cost counted, with the comparison behind the primary.
    private func parts(
        _ format: FrameFormat, _ settings: MaskStage.Settings, _ look: EstimatorLook
    ) throws -> (parts: [Pipeline.Part], multiplyAdds: Int?) {
        let estimate = try plan.profile.estimateStage(
            format: format, sessions: plan.sessions, look: look)
        let session = try plan.sessions.session(plan.primary.file)
        let parts = [
            part("estimate", estimate),
            part("mask", MaskStage(settings: settings)),
            part("primary", try judge(session)),
            try comparison(session),
            Pipeline.Part("render", RenderStage(fill: plan.encoder.fill)),
        ]
        return (parts, session.multiplyAdds)
    }

    /// The primary's own stage, as in a run.
    private func judge(_ session: OnnxSession) throws -> any Stage {
        let primary = plan.primary
        func stage<Model: PrimaryModel & SendableMetatype>(_ model: sending Model) -> any Stage
        where Model.Output == Prediction {
            PrimaryStage(
                model: model, interval: Double(primary.interval), skip: primary.skip,
                truth: plan.truth)
        }
        return primary.detector == nil
            ? stage(try OnnxClassifier(spec: primary, session: session))
            : stage(try OnnxDetector(spec: primary, session: session))
    }

    /// The stage behind it, which shows the primary the frames in every way that is compared.
    private func comparison(_ session: OnnxSession) throws -> Pipeline.Part {
        let (primary, sizes) = (plan.primary, plan.arguments.sizes?.values ?? [])
        guard primary.detector == nil else {
            let views = try primary.detectorViews(
                session, sizes: sizes.filter { $0 != primary.width })
            return Pipeline.Part("compare", DetectionComparisonStage(views: views, into: objects))
        }
        let views = try primary.views(session, sizes: sizes)
        return Pipeline.Part(
            "compare", ComparisonStage(views: views, truth: plan.truth, into: subjects))
    }

    private func part(_ name: String, _ stage: sending any Stage) -> Pipeline.Part {
        guard let cost = costs[name] else { return Pipeline.Part(name, stage) }
        return Pipeline.Part(name, MeteredStage(stage, into: cost))
    }
}
