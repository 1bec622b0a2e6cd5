import Dispatch
import MaskStream

/// One of several runs: it waits for its turn, is under way, or is over.
final class BatchRun: Sendable {
    let session: Session
    /// Its number among the streams that can be watched; nil where nobody can.
    let stream: Int?
    private let end = DispatchGroup()
    private let result = Confined<Summary?>(nil, label: "maskstream.run")

    init(_ session: Session, stream: Int?) {
        (self.session, self.stream) = (session, stream)
        end.enter()
    }

    var plan: SessionPlan { session.plan }

    /// What it came to; nil until it is over.
    var outcome: Summary? { result.sync { $0 } }

    /// Whether it has failed before its first frame, and may be tried again without a loss.
    var neverBegan: Bool { outcome.map { $0.status != 0 && $0.counts.framesIn == 0 } ?? false }

    /// Ends it in good order.
    func stop() { session.interrupts.stop() }

    /// Runs, once some others are over; a failure is told and makes an outcome, too.
    func execute(after others: [BatchRun]) -> Summary {
        for other in others { other.end.wait() }
        let outcome = session.outcome()
        result.sync { $0 = outcome }
        end.leave()
        return outcome
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
        outcome.reportFailure(isOneOfSeveral: true)
        return outcome
    }
}
