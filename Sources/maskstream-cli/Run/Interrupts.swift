import Dispatch
import Foundation
import MaskStream

/// Turns signals into requests: the first SIGINT or SIGTERM drains all runs, the second quits, and
/// SIGHUP opens the files of events anew.
final class Interrupts: Sendable {
    private struct State {
        var count = 0
        var last = 0
        var drains: [Int: @Sendable () -> Void] = [:]
        var hangUps: [Int: @Sendable () -> Void] = [:]
        var sources: [any DispatchSourceSignal] = []
    }

    private let state = Confined(State(), label: "maskstream.signals")

    /// Listens from now on.
    init() {
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

    deinit { state.sync { $0.sources.forEach { $0.cancel() } } }

    /// Whether somebody wants the program to end.
    var isStopped: Bool { state.sync { $0.count > 0 } }

    /// Calls `drain` on the first signal to stop while `body` runs, at once where it has come.
    func draining<R>(_ drain: @escaping @Sendable () -> Void, _ body: () throws -> R) rethrows -> R
    {
        let (number, isStopped) = state.sync { state in
            state.last += 1
            state.drains[state.last] = drain
            return (state.last, state.count > 0)
        }
        if isStopped { drain() }
        defer { state.sync { $0.drains[number] = nil } }
        return try body()
    }

    /// Calls `reopen` on each SIGHUP while `body` runs.
    func reopening<R>(
        _ reopen: @escaping @Sendable () -> Void, _ body: () throws -> R
    ) rethrows -> R {
        let number = state.sync { state in
            state.last += 1
            state.hangUps[state.last] = reopen
            return state.last
        }
        defer { state.sync { $0.hangUps[number] = nil } }
        return try body()
    }

    private static func take(_ number: Int32, _ state: Confined<State>) {
        guard number != SIGHUP else {
            state.sync { Array($0.hangUps.values) }.forEach { $0() }
            return
        }
        let (count, drains) = state.sync { state in
            state.count += 1
            return (state.count, Array(state.drains.values))
        }
        guard count == 1 else { _exit(ExitStatus.interrupted) }
        Console.error("\nstopping: frames under way are finished (again to quit at once)")
        drains.forEach { $0() }
    }
}
