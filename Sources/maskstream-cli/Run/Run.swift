import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// What a run reads and writes, open.
struct RunMedia: Sendable {
    let source: KeptSource
    let sink: KeptSink
    /// What the stages see.
    let format: FrameFormat
    /// Whether pictures cannot wait.
    var isLive = false
    /// Whether every frame is a picture of its own.
    var isolates = false
    /// What the summary says of the output.
    var about: [String] = []
    /// The file that is written until the end.
    var part: PartFile?
    /// Ends a waiting read.
    var interrupt: @Sendable () -> Void = {}
    /// Goes on after a pause with the frame that was taken at a time of the uptime clock.
    var resume: @Sendable (UInt64) -> Void = { _ in }
    /// What is counted of live pictures, at any time; nil for files.
    var live: (@Sendable () -> LiveCounts)?
    /// What was counted in the input's data; waits for a read that is under way.
    var statistics: @Sendable () -> InputStatistics = { InputStatistics() }
}

/// What was counted of live pictures.
struct LiveCounts: Sendable {
    /// Pictures that came.
    var captured: Int
    /// Pictures that were not processed.
    var dropped: Int
    /// Pictures that left later than they should.
    var late: Int
}

/// How many frames a pipeline has under way.
struct PipelineShape {
    let depth: Int
    let lookahead: Int

    /// Live, each frame under way is delay: no more than overlap the slowest part with the others.
    init(_ plan: RunPlan, _ media: RunMedia, _ settings: MaskStage.Settings) {
        let isHurried = media.isLive && plan.arguments.options.live == .latency
        depth = isHurried ? 3 : plan.profile.depth
        lookahead = settings.lookahead
    }
}

/// Carries plans out: pipeline, signals, progress, events.
struct Run {
    let plan: RunPlan
    let reporter: Reporter
    let interrupts: Interrupts
    let events: EventWriter?
    let watch: WatchedRun?

    /// Runs to the end; where somebody chooses another profile on the way, with that.
    func execute(_ media: RunMedia) throws -> RunOutcome {
        let shape = PipelineShape(plan, media, plan.settings(media))
        let record = Confined(
            try RunRecord(plan, events: events, format: media.format, shape: shape),
            label: "maskstream.record")
        let start = Uptime.now
        var report = RunReport()
        var failure: (any Error)?
        do {
            var profile = try prepare(plan, media)
            watch?.onChoice { plan in
                try plan.tryModels(on: media.format)
                return try prepare(plan, media)
            }
            watch?.steering.onResume(media.resume)
            while true {
                let pipeline = pipeline(profile, media, record, continuing: report)
                defer { report = pipeline.report }
                try run(pipeline, media)
                guard let next = watch?.takeNext() else { break }
                profile = next
            }
        } catch {
            failure = error
        }
        media.interrupt()
        warnOfNothing(report, media)
        var status =
            failure.map(ExitStatus.code(of:))
            ?? (report.wasStopped && !media.isLive ? ExitStatus.interrupted : 0)
        let statistics = media.statistics()
        var live = media.live?()
        live?.captured += statistics.skipped
        live?.dropped += statistics.skipped
        do {
            try record.sync {
                try $0.end(
                    report, warnings: reporter.warnings, corrupt: statistics.corrupt, live: live,
                    exit: status)
            }
        } catch {
            // The first failure is the run's.
            if failure == nil {
                (failure, status) = (error, ExitStatus.code(of: error))
            } else {
                reporter.warn(MediaWarning("record_failed", "\(error)"))
            }
        }
        watch?.end()
        return RunOutcome(
            input: plan.inputName, output: plan.job.output, about: media.about, report: report,
            live: live, elapsed: Uptime.seconds(from: start), status: status, failure: failure,
            leftover: media.part.flatMap { $0.isLeft ? $0.part : nil })
    }

    private func run(_ pipeline: Pipeline, _ media: RunMedia) throws {
        let steering = watch?.steering
        watch?.onSwitch {
            media.sink.keepOpen(true)
            pipeline.stop()
        }
        _ = try interrupts.draining({
            pipeline.stop()
            steering?.end()
            media.interrupt()
        }) { try pipeline.run() }
    }

    private func pipeline(
        _ profile: PreparedProfile, _ media: RunMedia, _ record: Confined<RunRecord>,
        continuing report: RunReport
    ) -> Pipeline {
        media.sink.keepOpen(false)
        let shape = PipelineShape(profile.plan, media, profile.settings)
        watch?.begin(profile.plan, counts: media.live)
        return Pipeline(
            source: media.source, parts: profile.parts, sink: media.sink,
            controller: profile.controller, isLive: media.isLive, depth: shape.depth,
            lookahead: shape.lookahead, continuing: report, steering: watch?.steering,
            observe: observer(record), approve: gapRule(media))
    }

    /// Looks at every written frame, on the sink's queue.
    private func observer(
        _ record: Confined<RunRecord>
    ) -> @Sendable (borrowing FrameWork, ThresholdMove?) throws -> Void {
        let (reporter, watch) = (reporter, watch)
        return { work, move in
            try record.sync { try $0.add(work, move: move) }
            reporter.progress(work)
            watch?.note(work)
        }
    }
}
