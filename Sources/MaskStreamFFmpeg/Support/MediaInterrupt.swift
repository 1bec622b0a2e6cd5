internal import CFFmpeg
import Dispatch
import Foundation
import MaskStream
import Synchronization

/// Ends a read that waits for a network, a pipe or a camera; safe to use from any thread.
///
/// Files answer at once. Rule: `stop` may be called at any time and more than once. Why: signals
/// arrive while the source's queue is blocked in a read. Otherwise: Ctrl-C would wait for data.
public final class MediaInterrupt: Sendable {
    private let stopped = Atomic<Bool>(false)
    private let deadline = Atomic<UInt64>(UInt64.max)
    private let expired = Atomic<Bool>(false)

    /// Makes an interrupt that has not been used.
    public init() {}

    /// Ends the wait, now and in every later read, as if the input had ended there.
    public func stop() { stopped.store(true, ordering: .releasing) }

    /// Whether ``stop()`` was called.
    public var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// Waits a number of seconds, or until ``stop()`` is called.
    func wait(_ seconds: Double) {
        let end = DispatchTime.now() + seconds
        while !isStopped, DispatchTime.now() < end { usleep(20_000) }
    }

    /// Lets waits end by themselves after a number of seconds from now; nil waits for ever.
    func setTimeout(_ seconds: Double?) {
        deadline.store(seconds.map { Uptime.moment($0) } ?? .max, ordering: .releasing)
    }

    /// Whether FFmpeg was ever stopped because the time given to ``setTimeout(_:)`` was
    /// over; it may deliver what it has first and report it later.
    var isTimedOut: Bool { expired.load(ordering: .acquiring) }

    /// Forgets earlier waits, for a new connection.
    func renew() { expired.store(false, ordering: .releasing) }

    private var mustGiveUp: Bool {
        if isStopped { return true }
        let end = deadline.load(ordering: .acquiring)
        guard end != UInt64.max, Uptime.now > end else { return false }
        expired.store(true, ordering: .releasing)
        return true
    }

    /// FFmpeg's question whether to give up; the interrupt must outlive the context that asks.
    var callback: AVIOInterruptCB {
        AVIOInterruptCB(
            callback: { opaque in
                guard let opaque else { return 0 }
                let interrupt = Unmanaged<MediaInterrupt>.fromOpaque(opaque).takeUnretainedValue()
                return interrupt.mustGiveUp ? 1 : 0
            }, opaque: Unmanaged.passUnretained(self).toOpaque())
    }
}
