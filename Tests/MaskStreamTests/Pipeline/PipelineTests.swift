import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct PipelineTests {
    private static let painting = Pipeline.Part("paint", FakeStage.painting)

    /// Waits for a time that differs from frame to frame but not from run to run.
    static func jitter(_ seed: Int, _ index: Int) {
        var generator = SeededGenerator(seed &* 1000 &+ index)
        usleep(UInt32.random(in: 0...2000, using: &generator))
    }

    private static func writes(_ range: Range<Int>) -> [String] {
        range.map { "write \($0 * 40)" }
    }

    @Test("All frames are written in order and the output is completed", arguments: [0, 1, 3, 40])
    func order(count: Int) throws {
        let journal = Journal()
        let parts = (0..<3).map { part in
            Pipeline.Part("part \(part)", FakeStage { Self.jitter(part, $0.index) })
        }
        let pipeline = Pipeline(
            source: FakeSource(count, journal: journal), parts: parts + [Self.painting],
            sink: FakeSink(journal), controller: FixedThreshold(0.5))
        let report = try pipeline.run()
        #expect(journal.lines == Self.writes(0..<count) + ["finish"])
        #expect(report.framesIn == count && report.framesOut == count && !report.wasStopped)
        #expect(
            report.clocks.map(\.name) == ["source", "part 0", "part 1", "part 2", "paint", "sink"])
        #expect(journal.alive == 0)
    }

    @Test(
        "A slow part holds the source back: never more than depth frames",
        arguments: ["source", "stage", "sink", "none"], [4, 6])
    func backPressure(slow: String, depth: Int) throws {
        let journal = Journal()
        let slowness: @Sendable (String) -> Void = { if $0 == slow { usleep(1000) } }
        let pipeline = Pipeline(
            source: FakeSource(60, journal: journal, before: { _ in slowness("source") }),
            parts: [Pipeline.Part("slow", FakeStage { _ in slowness("stage") }), Self.painting],
            sink: FakeSink(
                journal,
                onWrite: { _ in
                    slowness("sink")
                    // On a busy machine the source may take its time.
                    for _ in 0..<10_000 where slow == "sink" && journal.mostAlive < depth {
                        usleep(1000)
                    }
                }),
            controller: FixedThreshold(0.5), depth: depth)
        _ = try pipeline.run()
        #expect(journal.mostAlive <= depth)
        #expect(journal.lines.count == 61)
        if slow == "sink" { #expect(journal.mostAlive == depth) }
    }

    @Test("Ten thousand frames need the memory of a few")
    func flat() throws {
        let journal = Journal()
        let pipeline = Pipeline(
            source: FakeSource(10_000, journal: journal), parts: [Self.painting],
            sink: FakeSink(journal), controller: FixedThreshold(0.5))
        #expect(try pipeline.run().framesOut == 10_000)
        #expect(journal.mostAlive <= 6 && journal.alive == 0)
    }

    @Test("A stage that looks ahead emits later and at the end", arguments: [0, 1, 2, 5, 30])
    func holding(count: Int) throws {
        let journal = Journal()
        let pipeline = Pipeline(
            source: FakeSource(count, journal: journal),
            parts: [Pipeline.Part("hold", HoldingStage(3)), Self.painting],
            sink: FakeSink(journal), controller: FixedThreshold(0.5), depth: 4, lookahead: 3)
        _ = try pipeline.run()
        #expect(journal.lines == Self.writes(0..<count) + ["finish"])
        #expect(journal.mostAlive <= 7 && journal.alive == 0)
    }

    @Test("Thresholds depend on the frames alone, not on the timing", arguments: [4, 6, 9])
    func determinism(depth: Int) throws {
        let thresholds = try (0..<5).map { seed in
            let journal = Journal()
            let parameters = ConfidenceController.Parameters(
                initial: 0.5, min: 0.2, max: 0.9, low: 0.45, high: 0.7, slew: 2)
            let model = FakeStage { work in
                Self.jitter(seed, work.index)
                // How sure the model is depends on the threshold: a loop.
                let confidence = 1 - work.threshold * Float((work.index / 20) % 2 + 1) / 2
                work.mask = Mask(width: 2, height: 2, keepsAll: true)
                work.subjects = [
                    Subject(
                        box: Box(x: 0, y: 0, width: 2, height: 2), area: 4,
                        prediction: Prediction(
                            labels: ["a", "b"], scores: [confidence, 1 - confidence]))
                ]
            }
            let pipeline = Pipeline(
                source: FakeSource(80, before: { Self.jitter(seed + 7, $0) }),
                parts: [Pipeline.Part("model", model), Self.painting],
                sink: FakeSink(
                    Journal(), onWrite: { Self.jitter(seed + 9, Int($0.pts)) }),
                controller: ConfidenceController(parameters: parameters), depth: depth
            ) { work, move in
                journal.note("\(work.threshold) \(move?.rawValue ?? "-")")
            }
            _ = try pipeline.run()
            return journal.lines
        }
        #expect(Set(thresholds).count == 1)
        #expect(Set(thresholds[0]).count > 10, "the threshold moves")
        #expect(Set(thresholds[0].prefix(depth)) == ["0.5 -"], "nothing is known yet")
    }

    @Test("A move is told with the frame whose threshold differs")
    func moves() throws {
        struct Stairs: ThresholdController {
            var threshold: Float = 0
            var move: ThresholdMove?
            mutating func update(with measurement: FrameMeasurement) {
                let isStep = Int(measurement.time * 25 + 0.5) % 3 == 0
                move = isStep ? .tighten : nil
                if isStep { threshold += 0.01 }
            }
        }
        let journal = Journal()
        let pipeline = Pipeline(
            source: FakeSource(30), parts: [Self.painting], sink: FakeSink(Journal()),
            controller: Stairs(), depth: 4
        ) { work, move in
            journal.note("\(Int((work.threshold * 100).rounded())) \(move != nil)")
        }
        _ = try pipeline.run()
        let expected = (0..<30).map { index in
            index < 4 ? "0 false" : "\((index - 4) / 3 + 1) \((index - 4) % 3 == 0)"
        }
        #expect(journal.lines == expected)
    }

    @Test("Measurements carry what the stages found")
    func measurement() {
        let format = FrameFormat(width: 8, height: 4)
        let frame = Frame.noise(format, seed: 1, pts: 1500)
        var work = FrameWork(index: 3, source: frame, threshold: 0.4)
        #expect(work.measurement == FrameMeasurement(time: 1.5, threshold: 0.4))
        let sure = Prediction(labels: ["a", "b"], scores: [0.75, 0.25])
        let unsure = Prediction(labels: ["a", "b"], scores: [0.5, 0.5])
        work.subjects = [
            Subject(box: Box(x: 0, y: 0, width: 4, height: 4), area: 3, prediction: sure),
            Subject(box: Box(x: 4, y: 0, width: 4, height: 4), area: 1, prediction: unsure),
        ]
        work.mask = Mask(width: 4, height: 2, keepsAll: true)
        let expected = FrameMeasurement(
            time: 1.5, threshold: 0.4, subjects: 2, confidence: 0.6875, kept: 1)
        #expect(work.measurement == expected)
    }

    @Test("A subject of which nothing is kept counts as no confidence at all")
    func blindMeasurement() {
        let frame = Frame.noise(FrameFormat(width: 8, height: 4), seed: 1)
        var work = FrameWork(index: 0, source: frame, threshold: 0.4)
        let sure = Prediction(labels: ["a", "b"], scores: [0.9, 0.1])
        work.subjects = [
            Subject(box: Box(x: 0, y: 0, width: 4, height: 4), area: 2, prediction: sure),
            Subject(box: Box(x: 5, y: 1, width: 3, height: 3), area: 2, prediction: sure),
        ]
        var mask = Mask(width: 4, height: 2)
        mask.cells[1] = Mask.kept
        work.mask = mask
        #expect(!work.measurement.isBlind)
        #expect(work.measurement.confidence == 0.45)
        work.subjects.removeFirst()
        #expect(work.measurement.isBlind, "what is kept elsewhere does not help")
        work.mask = nil
        #expect(work.measurement.isBlind)
    }
}
