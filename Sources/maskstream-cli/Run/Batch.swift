import ArgumentParser
import Dispatch
import Foundation
import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg
import MaskStreamOnnx

/// All runs of one command: live inputs side by side, the others one after another.
///
/// They share the models and the file of events; everything else is each one's own. An input that
/// fails does not stop the others.
struct Batch: Sendable {
    private let command: RunCommand
    private let plans: [SessionPlan]
    private let reads: ReadFiles

    /// Settles every run before the first begins.
    init(_ command: RunCommand) throws {
        let sessions = try ModelSessions(command.models)
        let fingerprints = Fingerprints(sessions)
        let jobs = try Job.all(of: command)
        if command.reports.skipDone, command.reports.events != nil,
            jobs.contains(where: \.isOneOfSeveral)
        {
            throw MaskStreamError(
                .usage, "--events cannot go with --skip-done and several inputs",
                hint: "the file would miss what is skipped: leave one of them out")
        }
        var profiles: [String: Profile] = [:]
        let plans = try jobs.map { job in
            let name = job.arguments.task.profile ?? ""
            let profile =
                try job.arguments.external.masks.map(Profile.init(masks:)) ?? profiles[name]
                ?? Profile(folder: ProfileFinder.standard.folder(of: name))
            profiles[name] = profile
            return try SessionPlan(
                job, profile: profile, sessions: sessions, fingerprints: fingerprints)
        }
        try self.init(command, plans: plans)
        try sessions.tryDevice(on: plans.flatMap(\.running))
    }

    /// Takes runs that are settled but for what they read and write.
    init(_ command: RunCommand, plans: [SessionPlan]) throws {
        var plans = plans
        self.command = command
        reads = Self.reads(command, plans)
        for index in plans.indices { plans[index].reads = reads }
        try Self.compareWritten(command, plans, reads)
        self.plans = plans
    }

    /// Everything that the runs read: inputs, labels, profiles.
    private static func reads(_ command: RunCommand, _ plans: [SessionPlan]) -> ReadFiles {
        var reads = ReadFiles(command.input.table.map { [$0] } ?? [])
        var profiles: Set<String> = []
        for plan in plans {
            let input = plan.job.input
            reads.add(input)
            if input == "-" { reads.add(descriptor: 0, as: "the standard input") }
            if plan.arguments.input.inputFormat == "image2" {
                // The names of its images are made of numbers.
                reads.add(Destination.folder(of: input))
            }
            if let labels = plan.arguments.mask.labels { reads.add(labels) }
            if let masks = plan.arguments.external.masks { reads.add(masks) }
            for profile in [plan.profile, plan.verifying].compactMap(\.self)
            where profiles.insert(profile.folder).inserted {
                reads.add(profile: profile)
            }
            if let analysis = plan.analysis { reads.add(analysis.path) }
            if let edits = plan.editsFile { reads.add(edits.path) }
        }
        return reads
    }

    /// Refuses two outputs, events or reports in one file, and any of them in what is read.
    private static func compareWritten(
        _ command: RunCommand, _ plans: [SessionPlan], _ reads: ReadFiles
    ) throws {
        var written = WrittenPaths(reads: reads)
        try written.add(command.reports.events, "--events")
        for plan in plans {
            try written.add(plan.reportPath, "--report")
            try written.add(plan.receiptPath, "--receipt")
            try written.add(plan.certificatePath, "--certificate")
            try written.add(plan.annotations?.path, "the output")
            if !plan.job.isFolder { try written.add(plan.job.output, "the output") }
        }
    }

    /// Runs to the end and gives the exit status: the first failed input's, in their order.
    func execute() throws -> Int32 {
        let isDryRun = command.checks.dryRun
        let events = EventsFile(isDryRun ? nil : command.reports.events, reads: reads)
        // Where nothing may be left to do, the file is left alone until there is.
        if !command.reports.skipDone { _ = try events.writer() }
        let interrupts = Interrupts()
        let isWatched = command.live.watch && !isDryRun
        let sessions = plans.map { plan in
            let progress = ProgressPrinter(
                command.reports.progress, name: plans.count > 1 ? plan.inputName : nil)
            return Session(
                plan: plan, progress: progress, interrupts: interrupts, events: events,
                watch: isWatched ? WatchedRun(plan, warn: progress.warn) : nil)
        }
        let watched = sessions.compactMap(\.watch)
        let page = try watched.isEmpty ? nil : WatchServing(command.live, streams: watched)
        defer { page?.close() }
        return try interrupts.reopening(events.reopen) {
            guard sessions.count > 1 else {
                return finish(sessions[0], try sessions[0].run(), isDryRun: isDryRun)
            }
            return finish(execute(sessions), isDryRun: isDryRun)
        }
    }

    // MARK: One input

    private func finish(_ session: Session, _ outcome: Summary, isDryRun: Bool) -> Int32 {
        guard !isDryRun else { return outcome.status }
        session.progress.clear()
        outcome.reportFailure()
        if !outcome.isReaderGone { session.progress.finish(outcome.lines, fields: outcome.fields) }
        return outcome.status
    }

    // MARK: Several inputs

    private func execute(_ sessions: [Session]) -> [Summary] {
        let outcomes = Confined(
            [Summary?](repeating: nil, count: sessions.count), label: "maskstream.batch")
        let run: @Sendable (Int) -> Void = { index in
            let outcome = sessions[index].outcome()
            outcomes.sync { $0[index] = outcome }
        }
        let live = DispatchGroup()
        for (index, plan) in plans.enumerated() where plan.job.isLive {
            // A thread of its own: the run waits for its end.
            live.enter()
            Thread.detachNewThread {
                run(index)
                live.leave()
            }
        }
        for (index, plan) in plans.enumerated() where !plan.job.isLive { run(index) }
        live.wait()
        return outcomes.sync { $0.compactMap { $0 } }
    }

    private func finish(_ outcomes: [Summary], isDryRun: Bool) -> Int32 {
        let status = outcomes.first { $0.status != 0 }?.status ?? 0
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
                "\(outcomes.count) inputs: \(good) done"
                    + (before > 0 ? " (\(before) before)" : "") + ", \(outcomes.count - good) not"
            ],
            fields: ["inputs": fields, "exit": status])
        return status
    }
}

extension Session {
    /// Runs, and makes an outcome of every failure.
    fileprivate func outcome() -> Summary {
        guard !interrupts.isStopped || plan.job.isLive else {
            return Summary.empty(plan, status: ExitStatus.interrupted)
        }
        let outcome: Summary
        do { outcome = try run() } catch {
            outcome = Summary.empty(
                plan, status: ExitStatus.code(of: error), failure: error)
        }
        progress.clear()
        outcome.reportFailure()
        return outcome
    }
}

extension RunCommand {
    func run() throws {
        let status = try Batch(self).execute()
        guard status == 0 else { throw ExitCode(status) }
    }
}
