/// The thresholds that failed, each for a time that doubles when it fails again.
struct FailedThresholds {
    private struct Failure {
        var threshold: Float
        var since: Double
        var span: Double

        func holds(at time: Double) -> Bool { time >= since && time < since + span }
    }

    private let span: Double
    private let reach: Float
    private var failures: [Failure] = []

    /// Remembers nothing yet.
    ///
    /// - Parameters:
    ///   - span: seconds for which a first failure is remembered.
    ///   - reach: how near to each other thresholds count as one.
    init(span: Double, reach: Float) {
        self.span = span
        self.reach = reach
    }

    /// Remembers a failure; one that is remembered already stays as it is.
    mutating func insert(_ threshold: Float, at time: Double) {
        // What has been open for as long as it was shut begins anew.
        failures.removeAll { time < $0.since || time >= $0.since + 2 * $0.span }
        let same = failures.filter { abs($0.threshold - threshold) < reach }
        guard !same.contains(where: { $0.holds(at: time) }) else { return }
        failures.removeAll { abs($0.threshold - threshold) < reach }
        let longest = same.map(\.span).max()
        failures.append(
            Failure(threshold: threshold, since: time, span: longest.map { 2 * $0 } ?? span))
    }

    /// Whether a threshold, or one below it, failed of late.
    func contains(_ threshold: Float, at time: Double) -> Bool {
        failures.contains { $0.threshold < threshold + 0.0005 && $0.holds(at: time) }
    }
}
