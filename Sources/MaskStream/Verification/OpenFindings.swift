/// The findings of a scene that may go on, at most ``Tracker/mostSubjects`` a frame.
struct OpenFindings {
    /// What is found in one frame.
    struct Sight {
        /// Where, in stored pixels.
        let place: Box
        let finding: VerificationFinding
    }

    private var tracker = Tracker()
    private var open: [Int: (finding: VerificationFinding, seen: Double)] = [:]

    /// Adds a frame's, largest first, and gives those that have ended: not seen for as long as a
    /// subject is followed out of sight.
    mutating func add(_ sights: some Collection<Sight>, at time: Double) -> [VerificationFinding] {
        let sights = sights.prefix(Tracker.mostSubjects)
        let tracks = tracker.follow(sights.map { Detection(box: $0.place) }, time: time)
        for (track, sight) in zip(tracks, sights) {
            var finding = open[track]?.finding
            finding?.join(sight.finding)
            open[track] = (finding ?? sight.finding, time)
        }
        return end { abs(time - $0) > Tracker.memory }
    }

    /// Ends the scene and gives all that are left.
    mutating func endScene() -> [VerificationFinding] {
        tracker.reset()
        return end { _ in true }
    }

    private mutating func end(where isOver: (Double) -> Bool) -> [VerificationFinding] {
        let ended = open.keys.sorted().filter { open[$0].map { isOver($0.seen) } ?? false }
        return ended.compactMap { open.removeValue(forKey: $0)?.finding }
    }
}
