@testable import MaskStream

/// A probing controller and a subject whose regret is known, frame by frame without delay.
struct ProbeBench {
    static let parameters = ProbeController.Parameters(
        initial: 0.3, min: 0.2, max: 0.65, step: 0.05, tolerance: 0.1, confident: 0.6, drop: 0.25,
        slew: 0.5, probeInterval: 1, burstInterval: 0.2, memory: 20)

    var controller: ProbeController
    var fps = 30.0
    /// What each mask costs, by its threshold.
    var regret: (Float) -> Float = { _ in 0 }
    var confidence: Float? = 0.9
    var subjects = 1
    var kept: (Float) -> Float = { _ in 0.2 }
    var votes = true
    var gain = false
    private(set) var frame = 0
    private(set) var probes: [Double] = []
    private(set) var moves: [(time: Double, move: ThresholdMove, threshold: Float)] = []
    private var last: FrameMeasurement?

    init(_ parameters: ProbeController.Parameters = parameters) {
        controller = ProbeController(parameters: parameters)
    }

    var time: Double { Double(frame) / fps }
    var threshold: Float { controller.threshold }

    /// Lets some seconds pass.
    mutating func run(_ seconds: Double) {
        for _ in 0..<Int((seconds * fps).rounded()) { step() }
    }

    /// The thresholds at which moves ended, without the way there.
    var stations: [Float] {
        var stations: [Float] = []
        for (index, move) in moves.enumerated() {
            let isLast = index + 1 == moves.count || moves[index + 1].time > move.time + 0.1
            if isLast { stations.append(move.threshold) }
        }
        return stations
    }

    private mutating func step() {
        if let last {
            controller.update(with: last)
            if let move = controller.move { moves.append((time, move, threshold)) }
        }
        let plan = controller.probe(at: time)
        if plan != nil { probes.append(time) }
        let share = subjects > 0 ? kept(threshold) : 0
        last = FrameMeasurement(
            time: time, threshold: threshold, subjects: subjects,
            confidence: subjects > 0 ? confidence : nil, kept: share,
            isBlind: subjects > 0 && share == 0,
            probe: subjects > 0 ? plan.map(reading) : nil)
        frame += 1
    }

    private func reading(_ plan: ProbePlan) -> ProbeReading {
        func view(_ threshold: Float?) -> ProbeReading.View {
            ProbeReading.View(
                threshold: threshold, label: "a", confidence: 0.9,
                regret: threshold.map(regret) ?? 0, divergence: 0)
        }
        return ProbeReading(
            reference: view(nil), current: view(threshold), tighter: view(plan.tighter),
            looser: view(plan.looser), gain: gain, votes: votes)
    }
}
