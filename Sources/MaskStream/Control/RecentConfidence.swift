/// The masked confidence of the last two seconds.
struct RecentConfidence {
    private typealias Sample = (time: Double, value: Float)

    /// Seconds that are remembered.
    private static let span = 2.0
    /// Seconds between the samples of the past: enough for a median.
    private static let spacing = 0.095

    private var past: [Sample] = []
    /// The last two frames.
    private var last: [Sample] = []

    /// Adds a frame's; what is not a number is skipped.
    mutating func add(_ value: Float?, at time: Double) {
        guard let value, value.isFinite else { return }
        last.append((time, value))
        guard last.count > 2 else { return }
        let older = last.removeFirst()
        past.removeAll { $0.time < time - Self.span || $0.time > time }
        if let newest = past.last, older.time - newest.time < Self.spacing { return }
        past.append(older)
    }

    /// Forgets all.
    mutating func clear() {
        past.removeAll()
        last.removeAll()
    }

    /// The middle one; nil without any.
    var median: Float? { Self.median(past + last) }

    /// Whether the last two frames both lie further than this below the median of those before.
    func hasFallen(by distance: Float) -> Bool {
        guard past.count >= 3 else { return false }
        let level = max(last[0].value, last[1].value) + distance
        // Cheap first: most frames are not below any.
        guard past.contains(where: { $0.value > level }) else { return false }
        return (Self.median(past) ?? 0) > level
    }

    private static func median(_ samples: [Sample]) -> Float? {
        samples.isEmpty ? nil : samples.map(\.value).sorted()[samples.count / 2]
    }
}
