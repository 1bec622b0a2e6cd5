import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ProbePropertyTests {
    @Test("Any sequence: within the bounds, never faster than slew, repeatable", arguments: 0..<60)
    func anySequence(seed: Int) {
        var generator = SeededGenerator(seed)
        let parameters = Self.parameters(&generator)
        var controller = ProbeController(parameters: parameters)
        var again = controller
        var time = Double.random(in: -10...1e6, using: &generator)
        var (last, lastTime) = (controller.threshold, time)
        for _ in 0..<600 {
            let plan = controller.probe(at: time)
            #expect(again.probe(at: time) == plan)
            for threshold in [plan?.tighter, plan?.looser, controller.threshold] {
                #expect((threshold ?? parameters.min) >= parameters.min - 0.001)
                #expect((threshold ?? parameters.max) <= parameters.max + 0.001)
            }
            let measurement = Self.measurement(time, controller.threshold, plan, &generator)
            controller.update(with: measurement)
            again.update(with: measurement)
            #expect(again.threshold == controller.threshold && again.move == controller.move)
            let threshold = controller.threshold
            #expect((controller.move == nil) == (threshold == last))
            let elapsed = Float(max(0, time - lastTime))
            if controller.move != .cut, controller.move != .drop {
                #expect(abs(threshold - last) <= parameters.slew * elapsed + 0.0011)
            } else {
                #expect(threshold < last)
            }
            if controller.move == .loosen { #expect(threshold < last) }
            if controller.move == .tighten || controller.move == .return {
                #expect(threshold > last)
            }
            (last, lastTime) = (threshold, time)
            time += [0.001, 0.016, 0.033, 0.2, 3].randomElement(using: &generator) ?? 1
        }
    }

    @Test("After any past a hidden subject is shown again within three seconds", arguments: 0..<40)
    func noLatchUp(seed: Int) {
        var generator = SeededGenerator(seed)
        var parameters = Self.parameters(&generator)
        parameters.slew = max(parameters.slew, 0.4)
        var controller = ProbeController(parameters: parameters)
        var time = 0.0
        for _ in 0..<300 {
            let plan = controller.probe(at: time)
            controller.update(
                with: Self.measurement(time, controller.threshold, plan, &generator))
            time += [0.016, 0.033, 0.2].randomElement(using: &generator) ?? 1
        }
        for _ in 0..<90 {
            time += 1.0 / 30
            controller.update(
                with: FrameMeasurement(
                    time: time, threshold: controller.threshold, subjects: 1, isBlind: true))
        }
        #expect(controller.threshold <= max(parameters.min, parameters.max - 1.19) + 0.001)
    }

    @Test("After any past regret lowers T to what the subject bears", arguments: 0..<40)
    func regretWins(seed: Int) {
        var generator = SeededGenerator(seed)
        var bench = ProbeBench()
        bench.fps = [5.0, 30].randomElement(using: &generator) ?? 30
        for _ in 0..<20 {
            let wall = Float.random(in: 0.2...0.7, using: &generator)
            bench.regret = { $0 > wall ? 0.5 : 0 }
            bench.confidence = Float.random(in: 0.3...1, using: &generator)
            bench.subjects = Int.random(in: 0...2, using: &generator)
            bench.run(Double.random(in: 0.2...6, using: &generator))
        }
        (bench.subjects, bench.confidence) = (1, 0.9)
        bench.regret = { $0 > 0.26 ? 0.5 : 0 }
        bench.run(8)
        #expect(bench.threshold <= 0.26)
    }

    @Test("What is not a number is harmless")
    func notANumber() {
        var bench = ProbeBench()
        bench.confidence = .nan
        bench.regret = { _ in .nan }
        bench.run(10)
        #expect(bench.threshold == 0.3 && bench.moves.isEmpty)
        bench.confidence = 0.9
        bench.regret = { $0 > 0.42 ? 0.5 : 0 }
        bench.run(30)
        #expect(bench.threshold == 0.4)
    }

    private static func parameters(_ generator: inout SeededGenerator) -> ProbeController.Parameters
    {
        let min = Float.random(in: 0...0.5, using: &generator)
        return ProbeController.Parameters(
            initial: Float.random(in: 0...1, using: &generator), min: min,
            max: Float.random(in: min...1, using: &generator),
            step: Float.random(in: 0.01...0.2, using: &generator),
            tolerance: Float.random(in: 0...0.3, using: &generator),
            confident: Float.random(in: 0...1, using: &generator),
            drop: Float.random(in: 0.05...0.5, using: &generator),
            slew: Float.random(in: 0...3, using: &generator),
            probeInterval: Double.random(in: 0...2, using: &generator),
            burstInterval: Double.random(in: 0...0.5, using: &generator),
            memory: Double.random(in: 0...30, using: &generator),
            keptMin: Float.random(in: 0...0.2, using: &generator),
            keptMax: Float.random(in: 0.6...1, using: &generator))
    }

    private static func measurement(
        _ time: Double, _ threshold: Float, _ plan: ProbePlan?,
        _ generator: inout SeededGenerator
    ) -> FrameMeasurement {
        let odds: [Float] = [0, .nan, -1, 1, .infinity]
        func any() -> Float {
            Int.random(in: 0..<12, using: &generator) == 0
                ? odds.randomElement(using: &generator) ?? 0
                : Float.random(in: 0...1, using: &generator)
        }
        func view(_ threshold: Float?) -> ProbeReading.View {
            ProbeReading.View(
                threshold: threshold, label: nil, confidence: any(), regret: any() - 0.4,
                divergence: 0)
        }
        let subjects = Int.random(in: 0..<30, using: &generator) == 0 ? 0 : 1
        let isBlind = subjects > 0 && Int.random(in: 0..<20, using: &generator) == 0
        return FrameMeasurement(
            time: time, threshold: threshold, subjects: subjects,
            confidence: subjects > 0 ? any() : nil,
            kept: isBlind ? 0 : Float.random(in: 0...0.8, using: &generator), isBlind: isBlind,
            probe: plan.map { plan in
                ProbeReading(
                    reference: view(nil), current: view(threshold), tighter: view(plan.tighter),
                    looser: view(plan.looser),
                    gain: Int.random(in: 0..<10, using: &generator) == 0,
                    votes: Int.random(in: 0..<5, using: &generator) > 0)
            })
    }
}
