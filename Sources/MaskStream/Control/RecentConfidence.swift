/// The masked confidence of the last two seconds.
struct RecentConfidence {
    private static let span = 2.0
    private var samples: [(time: Double, value: Float)] = []

    /// Adds a frame's; what is not a number is left out.
    mutating func add(_ value: Float?, at time: Double) {
        guard let value, value.isFinite else { return }
        samples.append((time, value))
        guard samples[0].time < time - Self.span || samples[0].time > time else { return }
        samples.removeAll { $0.time < time - Self.span || $0.time > time }
    }

    /// Forgets all.
    mutating func clear() {
        samples.removeAll()
    }

    /// The middle one; nil without any.
    var median: Float? { Self.median(samples.map(\.value)) }

    /// How far the last two frames both lie below the median of those before; 0 if too few.
    var fall: Float {
        guard samples.count >= 5, let before = Self.median(samples.dropLast(2).map(\.value))
        else { return 0 }
        return before - samples.suffix(2).reduce(0) { max($0, $1.value) }
    }

    private static func median(_ values: [Float]) -> Float? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}
