/// Masks more only after looking, and shows more where probes find that the mask costs too much.
///
/// A probe compares the primary's answers through the mask in force, one a step tighter and one a
/// step looser with its answer to the frame unmasked. The threshold T is raised by a step when
/// probes of T + `step` passed, lowered when those of T failed, and what failed is not tried again
/// for a while. A prediction belongs to the T it was measured at, so that the loop is stable whatever
/// its delay. `min` and `max` always hold, then the bounds on the kept fraction. There is no
/// integral to wind up. All rules: <doc:ControllingTheThreshold>.
public struct ProbeController: ThresholdController {
    /// A lowering after a fall of the confidence, until it is known whether it helped.
    private struct Trial {
        var before: Float
        var confidence: Float
        var since: Double
        /// When the first frame under the lower threshold was measured.
        var seen: Double?
    }

    /// Seconds within which a drop has to have helped.
    private static let patience = 1.9
    /// Seconds of its own frames that a drop is given at least, however long they take to come.
    private static let leastTrial = 0.9

    private let parameters: Parameters
    /// Whether more is masked only after probes of it passed; off to show what that is worth.
    package var looksAhead = true

    private var exact: Float
    private var target: Float
    private var reason: ThresholdMove = .loosen
    private var time: Double?
    private var votes: RegretVotes
    private var confidence = RecentConfidence()
    private var failed: FailedThresholds
    /// The threshold at which too much was kept.
    private var overshown: (threshold: Float, since: Double)?
    /// How far the last prediction of too much regret moved the threshold.
    private var descent: Float
    private var trial: Trial?
    /// When a drop was last answered in vain.
    private var vainDrop: Double?
    private var subjects = 0
    /// A new number of subjects, and since when.
    private var change: (subjects: Int, since: Double)?
    private var hasSubject = true
    private var lastProbe: Double?
    private var wantsProbe = false
    /// Why the threshold moved at the last update.
    public private(set) var move: ThresholdMove?

    /// Starts at the initial threshold.
    public init(parameters: Parameters) {
        self.parameters = parameters
        exact = Swift.min(Swift.max(parameters.initial, parameters.min), parameters.max)
        target = exact
        descent = parameters.step
        votes = RegretVotes(tolerance: parameters.tolerance)
        failed = FailedThresholds(span: parameters.memory, reach: parameters.step / 2)
    }

    /// The threshold for the next frame.
    public var threshold: Float { Self.grid(exact) }

    /// Learns from a frame.
    public mutating func update(with measurement: FrameMeasurement) {
        let before = threshold
        let elapsed = Float(Swift.max(0, measurement.time - (time ?? measurement.time)))
        time = measurement.time
        observe(measurement, elapsed: elapsed)
        move = threshold == before ? nil : reason
    }

    /// Whether the frame that enters now, of a time in seconds, is to be a probe; nil for no.
    public mutating func probe(at time: Double) -> ProbePlan? {
        guard exact == target else { return nil }
        let isBurst = wantsProbe || votes.isOpen && hasSubject
        let interval = isBurst ? parameters.burstInterval : parameters.probeInterval
        // A thousandth of a second for times that are not exact.
        if let lastProbe, time >= lastProbe, time - lastProbe < interval - 0.001 { return nil }
        lastProbe = time
        wantsProbe = false
        return ProbePlan(
            tighter: bounded(threshold + parameters.step),
            looser: bounded(threshold - parameters.step))
    }

    // MARK: What comes before regret

    private mutating func observe(_ measurement: FrameMeasurement, elapsed: Float) {
        let reach = parameters.slew * elapsed
        count(measurement)
        if measurement.kept > parameters.keptMax {
            overshown = (measurement.threshold, measurement.time)
            aim(Swift.max(target, measurement.threshold + parameters.step), .clamp)
        } else if measurement.subjects <= 0 {
            return
        } else if measurement.isBlind {
            trial = nil
            forget()
            target = Swift.max(parameters.min, exact - reach)
            reason = target == parameters.min ? .clamp : .loosen
        } else if measurement.kept < parameters.keptMin {
            failed.insert(measurement.threshold, at: measurement.time)
            aim(Swift.min(target, measurement.threshold - parameters.step), .clamp)
        } else {
            learn(measurement)
        }
        exact = Swift.min(Swift.max(target, exact - reach), exact + reach)
    }

    /// Notices when the number of subjects has changed for longer than a flicker.
    private mutating func count(_ measurement: FrameMeasurement) {
        hasSubject = measurement.subjects > 0
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
        guard measurement.time - change.since >= parameters.burstInterval - 0.001 else { return }
        subjects = measurement.subjects
        self.change = nil
        forget()
    }

    // MARK: Regret

    private mutating func learn(_ measurement: FrameMeasurement) {
        let time = measurement.time
        confidence.add(measurement.confidence, at: time)
        let isOwn = exact == target && abs(measurement.threshold - threshold) < 0.0005
        let hasVote = isOwn && (measurement.probe.map { votes.add($0, at: time) } ?? false)
        if trial != nil {
            if isOwn { judgeTrial(at: time) }
        } else if confidence.hasFallen(by: parameters.drop), mayDrop(at: time) {
            drop(at: time)
        } else if hasVote {
            decide(at: time)
        } else if !votes.isOpen, confidence.hasFallen(by: parameters.drop / 2),
            target > floor(at: time)
        {
            votes.open(at: time)
            wantsProbe = true
        }
    }

    private mutating func decide(at time: Double) {
        if target <= floor(at: time) { votes.close() }
        if votes.isTooTight {
            failed.insert(target, at: time)
            descent = votes.isLooserTooTight ? 2 * descent : parameters.step
            aim(target - descent, .loosen, floor: Swift.min(target, floor(at: time)))
            return
        }
        if votes.isBearable {
            votes.close()
            descent = parameters.step
        }
        let next = bounded(target + parameters.step)
        guard looksAhead ? votes.isTighterBearable : votes.isBearable,
            votes.span >= Self.patience * parameters.probeInterval,
            confidence.median ?? 0 >= parameters.confident,
            !failed.contains(next, at: time)
        else { return }
        aim(target + parameters.step, .tighten)
    }

    // MARK: Falls of the confidence

    private func mayDrop(at time: Double) -> Bool {
        guard Swift.min(exact, target) > floor(at: time) else { return false }
        guard let vainDrop else { return true }
        return time < vainDrop || time - vainDrop >= parameters.memory
    }

    private mutating func drop(at time: Double) {
        trial = Trial(before: target, confidence: confidence.median ?? 0, since: time)
        target = Self.grid(Swift.max(Swift.min(exact, target) - parameters.step, floor(at: time)))
        exact = target
        reason = .drop
        confidence.clear()
        forget()
    }

    /// Ends a trial: the lower threshold stays if it was needed, else the one before returns.
    private mutating func judgeTrial(at time: Double) {
        guard var trial else { return }
        trial.seen = trial.seen ?? time
        self.trial = trial
        let isOver =
            time - trial.since >= Self.patience
            && time - (trial.seen ?? time) >= Self.leastTrial
        if votes.isTighterTooTight {
            self.trial = nil
        } else if votes.isTighterBearable {
            giveUp(trial, at: time)
        } else if isOver {
            self.trial = nil
            let hasHelped = (confidence.median ?? 0) > trial.confidence - parameters.drop / 2
            if !hasHelped { giveUp(trial, at: time) }
        }
    }

    private mutating func giveUp(_ trial: Trial, at time: Double) {
        self.trial = nil
        vainDrop = time
        aim(trial.before, .return)
    }

    // MARK: Moving

    /// Sets out for a threshold, at which nothing is known yet.
    private mutating func aim(_ wanted: Float, _ reason: ThresholdMove, floor: Float = 0) {
        let next = Self.grid(Swift.max(bounded(wanted), floor))
        guard next != target else { return }
        target = next
        trial = nil
        self.reason = abs(next - wanted) < 0.001 ? reason : .clamp
        forget()
    }

    private mutating func forget() {
        votes.clear()
        wantsProbe = true
    }

    /// The least threshold of now: not where too much was kept of late.
    private func floor(at time: Double) -> Float {
        guard let overshown, time >= overshown.since, time - overshown.since < parameters.memory
        else { return parameters.min }
        return bounded(overshown.threshold + parameters.step)
    }

    private func bounded(_ threshold: Float) -> Float {
        Swift.min(Swift.max(threshold, parameters.min), parameters.max)
    }

    private static func grid(_ threshold: Float) -> Float {
        (threshold * 1000).rounded() / 1000
    }
}
