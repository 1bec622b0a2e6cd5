/// The thresholds of a frame whose tracks have one each.
public struct TrackThresholds: Sendable, Equatable {
    /// What is in force around one track.
    public struct Entry: Sendable, Equatable {
        /// Its threshold.
        public var threshold: Float
        /// The thresholds that the frame is to be judged at, where it is a probe of the track.
        public var plan: ProbePlan?

        /// Makes an entry.
        public init(threshold: Float, plan: ProbePlan? = nil) {
            self.threshold = threshold
            self.plan = plan
        }
    }

    /// The threshold of a track of which nothing is known yet.
    public var initial: Float
    /// The tracks of which something is known.
    public var known: [Int: Entry]

    /// Makes a set of thresholds.
    public init(initial: Float, known: [Int: Entry] = [:]) {
        self.initial = initial
        self.known = known
    }

    /// What is in force around a track, and around others that are found as one with it: their
    /// highest threshold, at which a probe of a lower one says nothing.
    func entry(of track: Int, joined others: [Int] = []) -> Entry {
        guard let own = known[track] else { return Entry(threshold: initial) }
        let highest = others.compactMap { known[$0]?.threshold }.max() ?? own.threshold
        return highest > own.threshold ? Entry(threshold: highest) : own
    }
}
