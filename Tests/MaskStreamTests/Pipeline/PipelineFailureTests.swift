import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct PipelineFailureTests {
    private static let painting = Pipeline.Part("paint", FakeStage.painting)

    private static func writes(_ range: Range<Int>) -> [String] {
        range.map { "write \($0 * 40)" }
    }

    private static func pipeline(
        _ journal: Journal, count: Int = 40, parts: [Pipeline.Part] = [Self.painting],
        before: @escaping @Sendable (Int) throws -> Void = { _ in },
        onWrite: @escaping @Sendable (Frame) throws -> Void = { _ in },
        onEnd: @escaping @Sendable () throws -> Void = {}, isLive: Bool = false,
        lookahead: Int = 0,
        observe: @escaping @Sendable (borrowing FrameWork, ThresholdMove?) throws -> Void = {
            _, _ in
        }
    ) -> Pipeline {
        Pipeline(
            source: FakeSource(count, journal: journal, before: before), parts: parts,
            sink: FakeSink(journal, onWrite: onWrite, onEnd: onEnd),
            controller: FixedThreshold(0.5), isLive: isLive, lookahead: lookahead,
            observe: observe)
    }

    private static func expectFailure(
        _ pipeline: Pipeline, _ stage: String, _ frame: Int?, _ cause: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: StageError.self, sourceLocation: sourceLocation) {
            try pipeline.run()
        }
        #expect(error?.stage == stage, sourceLocation: sourceLocation)
        #expect(error?.frame == frame, sourceLocation: sourceLocation)
        let text = error.map { "\($0.cause)" } ?? ""
        #expect(text.contains(cause), sourceLocation: sourceLocation)
    }

    @Test("A source that fails: all frames before are written", arguments: [0, 1, 7, 39])
    func source(at index: Int) {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, before: { if $0 == index { throw FakeError("read") } })
        Self.expectFailure(pipeline, "source", index, "read")
        #expect(journal.lines == Self.writes(0..<index) + ["abandon"])
        #expect(journal.alive == 0)
    }

    @Test(
        "A stage that fails: all frames before are written, none after", arguments: [0, 1, 7, 39])
    func stage(at index: Int) {
        let journal = Journal()
        let bad = FakeStage { work in
            PipelineTests.jitter(1, work.index)
            if work.index == index { throw FakeError("stage") }
        }
        let pipeline = Self.pipeline(journal, parts: [Pipeline.Part("bad", bad), Self.painting])
        Self.expectFailure(pipeline, "bad", index, "stage")
        #expect(journal.lines == Self.writes(0..<index) + ["abandon"])
        #expect(journal.alive == 0)
    }

    @Test("The failure of the earliest frame wins, also if it comes later")
    func earliest() {
        let journal = Journal()
        // The first stage runs ahead and fails at frame 5 while the second is still at frame 3.
        let ahead = FakeStage { if $0.index == 5 { throw FakeError("late frame") } }
        let behind = FakeStage { work in
            guard work.index == 3 else { return }
            usleep(50_000)
            throw FakeError("early frame")
        }
        let pipeline = Self.pipeline(
            journal,
            parts: [Pipeline.Part("ahead", ahead), Pipeline.Part("behind", behind), Self.painting])
        Self.expectFailure(pipeline, "behind", 3, "early frame")
        #expect(journal.lines == Self.writes(0..<3) + ["abandon"])
    }

    @Test("A sink that fails is abandoned")
    func sink() {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, onWrite: { if $0.pts == 200 { throw FakeError("disk full") } })
        Self.expectFailure(pipeline, "sink", 5, "disk full")
        #expect(journal.lines == Self.writes(0..<5) + ["abandon"])
    }

    @Test("An output that cannot be completed is a failure at the end")
    func sinkEnd() {
        let journal = Journal()
        let pipeline = Self.pipeline(journal, count: 3, onEnd: { throw FakeError("trailer") })
        Self.expectFailure(pipeline, "sink", nil, "trailer")
    }

    @Test("An abandoned output's own trouble does not hide the reason")
    func abandonFails() {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, before: { if $0 == 2 { throw FakeError("read") } },
            onEnd: { throw FakeError("abandon") })
        Self.expectFailure(pipeline, "source", 2, "read")
    }

    @Test("An observer that fails ends the run at its frame")
    func observer() {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, observe: { work, _ in if work.index == 4 { throw FakeError("events") } })
        Self.expectFailure(pipeline, "sink", 4, "events")
        #expect(journal.lines == Self.writes(0..<5) + ["abandon"])
    }

    @Test("A stage that fails at the end abandons the output, frames stay")
    func stageEnd() {
        let journal = Journal()
        let bad = FakeStage(end: { throw FakeError("end") }, { _ in })
        let pipeline = Self.pipeline(
            journal, count: 6, parts: [Pipeline.Part("bad", bad), Self.painting])
        Self.expectFailure(pipeline, "bad", nil, "end")
        #expect(journal.lines == Self.writes(0..<6) + ["abandon"])
    }

    @Test("Frames that a stage holds are still written when a later one fails")
    func heldBeforeFailure() {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, count: 12,
            parts: [Pipeline.Part("hold", HoldingStage(3)), Self.painting],
            before: { if $0 == 9 { throw FakeError("read") } }, lookahead: 3)
        Self.expectFailure(pipeline, "source", 9, "read")
        #expect(journal.lines == Self.writes(0..<9) + ["abandon"])
    }

    @Test("A frame that nobody painted is never written")
    func unpainted() {
        let journal = Journal()
        let pipeline = Self.pipeline(journal, parts: [])
        Self.expectFailure(pipeline, "sink", 0, "painted")
        #expect(journal.lines == ["abandon"])
        #expect(journal.alive == 0)
    }

    /// Loses every frame from the third on, against the contract.
    private struct LosingStage: Stage {
        mutating func process(
            _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
        ) throws {
            if work.index < 3 { try emit(work) }
        }
    }

    @Test("A stage that loses frames neither stops the run for ever nor goes unnoticed")
    func losing() {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, parts: [Pipeline.Part("losing", LosingStage()), Self.painting])
        Self.expectFailure(pipeline, "sink", nil, "lost")
        #expect(journal.lines == Self.writes(0..<3) + ["abandon"])
    }

    /// Emits and then fails, against the contract.
    private struct EmittingStage: Stage {
        mutating func process(
            _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
        ) throws {
            let isBad = work.index == 3
            try emit(work)
            if isBad { throw FakeError("too late") }
        }
    }

    @Test("A stage that emits and then fails returns its slot once")
    func emitsAndFails() {
        let journal = Journal()
        let pipeline = Self.pipeline(
            journal, parts: [Pipeline.Part("bad", EmittingStage()), Self.painting])
        Self.expectFailure(pipeline, "bad", 3, "too late")
        #expect(journal.mostAlive <= 6 && journal.alive == 0)
    }

    @Test("Stopping a file drains what is under way and abandons the output")
    func stop() throws {
        let journal = Journal()
        let pipeline = Self.pipeline(journal, count: 100_000)
        let stopper = Thread {
            usleep(30_000)
            pipeline.stop()
        }
        stopper.start()
        let report = try pipeline.run()
        #expect(report.wasStopped && report.framesIn == report.framesOut)
        #expect(journal.lines == Self.writes(0..<report.framesOut) + ["abandon"])
        #expect(journal.alive == 0)
    }

    @Test("Stopping a live input completes the output")
    func stopLive() throws {
        let journal = Journal()
        let pipeline = Self.pipeline(journal, count: 100_000, isLive: true)
        pipeline.stop()
        let report = try pipeline.run()
        #expect(report.wasStopped && report.framesOut == 0)
        #expect(journal.lines == ["finish"])
    }
}
