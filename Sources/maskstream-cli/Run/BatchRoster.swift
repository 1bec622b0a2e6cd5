import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The runs of one command that has several: live inputs side by side, the others one after another.
///
/// An input that fails does not stop the others. A table that was read again changes the roster: runs
/// whose rows are new begin, those whose rows are gone end as on a signal, and those whose rows are
/// as before are left alone. Of these, what failed before its first frame is tried again.
final class BatchRoster: Sendable {
    /// What one reading of the table changed.
    struct Change {
        let begun: Int
        let ended: Int
        let kept: Int
    }

    private struct State {
        /// The runs of the table as it was read last, in its order.
        var listed: [BatchRun]
        /// Runs whose rows are gone, until they are over.
        var leaving: [BatchRun] = []
        /// The exit status of the first of those that failed.
        var failed: Int32 = 0
        var isOver = false
    }

    private let state: Confined<State>
    private let interrupts: Interrupts
    private let prepare: @Sendable (SessionPlan) -> BatchRun
    private let forget: @Sendable (BatchRun) -> Void
    /// All runs that are under way or wait.
    private let active = DispatchGroup()
    private let files = DispatchQueue(label: "maskstream.files")

    /// Prepares the first runs.
    ///
    /// - Parameters:
    ///   - prepare: makes the run of a plan.
    ///   - forget: is told of each run that is over and has no row.
    init(
        _ batch: BatchPlan, interrupts: Interrupts,
        prepare: @escaping @Sendable (SessionPlan) -> BatchRun,
        forget: @escaping @Sendable (BatchRun) -> Void
    ) {
        self.interrupts = interrupts
        (self.prepare, self.forget) = (prepare, forget)
        state = Confined(
            State(listed: batch.plans.map(prepare)), label: "maskstream.roster")
    }

    /// The plans of the runs that stay where their rows do.
    var plans: [SessionPlan] {
        state.sync { $0.listed.filter { !$0.neverBegan }.map(\.plan) }
    }

    /// Begins the first runs.
    func begin() {
        state.sync { state in
            for run in state.listed {
                active.enter()
                execute(run, after: [])
            }
        }
    }

    /// Begins and ends runs, so that there are those of a table that was read again; nil where all
    /// are over, or about to be.
    func change(to batch: BatchPlan) -> Change? {
        guard !interrupts.isStopped else { return nil }
        typealias Step = (run: BatchRun, others: [BatchRun])
        let steps = state.sync { state -> (begin: [Step], end: [BatchRun], kept: Int)? in
            guard !state.isOver else { return nil }
            let failed = state.listed.filter(\.neverBegan)
            let old = state.listed.filter { !$0.neverBegan }
            let change = RosterChange(
                from: old.map(\.plan.job.identity), to: batch.plans.map(\.job.identity))
            let gone = change.ended.map { old[$0] }
            state.leaving += gone.filter { $0.outcome == nil }
            (failed + gone.filter { $0.outcome != nil }).forEach(forget)
            var begin: [Step] = []
            state.listed = zip(batch.plans, change.kept).map { plan, place in
                if let place { return old[place] }
                let run = prepare(plan)
                begin.append((run, state.leaving.filter { batch.excludes($0.plan, plan) }))
                return run
            }
            // Before the others end, so that the roster is never over in between.
            for _ in begin { active.enter() }
            return (begin, gone, old.count - gone.count)
        }
        guard let steps else { return nil }
        steps.end.forEach { $0.stop() }
        for step in steps.begin { execute(step.run, after: step.others) }
        return Change(begun: steps.begin.count, ended: steps.end.count, kept: steps.kept)
    }

    /// Waits until all runs are over; gives what those of the table came to, and the exit status:
    /// that of the first that failed, in the table's order, else of one that had to end.
    func finish() -> (outcomes: [Summary], status: Int32) {
        while true {
            active.wait()
            let end = state.sync { state -> (outcomes: [Summary], status: Int32)? in
                guard state.leaving.isEmpty else { return nil }
                let outcomes = state.listed.compactMap(\.outcome)
                guard outcomes.count == state.listed.count else { return nil }
                state.isOver = true
                return (outcomes, outcomes.first { $0.status != 0 }?.status ?? state.failed)
            }
            if let end { return end }
        }
    }

    private func execute(_ run: BatchRun, after others: [BatchRun]) {
        let body: @Sendable () -> Void = { [self] in
            note(run, run.execute(after: others))
            active.leave()
        }
        if run.plan.job.isLive {
            // A thread of its own: the run waits for its end.
            Thread.detachNewThread(body)
        } else {
            files.async(execute: body)
        }
    }

    /// Takes note of a run that is over.
    private func note(_ run: BatchRun, _ outcome: Summary) {
        let isGone = state.sync { state in
            guard let place = state.leaving.firstIndex(where: { $0 === run }) else { return false }
            state.leaving.remove(at: place)
            let hasFailed = ![0, ExitStatus.interrupted].contains(outcome.status)
            if hasFailed, state.failed == 0 { state.failed = outcome.status }
            return true
        }
        if isGone { forget(run) }
        guard isGone || run.plan.job.isLive, !interrupts.isStopped else { return }
        let what = outcome.counts.framesIn > 0 ? outcome.lines[0] : "nothing was masked"
        let rest = outcome.leftover.map { "; what was good is in \($0)" } ?? ""
        run.session.progress.inform(MediaWarning("input_ended", "ended: \(what)\(rest)"))
    }
}
