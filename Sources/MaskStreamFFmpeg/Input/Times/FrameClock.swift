/// Gives every frame a time, also where the stream gives none or a wrong one.
struct FrameClock {
    /// How many frames came without a time.
    private(set) var missing = 0
    /// How many frames came at or before the time of the frame before them.
    private(set) var nonIncreasing = 0
    private var previous: (pts: Int64, duration: Int64)?

    /// Whether any frame was given its time.
    var hasStarted: Bool { previous != nil }

    /// The time of the next frame in ticks.
    ///
    /// A missing time is the previous time plus the previous duration; a time that does not
    /// increase is the previous time plus one tick.
    mutating func stamp(_ pts: Int64?, duration: Int64) -> Int64 {
        guard let previous else {
            if pts == nil { missing += 1 }
            self.previous = (pts ?? 0, duration)
            return pts ?? 0
        }
        var time = previous.pts.plus(max(1, previous.duration))
        if let pts {
            time = pts
            if pts <= previous.pts {
                nonIncreasing += 1
                time = previous.pts.plus(1)
            }
        } else {
            missing += 1
        }
        self.previous = (time, duration > 0 ? duration : previous.duration)
        return time
    }
}
