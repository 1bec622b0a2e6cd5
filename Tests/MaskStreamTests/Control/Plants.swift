import MaskStreamTestSupport

@testable import MaskStream

/// A made-up subject: what the primary would make of it at each threshold and time.
struct Plant: Sendable, CustomStringConvertible {
    /// What the mask's own memory does to the threshold that is seen.
    enum Lag: Sendable {
        case none
        /// Follows within half a band.
        case backlash(Float)
        /// What was shown stays for some seconds.
        case hold(Double)
    }

    let name: String
    var seconds = 120.0
    /// The greatest threshold that the subject bears, by time.
    var best: @Sendable (Double) -> Float
    /// Regret by how far the seen threshold is over the best one.
    var regret: @Sendable (Float) -> Float
    var subjects: @Sendable (Double) -> Int = { _ in 1 }
    /// The threshold above which nothing is kept.
    var blindAbove: Float = 1
    var lag = Lag.none
    /// The share of answers that are plainly wrong.
    var mistakes: Float = 0
    var initial: Float = 0.3
    /// When the best threshold falls, and when it rises.
    var falls: [Double] = []
    var rises: [Double] = []

    var description: String { name }
}

/// How frames follow each other and how much a probe errs.
struct Conditions: Sendable {
    /// Frames a second; nil for a rate that varies.
    var fps: Double? = 30
    var noise: Float = 0.1
    /// Frames until what was measured is known.
    var delay = 6
    var seed = 1

    /// Seconds to the next frame.
    func interval(_ generator: inout SeededGenerator) -> Double {
        if let fps { return 1 / fps }
        let steps = [1.0 / 60, 1.0 / 60, 1.0 / 30, 1.0 / 30, 1.0 / 15, 0.2]
        return steps.randomElement(using: &generator) ?? 1
    }
}

/// A run of a controller in a loop with a plant.
struct PlantRun {
    struct Sample {
        var time: Double
        var threshold: Float
        var best: Float
        var regret: Float
        var hasSubject: Bool
        var move: ThresholdMove?
    }

    let plant: Plant
    let conditions: Conditions
    let tolerance: Float
    private(set) var samples: [Sample] = []
    private(set) var probes = 0

    /// Runs a controller.
    ///
    /// - Parameter signal: what counts as regret; the reading's own unless something else is asked.
    init(
        _ plant: Plant, _ conditions: Conditions, tolerance: Float,
        controller: any ThresholdController,
        signal: (inout ProbeReading) -> Void = { _ in }
    ) {
        self.plant = plant
        self.conditions = conditions
        self.tolerance = tolerance
        var controller = controller
        var generator = SeededGenerator(conditions.seed)
        var world = World(plant: plant, noise: conditions.noise)
        var measured: [FrameMeasurement] = []
        var time = 0.0
        while time < plant.seconds {
            var move: ThresholdMove?
            if measured.count >= conditions.delay {
                controller.update(with: measured[measured.count - conditions.delay])
                move = controller.move
            }
            let plan = controller.probe(at: time)
            if plan != nil { probes += 1 }
            var measurement = world.measure(
                controller.threshold, plan, at: time, using: &generator)
            if var reading = measurement.probe {
                signal(&reading)
                measurement.probe = reading
            }
            measured.append(measurement)
            samples.append(
                Sample(
                    time: time, threshold: controller.threshold, best: plant.best(time),
                    regret: plant.regret(world.seen - plant.best(time)),
                    hasSubject: plant.subjects(time) > 0, move: move))
            time += conditions.interval(&generator)
        }
    }
}

/// The plant with the memory of its mask.
private struct World {
    let plant: Plant
    let noise: Float
    /// The threshold that what is shown amounts to.
    private(set) var seen: Float = 0
    private var past: [(time: Double, threshold: Float)] = []

    init(plant: Plant, noise: Float) {
        self.plant = plant
        self.noise = noise
        seen = plant.initial
    }

    mutating func measure(
        _ threshold: Float, _ plan: ProbePlan?, at time: Double,
        using generator: inout SeededGenerator
    ) -> FrameMeasurement {
        seen = through(threshold, at: time)
        if case .hold(let seconds) = plant.lag {
            past.append((time, threshold))
            past.removeAll { $0.time < time - seconds }
        }
        let subjects = plant.subjects(time)
        let isBlind = subjects > 0 && seen > plant.blindAbove
        let regret = regret(seen, at: time)
        let wobble = 0.03 * gauss(&generator)
        var measurement = FrameMeasurement(
            time: time, threshold: threshold, subjects: subjects,
            confidence: subjects > 0 && !isBlind
                ? Self.confidence(regret - wobble) : nil,
            kept: subjects > 0 && !isBlind ? 0.3 * (1 - seen) : 0, isBlind: isBlind)
        if let plan, subjects > 0 {
            measurement.probe = reading(threshold, plan, at: time, using: &generator)
        }
        return measurement
    }

    /// What a threshold amounts to, given what was shown before.
    private func through(_ threshold: Float, at time: Double) -> Float {
        switch plant.lag {
        case .none: threshold
        case .backlash(let half): min(max(seen, threshold - half), threshold + half)
        case .hold(let seconds):
            past.lazy.filter { $0.time >= time - seconds }.map(\.threshold)
                .reduce(threshold, min)
        }
    }

    private func regret(_ threshold: Float, at time: Double) -> Float {
        threshold > plant.blindAbove ? 0.9 : plant.regret(threshold - plant.best(time))
    }

    /// The confidence in the better of two answers when regret has taken from the right one.
    private static func confidence(_ regret: Float) -> Float {
        let right = min(1, max(0, 0.95 - regret))
        return max(right, 1 - right)
    }

    private func reading(
        _ threshold: Float, _ plan: ProbePlan, at time: Double,
        using generator: inout SeededGenerator
    ) -> ProbeReading {
        // Half of the noise's power is the frame's, half is each view's.
        let shared = noise * Float(0.5).squareRoot() * gauss(&generator)
        let isMistaken = Float.random(in: 0..<1, using: &generator) < plant.mistakes
        let views = [threshold, plan.tighter, plan.looser].map { threshold in
            let own = noise * Float(0.5).squareRoot() * gauss(&generator)
            let mistake: Float = isMistaken ? 0.5 : 0
            let regret = regret(through(threshold, at: time), at: time) + shared + own + mistake
            return ProbeReading.View(
                threshold: threshold, label: "a", confidence: Self.confidence(regret),
                regret: min(1, max(-1, regret)), divergence: 0)
        }
        let reference = ProbeReading.View(
            threshold: nil, label: "a", confidence: Self.confidence(0), regret: 0, divergence: 0)
        return ProbeReading(
            reference: reference, current: views[0], tighter: views[1], looser: views[2],
            gain: false, votes: true)
    }

    /// Nearly a normal deviate, made of four even ones so that it is the same everywhere.
    private func gauss(_ generator: inout SeededGenerator) -> Float {
        var sum: Float = -2
        for _ in 0..<4 { sum += Float(generator.next() >> 40) / 16_777_216 }
        return sum * Float(3).squareRoot()
    }
}

extension Plant {
    static let all = [
        graded, staircase, harmless, harmful, nonMonotone, backlash, held, mistaken, leaving,
        hidden, deep,
    ]

    private static let slope: @Sendable (Float) -> Float = { min(0.8, max(0, 0.1 + 1.5 * $0)) }
    private static let steps: @Sendable (Double) -> Float = { time in
        time < 40 ? 0.52 : time < 80 ? 0.38 : 0.57
    }

    /// Regret grows by degrees; need steps up at 40 s and down at 80 s.
    static let graded = Plant(
        name: "graded", best: steps, regret: slope, falls: [40], rises: [80])
    /// Regret comes in steps.
    static let staircase = Plant(
        name: "staircase", best: steps,
        regret: { $0 <= 0 ? 0.02 : $0 < 0.12 ? 0.25 : 0.6 }, falls: [40], rises: [80])
    /// The mask costs nothing, whatever it hides.
    static let harmless = Plant(
        name: "zero gain, harmless", best: { _ in 0.65 }, regret: { _ in 0.02 })
    /// The mask costs the same, whatever it hides.
    static let harmful = Plant(
        name: "zero gain, harmful", best: { _ in 0.2 }, regret: { _ in 0.3 })
    /// A threshold fails that lies below ones that pass.
    static let nonMonotone = Plant(
        name: "non-monotone", best: { _ in 0.42 },
        regret: { $0 <= 0 ? 0.02 : $0 < 0.1 ? 0.3 : $0 < 0.18 ? 0.03 : 0.6 })
    /// The mask follows the threshold within half a band of hysteresis.
    static let backlash = Plant(
        name: "backlash", best: steps, regret: slope, lag: .backlash(0.02), falls: [40],
        rises: [80])
    /// What was shown stays for a while.
    static let held = Plant(
        name: "hold", best: steps, regret: slope, lag: .hold(0.3), falls: [40], rises: [80])
    /// One answer in ten is wrong.
    static let mistaken = Plant(
        name: "label noise", best: steps, regret: slope, mistakes: 0.1, falls: [40], rises: [80])
    /// The subject is away for 20 s and needs more when it comes back.
    static let leaving = Plant(
        name: "leaves, comes back", best: { $0 < 50 ? 0.52 : 0.38 }, regret: slope,
        subjects: { $0 < 40 || $0 >= 60 ? 1 : 0 }, falls: [60])
    /// A start at max, where the subject is hidden.
    static let hidden = Plant(
        name: "start at max", best: { _ in 0.38 }, regret: slope, blindAbove: 0.5,
        initial: 0.65)
    /// A need that falls far and at once.
    static let deep = Plant(
        name: "deep fall", best: { $0 < 40 ? 0.62 : $0 < 80 ? 0.27 : 0.62 }, regret: slope,
        falls: [40], rises: [80])
}
