import Dispatch
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// The model waits for the test at every run, so that each order of events can be had.
struct LivePrimaryStageTests {
    private static let format = FrameFormat(width: 16, height: 8, pixelFormat: .gray)
    private static let labels = ["a", "b"]

    private struct Model {
        let journal = Journal()
        let began = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)

        /// A stage whose model notes what it is shown, and waits.
        func stage(
            interval: Double = 0, onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
        ) -> LivePrimaryStage<FakePrimary> {
            let (journal, began, go) = (journal, began, go)
            return LivePrimaryStage(
                PrimaryStage(
                    model: FakePrimary { frame, region in
                        journal.note("\(frame.pts)")
                        began.signal()
                        go.wait()
                        let score = Float(frame.pts % 100) / 100
                        guard frame.pts != 13,
                            var prediction = Prediction(labels: labels, scores: [1 - score, score])
                        else { throw FakeError("model") }
                        prediction.tokens = Tokens(kept: 2, all: 16)
                        return prediction
                    }, interval: interval), onFailure: onFailure)
        }

        /// Lets the run end that has begun, and waits until the next has.
        func nextRun() {
            go.signal()
            began.wait()
        }
    }

    /// What leaves the stage for a frame with one subject: label, age and what the primary did.
    private static func pass(
        _ stage: inout LivePrimaryStage<FakePrimary>, _ pts: Int64, track: Int = 1,
        isCut: Bool = false, plan: ProbePlan? = nil
    ) throws -> String {
        var work = FrameWork(
            index: Int(pts), source: Frame.noise(format, seed: 1, pts: pts), threshold: 0.5,
            probePlan: plan)
        work.subjects = [Subject(box: Box(x: 0, y: 0, width: 4, height: 4), area: 4, track: track)]
        work.mask = Mask(width: 16, height: 8, keepsAll: true)
        work.beginsScene = isCut
        if plan != nil {
            let mask = Mask(width: 16, height: 8, keepsAll: true)
            work.probeMasks = ProbeMasks(tighter: mask, looser: mask)
        }
        var text = ""
        try run(&stage, work) { work in
            let seen = work.subjects[0].seen.map { "seen \(Int(($0 * 1000).rounded())) " } ?? ""
            let probe = work.probe == nil ? "" : " probe"
            let confidence = work.measurement.confidence == nil ? "" : " measured"
            text = "\(seen)\(work.primary.rawValue)\(probe)\(confidence)"
            let (tokens, ran) = (work.tokens, work.primary == .ran)
            #expect(tokens == (ran ? Tokens(kept: 2, all: 16) : nil))
        }
        return text
    }

    @Test(
        "No frame waits for the model; it takes the newest, and its prediction comes with its age")
    func newest() throws {
        let model = Model()
        var stage = model.stage()
        #expect(try Self.pass(&stage, 0) == "late")
        model.began.wait()
        #expect(try Self.pass(&stage, 1) == "late")
        #expect(try Self.pass(&stage, 2) == "late")
        #expect(try Self.pass(&stage, 3) == "late")
        model.nextRun()
        #expect(model.journal.lines == ["0", "3"], "the newest, not the next")
        #expect(try Self.pass(&stage, 4) == "seen 0 ran measured")
        #expect(try Self.pass(&stage, 5) == "seen 0 late")
        #expect(try Self.pass(&stage, 6, track: 2) == "late", "another subject")
        model.nextRun()
        #expect(try Self.pass(&stage, 7) == "seen 3 ran measured")
        model.go.signal()
        model.go.signal()
        try stage.finish { _ in }
    }

    @Test("A prediction of the scene before a cut is dropped, and so is what waited for the model")
    func cut() throws {
        let model = Model()
        var stage = model.stage()
        #expect(try Self.pass(&stage, 0) == "late")
        model.began.wait()
        #expect(try Self.pass(&stage, 1) == "late")
        #expect(try Self.pass(&stage, 2, isCut: true) == "late")
        model.nextRun()
        #expect(model.journal.lines == ["0", "2"])
        #expect(try Self.pass(&stage, 3) == "late", "what was found on 0 is another scene's")
        model.nextRun()
        #expect(try Self.pass(&stage, 4) == "seen 2 ran measured")
        model.go.signal()
        model.go.signal()
        try stage.finish { _ in }
    }

    @Test("A cut counts though the model passed over its frame: numbers of tracks begin anew")
    func passedOver() throws {
        let model = Model()
        var stage = model.stage(interval: 10)
        #expect(try Self.pass(&stage, 0) == "late")
        model.began.wait()
        #expect(try Self.pass(&stage, 1, isCut: true) == "late")
        #expect(try Self.pass(&stage, 2) == "late", "it takes the place of the frame before")
        model.nextRun()
        #expect(model.journal.lines == ["0", "2"], "subject 1 of another scene is looked at anew")
        model.go.signal()
        try stage.finish { _ in }
    }

    @Test("A probe waits for the model until another comes; what it found comes with a later frame")
    func probe() throws {
        let model = Model()
        var stage = model.stage()
        let plan = ProbePlan(tighter: 0.6, looser: 0.4)
        #expect(try Self.pass(&stage, 0) == "late")
        model.began.wait()
        #expect(try Self.pass(&stage, 1, plan: plan) == "late")
        #expect(try Self.pass(&stage, 2) == "late")
        model.nextRun()
        #expect(try Self.pass(&stage, 3) == "seen 0 ran measured")
        // Reference, current, tighter and looser.
        for _ in 0..<3 { model.nextRun() }
        model.nextRun()
        #expect(model.journal.lines == ["0", "1", "1", "1", "1", "3"])
        #expect(try Self.pass(&stage, 4) == "seen 1 ran probe measured")
        model.go.signal()
        model.go.signal()
        try stage.finish { _ in }
    }

    @Test("A model that fails leaves the old predictions, and is told of")
    func failure() throws {
        let told = Journal()
        let model = Model()
        var stage = model.stage { told.note("\($0)") }
        _ = try Self.pass(&stage, 0)
        model.began.wait()
        _ = try Self.pass(&stage, 13)
        model.nextRun()
        #expect(try Self.pass(&stage, 14) == "seen 0 ran measured")
        model.nextRun()
        #expect(told.lines == ["model"])
        #expect(try Self.pass(&stage, 15) == "seen 0 late")
        model.go.signal()
        model.go.signal()
        try stage.finish { _ in }
    }
}
