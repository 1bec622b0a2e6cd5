/// The thresholds that regret had to lower, each for a time that doubles when it fails again.
struct FailedThresholds {
    private struct Failure {
        var threshold: Float
        var since: Double
        var span: Double

        func isShut(at time: Double) -> Bool { time >= since && time < since + span }
    }

    /// Seconds of the first failure.
    let span: Double
    /// How far apart thresholds are that count as one.
    let reach: Float
    private var failures: [Failure] = []

    init(span: Double, reach: Float) {
        self.span = span
        self.reach = reach
    }

    /// Remembers that a threshold failed.
    mutating func fail(_ threshold: Float, at time: Double) {
        // What has been open for as long as it was shut is forgotten.
        failures.removeAll { time < $0.since || time >= $0.since + 2 * $0.span }
        let again = failures.filter { abs($0.threshold - threshold) < reach }
        failures.removeAll { abs($0.threshold - threshold) < reach }
        if again.contains(where: { $0.isShut(at: time) }) { failures += again; return }
        let longest = again.map(\.span).max()
        failures.append(
            Failure(threshold: threshold, since: time, span: longest.map { 2 * $0 } ?? span))
    }

    /// Whether a threshold, or one below it, failed of late.
    func contains(_ threshold: Float, at time: Double) -> Bool {
        failures.contains { $0.threshold < threshold + 0.0005 && $0.isShut(at: time) }
    }

    mutating func clear() {
        failures.removeAll()
    }
}
