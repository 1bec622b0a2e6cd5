/// Masks more only after looking: probes tell what a tighter and a looser mask would cost.
public struct ProbeController: ThresholdController {
    struct Tuning {
        var horizon = 8.0
        var lowerVotes = 2
        var lowerZ: Float = 1
        var raiseZ: Float = 1
        var weight: Float = 2
        var opening: Float = 0
        var glance: Float = 0.5
        var burstReadings = 15
        var pace = 1.9
        var glr = false
    }

    /// A lowering after a fall of the confidence, until it is known whether it helped.
    private struct Trial {
        var before: Float
        var confidence: Float
        var since: Double
        var seen: Double?
    }

    private let law: Law
    private let start: Float
    var tuning = Tuning()
    /// Whether more is masked only after probes of it passed; an ablation switches it off.
    var looksAhead = true

    private var exact: Float
    private var target: Float
    private var reason: ThresholdMove = .loosen
    private var time: Double?
    private var votes = RegretVotes()
    private var confidence = RecentConfidence(span: 2)
    private var failed: FailedThresholds
    private var overshown: FailedThresholds
    /// How far the next verdict of too much regret moves the threshold.
    private var descent: Float
    /// The time of the vote that opened a burst; nil while the verdict stands.
    private var burst: Double? = -.infinity
    private var burstReadings = 0
    private var trial: Trial?
    private var vainDrop: Double?
    private var subjects = 0
    private var change: (subjects: Int, since: Double)?
    private var lastProbe: Double?
    private var isUrgent = false
    private var hasSubject = true
    /// Why the threshold moved at the last update.
    public private(set) var move: ThresholdMove?

    /// Starts at the law's initial threshold.
    public init(law: Law) {
        self.law = law
        start = Swift.min(Swift.max(law.initial, law.min), law.max)
        exact = start
        target = start
        descent = law.step
        failed = FailedThresholds(span: law.memory, reach: law.step / 2)
        overshown = FailedThresholds(span: law.memory, reach: law.step / 2)
    }

    /// The threshold for the next frame.
    public var threshold: Float { (exact * 1000).rounded() / 1000 }

    /// Learns from a frame.
    public mutating func update(with measurement: FrameMeasurement) {
        let before = threshold
        let elapsed = Float(Swift.max(0, measurement.time - (time ?? measurement.time)))
        time = measurement.time
        move = nil
        defer { if threshold != before { move = reason } }
        if measurement.isCut {
            cut()
            return
        }
        count(measurement)
        hasSubject = measurement.subjects > 0
        if measurement.kept > law.keptMax {
            overshown.fail(-measurement.threshold, at: measurement.time)
            aim(Swift.max(target, measurement.threshold + law.step), .clamp)
        } else if measurement.subjects == 0 {
            return
        } else if measurement.isBlind {
            trial = nil
            forgetVotes()
            target = Swift.max(law.min, exact - law.slew * elapsed)
            reason = target == law.min ? .clamp : .loosen
        } else if measurement.kept < law.keptMin {
            failed.fail(measurement.threshold, at: measurement.time)
            aim(Swift.min(target, measurement.threshold - law.step), .clamp)
        } else {
            learn(measurement)
        }
        let reach = law.slew * elapsed
        exact = Swift.min(Swift.max(target, exact - reach), exact + reach)
    }

    /// Whether the frame that enters now is to be a probe.
    public mutating func probe(at time: Double) -> ProbePlan? {
        guard exact == target else { return nil }
        if let lastProbe, time >= lastProbe {
            let isOpen = (burst != nil && hasSubject) || isUrgent
            let interval = isOpen ? law.burstInterval : law.probeInterval
            guard time - lastProbe >= interval - 0.001 else { return nil }
        }
        lastProbe = time
        isUrgent = false
        return ProbePlan(
            tighter: bounded(threshold + law.step), looser: bounded(threshold - law.step))
    }

    // MARK: The law

    private mutating func learn(_ measurement: FrameMeasurement) {
        let time = measurement.time
        if let sample = measurement.confidence, sample.isFinite {
            confidence.add(sample, at: time)
        }
        let isSettled = exact == target && abs(measurement.threshold - threshold) < 0.0005
        if isSettled, let reading = measurement.probe { vote(reading, at: time) }
        if trial != nil {
            decideTrial(measurement, isSettled: isSettled)
        } else if confidence.hasFallen(by: law.drop), vainDrop.map({ time - $0 >= law.memory || time < $0 }) ?? true,
            target > law.min {
            drop(at: time)
        } else {
            if burst == nil, target > law.min, confidence.hasFallen(by: law.drop * tuning.glance) {
                open(at: time)
                isUrgent = true
            }
            decide(at: time)
        }
    }

    private mutating func vote(_ reading: ProbeReading, at time: Double) {
        burstReadings += 1
        if burstReadings >= tuning.burstReadings { burst = nil }
        let regrets = [reading.current.regret, reading.tighter.regret, reading.looser.regret]
        guard reading.votes, regrets.allSatisfy(\.isFinite) else { return }
        let spread = votes.estimate(\.current, noise: law.tolerance, weight: tuning.weight)
        let sd = spread.error * Float(Swift.max(1, votes.count)).squareRoot()
        votes.add(
            reading.gain
                ? .init(time: time, current: 0, tighter: regrets[1], looser: 0)
                : .init(time: time, current: regrets[0], tighter: regrets[1], looser: regrets[2]),
            horizon: tuning.horizon)
        if burst == nil, target > law.min, !reading.gain, regrets[0] > law.tolerance + tuning.opening * sd {
            open(at: time)
        }
    }

    private mutating func open(at time: Double) {
        burst = time
        burstReadings = 0
    }

    private func passes(_ estimate: RegretVotes.Estimate) -> Bool {
        estimate.mean + tuning.raiseZ * estimate.error <= law.tolerance
    }

    private func fails(_ estimate: RegretVotes.Estimate) -> Bool {
        estimate.mean - tuning.lowerZ * estimate.error > law.tolerance
    }

    private func estimate(
        _ view: KeyPath<RegretVotes.Vote, Float>, since: Double = -.infinity
    ) -> RegretVotes.Estimate {
        votes.estimate(view, since: since, noise: law.tolerance, weight: tuning.weight)
    }

    private mutating func decide(at time: Double) {
        guard exact == target else { return }
        let fresh = burst ?? -.infinity
        if votes.count(since: fresh) >= tuning.lowerVotes || tuning.glr {
            let current = estimate(\.current, since: fresh)
            let glr = tuning.glr && (tuning.lowerVotes...Swift.max(tuning.lowerVotes, votes.count)).contains { n in
                votes.count >= n && fails(RegretVotes.Estimate(votes.votes.suffix(n).map(\.current), noise: law.tolerance, weight: tuning.weight)) }
            if glr || !tuning.glr && fails(current) || (votes.count >= 3 && fails(estimate(\.current))) {
                guard target > law.min else { burst = nil; return }
                lower(at: time, isLooserBad: fails(estimate(\.looser, since: fresh)))
                return
            }
            if votes.count(since: fresh) >= 3, passes(current) {
                burst = nil
                descent = law.step
            }
        }
        guard votes.count >= 3, votes.span >= tuning.pace * law.probeInterval, burst == nil || looksAhead,
            passes(estimate(looksAhead ? \.tighter : \.current)),
            (confidence.median ?? 0) >= law.confident
        else { return }
        let next = bounded(target + law.step)
        guard next > target, !failed.contains(next, at: time) else { return }
        descent = law.step
        aim(next, .tighten)
    }

    private mutating func lower(at time: Double, isLooserBad: Bool) {
        failed.fail(target, at: time)
        if isLooserBad { descent *= 2 }
        var next = target - descent
        while overshown.contains(-next, at: time) { next += law.step }
        aim(Swift.min(target, next), .loosen)
    }

    private mutating func drop(at time: Double) {
        trial = Trial(
            before: target, confidence: confidence.median ?? 0, since: time, seen: nil)
        aim(target - law.step, .drop)
        exact = target
        confidence.clear()
        isUrgent = true
    }

    private mutating func decideTrial(_ measurement: FrameMeasurement, isSettled: Bool) {
        guard isSettled, var trial else { return }
        let time = measurement.time
        trial.seen = trial.seen ?? time
        self.trial = trial
        if votes.count >= tuning.lowerVotes, fails(estimate(\.tighter)) {
            self.trial = nil
            return
        }
        let isInVain = votes.count >= 3 && passes(estimate(\.tighter))
        let isOver = time - trial.since >= 1.9 && time - (trial.seen ?? time) >= 0.9
        guard isInVain || isOver else { return }
        self.trial = nil
        if !isInVain, (confidence.median ?? 0) > trial.confidence - law.drop / 2 { return }
        vainDrop = time
        aim(trial.before, .return)
    }

    private mutating func cut() {
        target = Swift.min(exact, start)
        exact = target
        reason = .cut
        trial = nil
        vainDrop = nil
        descent = law.step
        failed.clear()
        overshown.clear()
        confidence.clear()
        forgetVotes()
    }

    /// Notices when the number of subjects has changed for good.
    private mutating func count(_ measurement: FrameMeasurement) {
        guard measurement.subjects != subjects else {
            change = nil
            return
        }
        guard let change, change.subjects == measurement.subjects,
            measurement.time >= change.since
        else {
            change = (measurement.subjects, measurement.time)
            return
        }
        guard measurement.time - change.since >= law.burstInterval - 0.001 else { return }
        subjects = measurement.subjects
        self.change = nil
        forgetVotes()
    }

    private mutating func forgetVotes() {
        votes.clear()
        open(at: -.infinity)
        isUrgent = true
    }

    /// Sets out for a threshold.
    private mutating func aim(_ wanted: Float, _ reason: ThresholdMove) {
        let next = (bounded(wanted) * 1000).rounded() / 1000
        guard next != target else { return }
        target = next
        self.reason = next == wanted || abs(next - wanted) < 0.001 ? reason : .clamp
        forgetVotes()
    }

    private func bounded(_ threshold: Float) -> Float {
        Swift.min(Swift.max(threshold, law.min), law.max)
    }
}
