import ArgumentParser
import Dispatch
import MaskStream
import MaskStreamFFmpeg
import MaskStreamPreview

/// All runs of one command.
///
/// They share the models and the file of events; everything else is each one's own.
struct Batch: Sendable {
    private let batch: BatchPlan

    /// Settles every run before the first begins.
    init(_ command: RunCommand) throws {
        let sessions = try ModelSessions(command.models)
        batch = try BatchPlan(
            command, sessions: sessions, fingerprints: Fingerprints(sessions))
    }

    /// Takes runs that are settled but for what they read and write.
    init(_ command: RunCommand, plans: [SessionPlan]) throws {
        batch = try BatchPlan(command, plans: plans)
    }

    private var command: RunCommand { batch.command }
    private var isDryRun: Bool { command.checks.dryRun }

    /// Runs to the end and gives the exit status: the first failed input's, in their order.
    func execute() throws -> Int32 {
        let events = EventsFile(isDryRun ? nil : command.reports.events, reads: batch.reads)
        // A name that cannot be written is refused now. Where nothing may be left to do, no file is
        // made until there is.
        if !command.reports.skipDone { _ = try events.writer() }
        let interrupts = Interrupts()
        let streams = command.live.watch && !isDryRun ? WatchedStreams() : nil
        let prepare: @Sendable (SessionPlan) -> BatchRun = { plan in
            run(plan, interrupts: interrupts, events: events, streams: streams)
        }
        guard batch.isSeveral else {
            let run = prepare(batch.plans[0])
            let page = try streams.map { try WatchServing(command.live, streams: $0) }
            defer { page?.close() }
            return try interrupts.reopening(events.reopen) {
                try finish(run.session, run.session.run())
            }
        }
        let roster = BatchRoster(batch, interrupts: interrupts, prepare: prepare) { run in
            run.stream.map { streams?.remove($0) }
        }
        let page = try streams.map { try WatchServing(command.live, streams: $0) }
        defer { page?.close() }
        let table = DispatchQueue(label: "maskstream.table")
        let hangUp: @Sendable () -> Void = {
            events.reopen()
            // Beside the signals: reading profiles and models takes its time.
            table.async { readTable(for: roster) }
        }
        return interrupts.reopening(hangUp) {
            roster.begin()
            let (outcomes, status) = roster.finish()
            table.sync {}
            return finish(outcomes, status)
        }
    }

    private func run(
        _ plan: SessionPlan, interrupts: Interrupts, events: EventsFile, streams: WatchedStreams?
    ) -> BatchRun {
        let progress = ProgressPrinter(
            command.reports.progress, name: batch.isSeveral ? plan.inputName : nil,
            isBesideOthers: batch.isSeveral && plan.job.isLive)
        let watch = streams.map { _ in WatchedRun(plan, warn: progress.warn) }
        let session = Session(
            plan: plan, progress: progress, interrupts: Interrupts(oneOf: interrupts),
            events: events, watch: watch)
        return BatchRun(session, stream: watch.flatMap { streams?.add($0) })
    }

    // MARK: The table

    /// Reads the table of inputs again; one that cannot be used changes nothing.
    private func readTable(for roster: BatchRoster) {
        guard let path = command.input.table, !isDryRun else { return }
        do {
            let first = batch.plans[0]
            let next = try BatchPlan(
                command, sessions: first.sessions, fingerprints: first.fingerprints,
                known: roster.plans)
            guard let change = roster.change(to: next) else { return }
            ProgressPrinter(command.reports.progress).inform(
                MediaWarning(
                    "table",
                    "the table was read again: \(change.begun) begun, \(change.ended) ended, "
                        + "\(change.kept) as before (\(path))"))
        } catch {
            guard let error = ExitStatus.maskStreamError(error) else { return }
            let hint = error.hint ?? ExitStatus.hint(for: error.code)
            ExitStatus.report(
                MaskStreamError(
                    error.code, "the table is not taken, all goes on as before: \(error.message)",
                    hint: "\(hint); then send SIGHUP again"))
        }
    }

    // MARK: Summaries

    private func finish(_ session: Session, _ outcome: Summary) -> Int32 {
        guard !isDryRun else { return outcome.status }
        session.progress.clear()
        outcome.reportFailure()
        if !outcome.isReaderGone { session.progress.finish(outcome.lines, fields: outcome.fields) }
        return outcome.status
    }

    private func finish(_ outcomes: [Summary], _ status: Int32) -> Int32 {
        guard !isDryRun else { return status }
        let good = outcomes.filter { $0.status == 0 }.count
        let before = outcomes.filter(\.wasDone).count
        let lines = outcomes.flatMap { outcome in
            outcome.counts.framesIn > 0 || outcome.status == 0
                ? outcome.lines : ["\(outcome.input): nothing done (exit \(outcome.status))"]
        }
        let fields = outcomes.map { outcome in
            outcome.fields.merging(["input": outcome.input]) { _, input in input }
        }
        ProgressPrinter(command.reports.progress).finish(
            lines + [
                "\(outcomes.count) \(outcomes.count == 1 ? "input" : "inputs"): \(good) done"
                    + (before > 0 ? " (\(before) before)" : "") + ", \(outcomes.count - good) not"
            ],
            fields: ["inputs": fields, "exit": status])
        return status
    }
}

extension RunCommand {
    func run() throws {
        let status = try Batch(self).execute()
        guard status == 0 else { throw ExitCode(status) }
    }
}
