import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ConfidenceControllerTests {
    private static let parameters = ConfidenceController.Parameters(
        initial: 0.5, min: 0.2, max: 0.8, low: 0.45, high: 0.7, slew: 0.5)

    private static func subject(
        _ time: Double, _ confidence: Float?, kept: Float = 0.3
    ) -> FrameMeasurement {
        FrameMeasurement(
            time: time, subjects: 1, confidence: confidence, kept: kept, isBlind: kept == 0)
    }

    /// Thresholds while the same confidence is measured for `seconds`.
    private static func run(
        _ controller: inout ConfidenceController, _ confidence: Float?, from: Double = 0,
        seconds: Double, fps: Double = 30, kept: Float = 0.3
    ) -> [Float] {
        (0...Int(seconds * fps)).map { frame in
            controller.update(with: subject(from + Double(frame) / fps, confidence, kept: kept))
            return controller.threshold
        }
    }

    @Test("Unsure shows more, sure masks more, between them T holds")
    func directions() {
        var unsure = ConfidenceController(parameters: Self.parameters)
        #expect(Self.run(&unsure, 0.1, seconds: 2).last == 0.2)
        var sure = ConfidenceController(parameters: Self.parameters)
        #expect(Self.run(&sure, 0.95, seconds: 2).last == 0.8)
        for confidence: Float in [0.45, 0.6, 0.7] {
            var between = ConfidenceController(parameters: Self.parameters)
            #expect(Self.run(&between, confidence, seconds: 5).allSatisfy { $0 == 0.5 })
        }
    }

    @Test("The same seconds move T by the same, at every rate", arguments: [5.0, 30, 60, 240])
    func rates(fps: Double) {
        var controller = ConfidenceController(parameters: Self.parameters)
        let last = Self.run(&controller, 0.1, seconds: 0.4, fps: fps).last ?? 0
        #expect(abs(last - 0.3) < 0.002)
    }

    @Test("Near the band T moves more slowly")
    func ramp() {
        var near = ConfidenceController(parameters: Self.parameters)
        let slow = Self.run(&near, 0.75, seconds: 0.4).last ?? 0
        #expect(slow > 0.5 && slow < 0.56)
    }

    @Test("No subject: T holds and the past is not counted as time")
    func nobody() {
        var controller = ConfidenceController(parameters: Self.parameters)
        for second in 0..<60 {
            controller.update(with: FrameMeasurement(time: Double(second), kept: 0))
            #expect(controller.threshold == 0.5 && controller.move == nil)
        }
    }

    @Test(
        "A start at max with a hidden subject recovers within three seconds",
        arguments: [5.0, 30, 60])
    func recovers(fps: Double) {
        var parameters = Self.parameters
        parameters.initial = parameters.max
        var controller = ConfidenceController(parameters: parameters)
        let thresholds = Self.run(&controller, nil, seconds: 3, fps: fps, kept: 0)
        #expect(thresholds.first == 0.8 && thresholds.last == 0.2)
    }

    @Test("A hidden subject lowers T at full speed, however sure the model was before")
    func blind() {
        var controller = ConfidenceController(parameters: Self.parameters)
        _ = Self.run(&controller, 0.99, seconds: 0.2)
        let before = controller.threshold
        let after = Self.run(&controller, 0.99, from: 0.2, seconds: 0.2, kept: 0).last ?? 1
        #expect(abs(before - after - 0.1) < 0.02)
    }

    @Test("Kept floor and ceiling come before confidence")
    func keptBounds() {
        var parameters = Self.parameters
        parameters.keptMin = 0.1
        parameters.keptMax = 0.5
        var wide = ConfidenceController(parameters: parameters)
        #expect((Self.run(&wide, 0.1, seconds: 1, kept: 0.6).last ?? 0) > 0.79)
        var narrow = ConfidenceController(parameters: parameters)
        #expect((Self.run(&narrow, 0.99, seconds: 1, kept: 0.05).last ?? 1) < 0.21)
    }

    @Test("Reasons tell direction and bound")
    func moves() {
        var controller = ConfidenceController(parameters: Self.parameters)
        controller.update(with: Self.subject(0, 0.99))
        #expect(controller.move == nil)
        controller.update(with: Self.subject(0.1, 0.99))
        #expect(controller.move == .tighten)
        controller.update(with: Self.subject(3, 0.99))
        #expect(controller.move == .clamp && controller.threshold == 0.8)
        controller.update(with: Self.subject(3.1, 0.99))
        #expect(controller.move == nil)
        controller.update(with: Self.subject(3.2, 0.99, kept: 0))
        #expect(controller.move == .loosen)
    }

    @Test("Any sequence: within the bounds, never faster than slew, repeatable", arguments: 0..<40)
    func properties(seed: Int) {
        var generator = SeededGenerator(seed)
        let min = Float.random(in: 0...0.5, using: &generator)
        let max = Float.random(in: min...1, using: &generator)
        let low = Float.random(in: 0...0.6, using: &generator)
        let parameters = ConfidenceController.Parameters(
            initial: Float.random(in: 0...1, using: &generator), min: min, max: max, low: low,
            high: Float.random(in: low...1, using: &generator),
            slew: Float.random(in: 0...3, using: &generator),
            keptMin: Float.random(in: 0...0.3, using: &generator),
            keptMax: Float.random(in: 0.3...1, using: &generator))
        var time = Double.random(in: -10...1e6, using: &generator)
        var measurements: [FrameMeasurement] = []
        for _ in 0..<400 {
            let subjects = Int.random(in: 0...2, using: &generator)
            let isBlind = subjects > 0 && Int.random(in: 0..<6, using: &generator) == 0
            let hasAnswer = subjects > 0 && Int.random(in: 0..<8, using: &generator) > 0
            measurements.append(
                FrameMeasurement(
                    time: time, subjects: subjects,
                    confidence: hasAnswer ? Float.random(in: 0...1, using: &generator) : nil,
                    kept: isBlind ? 0 : Float.random(in: 0...1, using: &generator),
                    isBlind: isBlind))
            time += [0.001, 0.016, 0.033, 0.2, 3].randomElement(using: &generator) ?? 1
        }
        var controller = ConfidenceController(parameters: parameters)
        var again = controller
        var last = controller.threshold
        var lastTime = measurements[0].time
        for measurement in measurements {
            controller.update(with: measurement)
            let threshold = controller.threshold
            #expect(threshold >= min - 0.001 && threshold <= max + 0.001)
            let elapsed = Float(measurement.time - lastTime)
            #expect(abs(threshold - last) <= parameters.slew * elapsed + 0.0011)
            #expect((controller.move == nil) == (threshold == last))
            if let move = controller.move {
                #expect(move != .loosen || threshold < last)
                #expect(move != .tighten || threshold > last)
            }
            (last, lastTime) = (threshold, measurement.time)
            again.update(with: measurement)
            #expect(again.threshold == threshold)
        }
    }

    @Test("What is not a number is no measurement")
    func notANumber() {
        var controller = ConfidenceController(parameters: Self.parameters)
        controller.update(with: Self.subject(0, .nan))
        controller.update(with: Self.subject(0.1, .nan))
        #expect(controller.threshold == 0.5)
        _ = Self.run(&controller, 0.1, from: 0.2, seconds: 2)
        #expect(controller.threshold == 0.2)
    }

    @Test func fixedNeverMoves() {
        var fixed = FixedThreshold(0.3)
        fixed.update(with: Self.subject(0, 0.1))
        #expect(fixed.threshold == 0.3 && fixed.move == nil)
    }
}
