/// The masked confidence of the last seconds.
struct RecentConfidence {
    /// Seconds that are kept.
    let span: Double
    private var samples: [(time: Double, value: Float)] = []

    init(span: Double) {
        self.span = span
    }

    mutating func add(_ value: Float, at time: Double) {
        samples.append((time, value))
        guard samples[0].time < time - span || samples[0].time > time else { return }
        samples.removeAll { $0.time < time - span || $0.time > time }
    }

    mutating func clear() {
        samples.removeAll()
    }

    /// Half of the samples are less; nil without any.
    var median: Float? {
        guard !samples.isEmpty else { return nil }
        return samples.map(\.value).sorted()[samples.count / 2]
    }

    /// Whether the last two samples lie more than `distance` below the median of those before.
    func hasFallen(by distance: Float) -> Bool {
        guard samples.count >= 5 else { return false }
        let last = Swift.max(samples[samples.count - 1].value, samples[samples.count - 2].value)
        let before = samples.dropLast(2).map(\.value)
        guard last < (before.max() ?? 0) - distance else { return false }
        return last < before.sorted()[before.count / 2] - distance
    }
}
