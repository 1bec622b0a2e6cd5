/// What probes of one threshold have found: regret there, a step tighter and a step looser.
struct RegretVotes {
    struct Vote {
        var time: Double
        var current: Float
        var tighter: Float
        var looser: Float
    }

    /// The mean of some votes and its standard error.
    struct Estimate: Equatable {
        var mean: Float
        var error: Float

        /// Counts `weight` votes of the usual noise as seen before, so that few votes that happen
        /// to agree do not pass for certain.
        init(_ values: [Float], noise: Float, weight: Float) {
            let count = Float(values.count)
            let mean = values.reduce(0, +) / Swift.max(1, count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let variance = (weight * noise * noise + squares) / Swift.max(1, weight + count - 1)
            self.mean = mean
            error = (variance / Swift.max(1, count)).squareRoot()
        }
    }

    private(set) var votes: [Vote] = []

    var count: Int { votes.count }
    var span: Double { (votes.last?.time ?? 0) - (votes.first?.time ?? 0) }

    /// Adds a vote and forgets those that are older than `horizon` seconds.
    mutating func add(_ vote: Vote, horizon: Double) {
        votes.append(vote)
        votes.removeAll { vote.time - $0.time > horizon || vote.time < $0.time }
    }

    mutating func clear() {
        votes.removeAll()
    }

    func estimate(
        _ view: KeyPath<Vote, Float>, since: Double = -.infinity, noise: Float, weight: Float
    ) -> Estimate {
        Estimate(
            votes.filter { $0.time > since }.map { $0[keyPath: view] }, noise: noise,
            weight: weight)
    }

    func count(since: Double) -> Int {
        votes.reduce(0) { $0 + ($1.time > since ? 1 : 0) }
    }
}
