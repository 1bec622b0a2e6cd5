public import Histogram

/// How long one part of the pipeline took for each frame.
public struct StageClock: Sendable {
    /// The part's name.
    public let name: String
    /// Microseconds per frame, to two digits.
    public private(set) var microseconds: Histogram<UInt32>
    /// Seconds in total.
    public private(set) var total = 0.0

    /// A clock that has measured nothing yet.
    public init(name: String) {
        self.name = name
        microseconds = Histogram(
            highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .two)
    }

    /// Runs `body` and records how long it took.
    mutating func measure<R>(_ body: () throws -> R) rethrows -> R {
        let start = Uptime.now
        defer { record(since: start) }
        return try body()
    }

    /// Records the time since `start`, in nanoseconds of the uptime clock.
    public mutating func record(since start: UInt64) {
        let elapsed = Uptime.elapsed(from: start)
        total += Double(elapsed) / 1e9
        _ = microseconds.record(min(elapsed / 1000, 60_000_000))
    }

    /// Milliseconds that half, 95 and 99 of 100 frames stayed within, as `p50`, `p95` and `p99`.
    public var percentiles: [String: Double] {
        ["p50": percentile(0.5), "p95": percentile(0.95), "p99": percentile(0.99)]
    }

    /// Milliseconds that a fraction of the frames stayed within; `share` from 0 to 1.
    public func percentile(_ share: Double) -> Double {
        Double(microseconds.valueAtPercentile(share * 100)) / 1000
    }
}
