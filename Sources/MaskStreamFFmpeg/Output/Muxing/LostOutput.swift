import Dispatch
import MaskStream

/// A network output that is away: when it is opened again, and what it has missed.
///
/// It is closed and opened beside the line, so that a network that takes its time delays no frame.
struct LostOutput {
    /// Seconds between two attempts.
    private static let pause = 1.0

    /// How many frames were not sent.
    private(set) var missed = 0
    private var retry = Uptime.moment(Self.pause)
    private var opening: MuxerOpening?
    /// The broken connection, closed before a new one is opened.
    private var broken: Muxer?
    private var reported: String?

    /// Begins to wait; `broken` is closed first.
    init(closing broken: Muxer? = nil, reported: String? = nil) {
        self.broken = broken
        self.reported = reported
    }

    /// Counts a frame that is not sent.
    mutating func miss() { missed += 1 }

    /// The output once it is open; else nil, and the next attempt begins where it is due.
    ///
    /// Why it failed is reported each time that the reason changes.
    mutating func muxer(
        _ make: () throws -> Muxer, report: WarningReport
    ) throws -> Muxer? {
        guard let opening else {
            guard Uptime.now >= retry else { return nil }
            opening = MuxerOpening(try make(), closing: broken)
            broken = nil
            return nil
        }
        guard let result = opening.result else { return nil }
        self.opening = nil
        do { try result.get() } catch {
            retry = Uptime.moment(Self.pause)
            let reason = (error as? MaskStreamError)?.message ?? "\(error)"
            if reason != reported {
                report(MediaWarning("output_absent", "\(reason); trying again"))
            }
            reported = reason
            return nil
        }
        return opening.muxer
    }

    /// Gives up.
    func cancel() { opening?.cancel() }
}

/// A muxer that is being opened on a queue of its own.
private final class MuxerOpening: @unchecked Sendable {
    // Unchecked: both muxers belong to the opening's queue until there is a result, afterwards
    // `muxer` belongs to whoever asks; only its interrupt is used from elsewhere.

    let muxer: Muxer
    private var broken: Muxer?
    private let outcome = Confined<Result<Void, any Error>?>(nil, label: "maskstream.reopened")

    init(_ muxer: Muxer, closing broken: Muxer?) {
        self.muxer = muxer
        self.broken = broken
        DispatchQueue(label: "maskstream.reopening").async { self.open() }
    }

    /// What became of it; nil while it goes on.
    var result: Result<Void, any Error>? { outcome.sync { $0 } }

    /// Ends the wait for a network.
    func cancel() { muxer.interrupt.stop() }

    private func open() {
        do { try broken?.finish() } catch {}  // It is broken already, and that was reported.
        broken = nil
        let result = Result { try muxer.open() }
        outcome.sync { $0 = result }
    }
}
