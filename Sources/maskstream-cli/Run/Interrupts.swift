import Dispatch
import Foundation
import MaskStream

/// Turns signals into requests: the first SIGINT or SIGTERM drains all runs, the second quits, and
/// SIGHUP has files opened or read anew.
final class Interrupts: Sendable {
    private struct State {
        var signals = 0
        var isStopped = false
        var last = 0
        var drains: [Int: @Sendable () -> Void] = [:]
        var hangUps: [Int: @Sendable () -> Void] = [:]
        var sources: [any DispatchSourceSignal] = []

        mutating func number() -> Int {
            last += 1
            return last
        }
    }

    private let state = Confined(State(), label: "maskstream.signals")
    /// What stops this one as well, and under which number; nil for what listens to signals itself.
    private let all: (interrupts: Interrupts, number: Int)?

    /// Listens from now on.
    init() {
        all = nil
        let queue = DispatchQueue(label: "maskstream.signals.listener")
        let state = state
        let numbers = [SIGINT, SIGTERM, SIGHUP]
        let listens = DispatchSemaphore(value: 0)
        // Held back until they are listened to: one that was ignored would be lost.
        var (held, before) = (sigset_t(), sigset_t())
        sigemptyset(&held)
        for number in numbers { sigaddset(&held, number) }
        pthread_sigmask(SIG_BLOCK, &held, &before)
        for number in numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setRegistrationHandler { listens.signal() }
            source.setEventHandler { Self.take(number, state) }
            source.resume()
            state.sync { $0.sources.append(source) }
        }
        for _ in numbers { listens.wait() }
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// What ends one of several runs: whatever ends all of them, and ``stop()``.
    init(oneOf all: Interrupts) {
        let state = state
        self.all = (all, all.add { Self.stop(state) })
    }

    deinit {
        if let all { all.interrupts.remove(all.number) }
        state.sync { $0.sources.forEach { $0.cancel() } }
    }

    /// Whether somebody wants the program, or this run, to end.
    var isStopped: Bool { state.sync { $0.isStopped } }

    /// Drains what is under way; again changes nothing.
    func stop() { Self.stop(state) }

    /// Calls `drain` on the first request to stop while `body` runs, at once where it has come.
    func draining<R>(_ drain: @escaping @Sendable () -> Void, _ body: () throws -> R) rethrows -> R
    {
        let number = add(drain)
        defer { remove(number) }
        return try body()
    }

    /// Calls `reopen` on each SIGHUP while `body` runs.
    func reopening<R>(
        _ reopen: @escaping @Sendable () -> Void, _ body: () throws -> R
    ) rethrows -> R {
        let number = state.sync { state in
            let number = state.number()
            state.hangUps[number] = reopen
            return number
        }
        defer { state.sync { $0.hangUps[number] = nil } }
        return try body()
    }

    private func add(_ drain: @escaping @Sendable () -> Void) -> Int {
        let (number, isStopped) = state.sync { state in
            let number = state.number()
            state.drains[number] = drain
            return (number, state.isStopped)
        }
        if isStopped { drain() }
        return number
    }

    private func remove(_ number: Int) { state.sync { $0.drains[number] = nil } }

    private static func stop(_ state: Confined<State>) {
        let drains = state.sync { state in
            defer { state.isStopped = true }
            return state.isStopped ? [] : Array(state.drains.values)
        }
        drains.forEach { $0() }
    }

    private static func take(_ signal: Int32, _ state: Confined<State>) {
        guard signal != SIGHUP else {
            state.sync { Array($0.hangUps.values) }.forEach { $0() }
            return
        }
        let count = state.sync { state in
            state.signals += 1
            return state.signals
        }
        guard count == 1 else { _exit(ExitStatus.interrupted) }
        Console.error("")
        Console.error("stopping: frames under way are finished (again to quit at once)")
        stop(state)
    }
}
