import Dispatch
import Foundation
import MaskStream

/// Turns SIGINT and SIGTERM into a clean end: the first one drains, the second one quits.
final class Interrupts {
    private var sources: [any DispatchSourceSignal] = []

    /// Calls `drain` on the first signal, on a queue of its own.
    init(drain: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "maskstream.signals")
        let seen = Confined(0, label: "maskstream.signals.count")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let count = seen.sync { count in
                    count += 1
                    return count
                }
                guard count == 1 else { _exit(ExitStatus.interrupted) }
                Console.error("\nstopping: frames under way are finished (again to quit at once)")
                drain()
            }
            source.resume()
            sources.append(source)
        }
    }

    deinit { sources.forEach { $0.cancel() } }
}
