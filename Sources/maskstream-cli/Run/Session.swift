import Dispatch
import Foundation
import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg

/// One input on its way through the program: opened, run, summarised.
struct Session {
    var plan: SessionPlan
    let progress: ProgressPrinter
    let interrupts: Interrupts
    let events: EventsFile
    let watch: WatchedRun?
    /// What the second looks at the output came to.
    let verification = Confined(Verification(), label: "maskstream.verified")

    /// Runs and gives the summary, unless a receipt shows that nothing is left to do.
    func run() throws -> Summary {
        var receipt = try SessionReceipt(plan)
        guard receipt?.isDone != true else {
            let summary = Summary.done(plan)
            if plan.arguments.checks.dryRun { try summary.lines.forEach(Console.output) }
            return summary
        }
        var session = self
        session.plan.replacesOwnOutput = receipt?.mayReplace == true
        do {
            return try session.process(&receipt)
        } catch {
            receipt?.fail(error)
            throw error
        }
    }

    /// Opens the input and the output, runs to the end and gives the summary; with `--dry-run`
    /// nothing is run.
    private func process(_ receipt: inout SessionReceipt?) throws -> Summary {
        plan.job.notes.forEach(progress.warn)
        if !plan.running.isEmpty { progress.tell(plan.sessions.choice) }
        if let edits = plan.editsFile {
            progress.inform(MediaWarning("edits", "edited as \(edits.path) says"))
        }
        guard let media = try plan.job.isFolder ? openFolder() : openStream() else {
            let isStopped = interrupts.isStopped && !plan.job.isLive
            return .empty(plan, status: isStopped ? ExitStatus.interrupted : 0)
        }
        try checkCertificate(media)
        try prepareVerification(media)
        try receipt?.claim(
            media.part, segment: media.segment?.segment,
            fingerprint: plan.fingerprint())
        let settings = plan.settings(isLive: media.isLive, isolatesFrames: media.isolates)
        let smallest = plan.smallestSubject(format: media.format, look: settings.look)
        if let smallest { tell(smallest) }
        let record = Confined(
            try SessionRecord(
                plan, events: events.writer(), of: media, settings: settings,
                smallest: smallest),
            label: "maskstream.record")
        let start = Uptime.now
        var counts = PipelineCounts()
        var failure: (any Error)?
        do {
            try run(plan, settings, media, record, into: &counts)
        } catch {
            failure = error
            // Where the pipeline never began, nobody has told the sink yet. The first failure is
            // the session's.
            do { try media.sink.abandon() } catch {}
        }
        media.interrupt()
        warnOfNothing(counts, media)
        // Whoever stops a run whose output has its name by then is too late.
        let isStopped = counts.wasStopped && !media.isLive && media.part?.isNamed != true
        var status =
            failure.map(ExitStatus.code(of:)) ?? (isStopped ? ExitStatus.interrupted : 0)
        let statistics = media.statistics()
        var live = media.live?()
        live?.captured += statistics.skipped
        live?.dropped += statistics.skipped
        /// Writes what tells of the run; the first failure is the session's.
        func note(_ write: () throws -> Void) {
            do { try write() } catch {
                if failure == nil {
                    (failure, status) = (error, ExitStatus.code(of: error))
                } else {
                    progress.warn(MediaWarning("record_failed", "\(error)"))
                }
            }
        }
        // Whatever a second look finds.
        let isWhole = status == 0
        var verified: VerificationResult?
        note { verified = try self.verified() }
        note {
            guard let folder = plan.analysis, let profile = plan.verifying else { return }
            try verified?.keep(
                in: folder, output: plan.job.output ?? "",
                device: plan.sessions.announcement(of: profile))
        }
        note {
            try record.sync {
                try $0.end(
                    counts, warnings: progress.warnings, corrupt: statistics.corrupt, live: live,
                    verified: verified, complete: complete(media, verified, status), exit: status)
            }
        }
        var segment = media.segment?.segment
        segment?.note(counts)
        let frames = Receipt.Frames(
            counts, dropped: live?.dropped ?? 0, corrupt: statistics.corrupt)
        note {
            try media.analysis?.end(isComplete: isWhole, part: segment.map { ($0, frames) })
        }
        if isWhole { note { try media.annotations?.finish() } }
        note { try receipt?.end(frames, segment: segment, exit: status, failure: failure) }
        watch?.end()
        return Summary(
            input: plan.inputName, output: plan.result,
            about: media.about + settings.look.notes,
            look: settings.look, counts: counts, live: live,
            verified: verified, elapsed: Uptime.seconds(from: start), status: status,
            failure: failure,
            leftover: media.part.flatMap { $0.isLeft ? $0.part : nil },
            complete: isWhole && segment?.isEmpty != true ? plan.job.output : nil)
    }

    /// Says from what height on subjects are found: smaller ones stay visible where they should be
    /// hidden.
    private func tell(_ smallest: SmallestSubject) {
        let note = MediaWarning("smallest_subject", smallest.text)
        if plan.arguments.mask.invert { progress.warn(note) } else { progress.inform(note) }
    }

    /// Runs one pipeline, or one after another where a viewer chooses other profiles.
    private func run(
        _ plan: SessionPlan, _ settings: PipelineSettings, _ media: OpenMedia,
        _ record: Confined<SessionRecord>, into counts: inout PipelineCounts
    ) throws {
        var profile = try prepare(plan, settings, media)
        watch?.onChoice { plan in
            let settings = plan.settings(isLive: media.isLive, isolatesFrames: media.isolates)
            try plan.tryModels(on: media.format, look: settings.look)
            return try prepare(plan, settings, media)
        }
        watch?.steering.onResume(media.resume)
        while true {
            let pipeline = try pipeline(profile, media, record, continuing: counts)
            defer { counts = pipeline.counts }
            try run(pipeline, media)
            guard let next = watch?.takeNext() else { break }
            profile = next
        }
    }

    private func run(_ pipeline: Pipeline, _ media: OpenMedia) throws {
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
        _ profile: PreparedProfile, _ media: OpenMedia, _ record: Confined<SessionRecord>,
        continuing counts: PipelineCounts
    ) throws -> Pipeline {
        media.sink.keepOpen(false)
        watch?.begin(profile.plan, counts: media.live)
        return Pipeline(
            source: media.source, parts: profile.parts, sink: media.sink,
            scenes: media.scenes, controller: profile.controller,
            findings: try profile.plan.findings(), isLive: media.isLive,
            depth: profile.settings.depth,
            lookahead: profile.settings.lookahead, continuing: counts,
            steering: watch?.steering, observe: observer(record), approve: approval(media))
    }

    /// Refuses, after the last frame, an output whose masks were not the video's, or in which subjects
    /// were lost for too long.
    private func approval(_ media: OpenMedia) -> @Sendable (PipelineCounts) throws -> Void {
        let (masks, gaps) = (media.masks, gapRule(media))
        return { counts in
            if !counts.wasStopped { try masks?.check() }
            try gaps(counts)
        }
    }

    /// Looks at every written frame, on the sink's queue.
    private func observer(
        _ record: Confined<SessionRecord>
    ) -> @Sendable (borrowing FrameWork, ThresholdMove?) throws -> Void {
        let (progress, watch) = (progress, watch)
        return { work, move in
            try record.sync { try $0.add(work, move: move) }
            progress.show(work)
            watch?.note(work)
        }
    }
}
