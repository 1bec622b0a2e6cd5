import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct SteeringTests {
    @Test("A fill is taken where it shows no more than the run's own")
    func fills() {
        let cases: [(own: String, taken: [String], refused: [String])] = [
            (
                "zero", ["zero", "#00ff00"],
                ["blur", "blur:99", "pixelate", "pixelate:99", "transparent"]
            ),
            (
                "blur:20", ["blur:20", "blur:40", "zero", "#000000"],
                ["blur:19", "blur", "pixelate:40", "transparent"]
            ),
            ("pixelate:8", ["pixelate:8", "pixelate:16", "zero"], ["pixelate:7", "blur:16"]),
            ("blur", ["blur", "zero"], ["blur:2", "blur:999", "pixelate", "transparent"]),
            ("pixelate", ["pixelate", "#000000"], ["pixelate:1", "pixelate:999", "blur"]),
            ("transparent", ["transparent", "zero", "#ffffff"], ["blur", "pixelate"]),
        ]
        for (own, taken, refused) in cases {
            guard let fill = MaskFill(own) else {
                Issue.record("\(own)")
                continue
            }
            for text in taken + refused {
                let steering = Steering(fill: fill)
                let wish = MaskFill(text)
                let isTaken = wish.map { steering.take($0) }
                #expect(isTaken == taken.contains(text), "\(text) instead of \(own)")
                #expect(steering.fill == (taken.contains(text) ? wish : fill))
            }
        }
    }

    @Test("While the threshold is the user's the controller learns nothing; then it goes on")
    func threshold() {
        struct Stairs: ThresholdController {
            var threshold: Float = 0.2
            var move: ThresholdMove? = .tighten
            mutating func update(with measurement: FrameMeasurement) { threshold += 0.125 }
            mutating func probe(at time: Double) -> ProbePlan? {
                ProbePlan(tighter: 0.9, looser: 0.1)
            }
        }
        let steering = Steering(fill: .zero)
        var controller = SceneController(Stairs(), steering: steering)
        let measurement = FrameMeasurement(time: 0)
        func step() -> String {
            controller.update(with: measurement)
            let probes = controller.probe(at: 0) != nil
            return "\(controller.threshold) \(controller.move?.rawValue ?? "-") \(probes)"
        }
        #expect(step() == "0.325 tighten true")
        steering.threshold = 0.75
        #expect(step() == "0.75 user false")
        #expect(step() == "0.75 - false")
        steering.threshold = 0.5
        #expect(step() == "0.5 user false")
        steering.threshold = nil
        #expect(step() == "0.45 user true")
        #expect(step() == "0.575 tighten true")
        controller.beginScene()
        #expect(controller.threshold == 0.2 && controller.move == .cut)
        steering.threshold = 0.75
        #expect(step() == "0.75 user false")
        controller.beginScene()
        #expect(controller.threshold == 0.75 && controller.move == nil, "the user's stays")
    }

    @Test("A paused run reads nothing, goes on where it was, and can be ended")
    func pause() throws {
        let journal = Journal()
        let steering = Steering(fill: .zero)
        let pipeline = Pipeline(
            source: FakeSource(40, before: { if $0 == 10 { steering.pause(true) } }),
            parts: [Pipeline.Part("paint", FakeStage.painting)], sink: FakeSink(journal),
            controller: FixedThreshold(0.5), steering: steering)
        let done = Confined(false, label: "test")
        Thread.detachNewThread {
            _ = try? pipeline.run()
            done.sync { $0 = true }
        }
        while journal.lines.count < 11 { usleep(500) }
        usleep(20_000)
        #expect(journal.lines.count == 11 && steering.isPaused, "the eleventh was under way")
        steering.pause(false)
        while !done.sync({ $0 }) { usleep(500) }
        #expect(journal.lines.count == 41)

        steering.pause(true)
        steering.end()
        let rest = Pipeline(
            source: FakeSource(3), parts: [Pipeline.Part("paint", FakeStage.painting)],
            sink: FakeSink(journal), controller: FixedThreshold(0.5), steering: steering)
        #expect(try rest.run().framesOut == 3, "an ended pause holds nothing back")
    }

    @Test("After a pause it is told when the first live frame was taken; after none, nothing")
    func resume() throws {
        struct Live: FrameSource {
            let format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
            var taken: UInt64 = 0
            mutating func next() throws -> Frame? {
                taken += 1
                let buffer = MutablePixelBuffer(format: .gray, width: 2, height: 2).freeze()
                return Frame(format: format, pts: 0, captured: taken, buffer: buffer)
            }
        }
        let (steering, journal) = (Steering(fill: .zero), Journal())
        steering.onResume { journal.note("\($0)") }
        var source = SteeredSource(Live(), steering: steering)
        _ = try source.next()
        steering.pause(true)
        Thread.detachNewThread {
            usleep(20_000)
            steering.pause(false)
        }
        _ = try source.next()
        _ = try source.next()
        #expect(journal.lines == ["2"])
    }

    @Test("A pipeline that continues another counts on, from slots that know nothing yet")
    func continuing() throws {
        let journal = Journal()
        func run(_ earlier: PipelineCounts) throws -> PipelineCounts {
            let pipeline = Pipeline(
                source: FakeSource(20), parts: [Pipeline.Part("paint", FakeStage.painting)],
                sink: FakeSink(Journal()), controller: FixedThreshold(0.5), depth: 4,
                continuing: earlier
            ) { work, _ in journal.note("\(work.index)") }
            return try pipeline.run()
        }
        let report = try run(try run(PipelineCounts()))
        #expect(report.framesIn == 40 && report.framesOut == 40)
        #expect(journal.lines == (0..<40).map { "\($0)" })
    }
}
