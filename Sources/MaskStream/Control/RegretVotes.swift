/// What probes of the threshold in force have found, and the prediction on it.
///
/// A vote over the tolerance opens a burst, and the vote itself is set aside: it was picked for
/// being high. Votes after it are fresh, and they alone condemn the threshold.
struct RegretVotes {
    /// Regret at the threshold, a step tighter and a step looser.
    struct Vote {
        var time: Double
        var current: Float
        var tighter: Float
        var looser: Float
    }

    /// Seconds after which a vote is forgotten.
    static let horizon = 6.0
    /// How many standard errors the mean has to lie over the tolerance.
    static let doubt: Float = 1.5
    /// Readings without a prediction after which a burst ends.
    static let patience = 15

    let tolerance: Float
    private(set) var votes: [Vote] = []
    /// The time of the vote that opened the burst; nil while the prediction stands.
    private var opened: Double? = -.infinity
    private var readings = 0

    init(tolerance: Float) {
        self.tolerance = tolerance
    }

    /// Whether the prediction is open.
    var isOpen: Bool { opened != nil }

    /// Forgets all votes, for another threshold or another subject; the prediction is open.
    mutating func clear() {
        votes.removeAll()
        open(at: -.infinity)
    }

    /// Opens the prediction: votes after this time are fresh.
    mutating func open(at time: Double) {
        opened = time
        readings = 0
    }

    /// Closes the prediction.
    mutating func close() {
        opened = nil
    }

    /// Adds what a probe found, if it has a vote.
    ///
    /// - Returns: whether it had one.
    mutating func add(_ reading: ProbeReading, at time: Double) -> Bool {
        readings += 1
        if readings >= Self.patience { close() }
        let regrets = [reading.current.regret, reading.tighter.regret, reading.looser.regret]
        guard reading.votes, regrets.allSatisfy(\.isFinite) else { return false }
        let noise = Estimate(votes.map(\.current)).deviation
        // Where masking helps, the masks in force and a step looser cost nothing.
        let vote = Vote(
            time: time, current: reading.gain ? 0 : regrets[0], tighter: regrets[1],
            looser: reading.gain ? 0 : regrets[2])
        votes.append(vote)
        votes.removeAll { time - $0.time > Self.horizon || time < $0.time }
        if !isOpen, vote.current > tolerance + noise { open(at: time) }
        return true
    }

    /// Whether regret at the threshold is over the tolerance.
    var isTooTight: Bool {
        let fresh = fresh(\.current)
        return fresh.count >= 2 && fails(fresh)
            || votes.count >= 3 && fails(Estimate(votes.map(\.current)))
    }

    /// Whether the looser mask fails as well.
    var isLooserTooTight: Bool { fails(fresh(\.looser)) }

    /// Whether regret at the threshold is within the tolerance.
    var isBearable: Bool {
        let fresh = fresh(\.current)
        return fresh.count >= 3 && passes(fresh)
    }

    /// Whether regret a step tighter is within the tolerance.
    var isTighterBearable: Bool {
        votes.count >= 3 && passes(Estimate(votes.map(\.tighter)))
    }

    /// Whether regret a step tighter is over the tolerance.
    var isTighterTooTight: Bool {
        votes.count >= 2 && fails(Estimate(votes.map(\.tighter)))
    }

    /// Seconds from the first vote to the last.
    var span: Double { (votes.last?.time ?? 0) - (votes.first?.time ?? 0) }

    private func fresh(_ view: KeyPath<Vote, Float>) -> Estimate {
        Estimate(votes.filter { $0.time > opened ?? -.infinity }.map { $0[keyPath: view] })
    }

    private func passes(_ estimate: Estimate) -> Bool {
        estimate.mean + estimate.error <= tolerance
    }

    private func fails(_ estimate: Estimate) -> Bool {
        estimate.mean - Self.doubt * estimate.error > tolerance
    }
}

extension RegretVotes {
    /// The mean of some votes, how far they scatter and how far off the mean may be.
    struct Estimate {
        /// The scatter of a probe in real video, which counts as one more vote: few votes
        /// that happen to agree are no certainty.
        static let usual: (deviation: Float, votes: Float) = (0.2, 1)

        let count: Int
        let mean: Float
        let deviation: Float
        var error: Float { deviation / Float(max(1, count)).squareRoot() }

        init(_ values: [Float]) {
            count = values.count
            let count = Float(max(1, values.count))
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let usual = Self.usual.votes * Self.usual.deviation * Self.usual.deviation
            deviation = ((usual + squares) / (Self.usual.votes + count - 1)).squareRoot()
            self.mean = mean
        }
    }
}
