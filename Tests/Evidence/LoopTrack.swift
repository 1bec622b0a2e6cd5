import MaskStream

/// How a threshold did over a clip, frame by frame.
struct LoopTrack: Sendable {
    /// What is known of one frame.
    struct Sample: Sendable {
        let time: Double
        let threshold: Float
        let kept: Float
        /// Subjects whose label the mask leaves as the reference has it, and all of them.
        let agreed: Int
        let subjects: Int
        /// What the mask takes from the reference's answers, summed over those that are sure enough
        /// of one to have a vote, and how many these are.
        let regret: Float
        let votes: Int
        /// Subjects since the last sample: a run each.
        let runs: Int
        /// Runs for probes since the last sample.
        let probes: Int
    }

    private(set) var samples: [Sample] = []

    mutating func add(_ sample: Sample) { samples.append(sample) }

    /// The mean kept share of the picture over frames with a subject.
    var kept: Double {
        let seen = samples.filter { $0.subjects > 0 }
        return seen.reduce(0) { $0 + Double($1.kept) } / Double(max(seen.count, 1))
    }

    /// The share of subject-frames whose label is the reference's.
    var agreement: Double { Self.agreement(samples[...]) }

    /// The least agreement over two seconds of video with at least eight subject-frames.
    var leastAgreement: Double {
        var least = 1.0
        var start = 0
        for end in samples.indices {
            while samples[end].time - samples[start].time >= 2 { start += 1 }
            guard samples[end].time - samples[0].time >= 2 else { continue }
            let window = samples[start...end]
            guard window.reduce(0, { $0 + $1.subjects }) >= 8 else { continue }
            least = min(least, Self.agreement(window))
        }
        return least
    }

    /// The mean regret of the subjects that have a vote.
    var regret: Double {
        let votes = samples.reduce(0) { $0 + $1.votes }
        return samples.reduce(0) { $0 + Double($1.regret) } / Double(max(votes, 1))
    }

    /// The mean number of subjects of a frame.
    var subjects: Double {
        Double(samples.reduce(0) { $0 + $1.subjects }) / Double(max(samples.count, 1))
    }

    /// How often the threshold turned round, per minute.
    var reversalsPerMinute: Double {
        var (last, direction, turns): (Float?, Float, Int) = (nil, 0, 0)
        for sample in samples {
            defer { last = sample.threshold }
            guard let last, sample.threshold != last else { continue }
            let move: Float = sample.threshold > last ? 1 : -1
            if direction != 0, move != direction { turns += 1 }
            direction = move
        }
        return Double(turns) / max(duration, 1) * 60
    }

    /// Runs for probes as a share of the runs that every subject gets.
    var probeShare: Double {
        let runs = samples.reduce(0) { $0 + $1.runs }
        return Double(samples.reduce(0) { $0 + $1.probes }) / Double(max(runs, 1))
    }

    var meanThreshold: Double {
        samples.reduce(0) { $0 + Double($1.threshold) } / Double(max(samples.count, 1))
    }

    private var duration: Double { (samples.last?.time ?? 0) - (samples.first?.time ?? 0) }

    private static func agreement(_ samples: ArraySlice<Sample>) -> Double {
        let subjects = samples.reduce(0) { $0 + $1.subjects }
        return subjects == 0 ? 1 : Double(samples.reduce(0) { $0 + $1.agreed }) / Double(subjects)
    }
}
