import Foundation
package import MaskStream

/// What the runs of a model, or the calls of a stage, cost in processor time.
///
/// Processor time of the calling thread, not wall time: models run on the thread that calls them,
/// and decoders and encoders at work beside them must not count.
package struct InferenceCost: Sendable {
    /// How many runs there were.
    package private(set) var runs = 0
    private var first: (runs: Int, nanoseconds: UInt64)?
    private var nanoseconds: UInt64 = 0

    /// Starts with nothing counted.
    package init() {}

    /// Milliseconds of a run; without the first call, which makes what the others use again.
    package var milliseconds: Double {
        let early = first ?? (0, 0)
        let isOnlyCall = early.runs == runs
        let counted = isOnlyCall ? runs : runs - early.runs
        let spent = isOnlyCall ? nanoseconds : nanoseconds - early.nanoseconds
        return counted > 0 ? Double(spent) / Double(counted) / 1e6 : 0
    }

    /// Calls `body` and counts it as so many runs; none are not counted at all.
    mutating func measure<R>(runs count: Int = 1, _ body: () throws -> R) rethrows -> R {
        guard count > 0 else { return try body() }
        let start = Self.now
        let result = try body()
        add(runs: count, nanoseconds: Uptime.elapsed(from: start, to: Self.now))
        return result
    }

    /// Adds what was measured of one call.
    mutating func add(_ call: InferenceCost) {
        guard call.runs > 0 else { return }
        add(runs: call.runs, nanoseconds: call.nanoseconds)
    }

    private mutating func add(runs count: Int, nanoseconds spent: UInt64) {
        if first == nil { first = (count, spent) }
        runs += count
        nanoseconds += spent
    }

    /// Wraps `clock_gettime(CLOCK_THREAD_CPUTIME_ID)`.
    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// A stage whose processor time is counted.
package struct MeteredStage: Stage {
    private var stage: any Stage
    private let cost: Confined<InferenceCost>

    /// Wraps a stage; what it costs is added to `cost`, a run a frame.
    package init(_ stage: any Stage, into cost: Confined<InferenceCost>) {
        self.stage = stage
        self.cost = cost
    }

    /// Lets the stage work.
    package mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        var spent = InferenceCost()
        // A closure cannot consume what it captures, so the work comes in a box.
        let handoff = Handoff(work)
        try spent.measure { try stage.process(handoff.take(), emit: emit) }
        cost.sync { $0.add(spent) }
    }

    /// Lets the stage end.
    package mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        try stage.finish(emit: emit)
    }
}
