import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct PrimaryStageTests {
    private static let labels = ["a", "b"]
    private static let format = FrameFormat(width: 16, height: 8, pixelFormat: .gray)

    /// Says for each run how many there were, as the score.
    private static func stage(_ journal: Journal, interval: Double) -> PrimaryStage<FakePrimary> {
        let model = FakePrimary { _, region in
            journal.note("\(region.box.x)")
            let score = Float(journal.lines.count)
            guard let prediction = Prediction(labels: labels, scores: [score, 0]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
        return PrimaryStage(model: model, interval: interval)
    }

    private static func subject(_ x: Int, width: Int = 4, track: Int? = nil) -> Subject {
        Subject(box: Box(x: x, y: 0, width: width, height: 4), area: 4, track: track ?? x)
    }

    /// The scores of the subjects, and what the primary did.
    private static func predictions(
        _ stage: inout PrimaryStage<FakePrimary>, _ subjects: [Subject], at pts: Int64,
        isCut: Bool = false, mask: Mask? = Mask(width: 16, height: 8, keepsAll: true)
    ) throws -> String {
        let frame = Frame.noise(format, seed: 1, pts: pts)
        var work = FrameWork(index: 0, source: frame, threshold: 0.5)
        work.subjects = subjects
        work.mask = mask
        work.beginsScene = isCut
        var text = ""
        try run(&stage, work) { work in
            let scores = work.subjects.map { subject in
                subject.prediction.map { "\(Int($0.confidence))" } ?? "-"
            }
            text = (scores + [work.primary.rawValue]).joined(separator: " ")
        }
        return text
    }

    @Test("Without an interval it runs on every subject of every frame")
    func everyFrame() throws {
        var stage = Self.stage(Journal(), interval: 0)
        let two = [Self.subject(0), Self.subject(8)]
        #expect(try Self.predictions(&stage, two, at: 0) == "1 2 ran")
        #expect(try Self.predictions(&stage, two, at: 1) == "3 4 ran")
        #expect(try Self.predictions(&stage, [], at: 2) == "none")
    }

    @Test("Between runs a subject keeps the prediction of its track")
    func interval() throws {
        var stage = Self.stage(Journal(), interval: 0.2)
        let two = [Self.subject(0), Self.subject(8)]
        #expect(try Self.predictions(&stage, two, at: 1000) == "1 2 ran")
        // The order of subjects may change, one may come and one may go.
        let moved = [Self.subject(3, track: 8), Self.subject(9, track: 0), Self.subject(4)]
        #expect(try Self.predictions(&stage, moved, at: 1040) == "2 1 - skipped")
        #expect(try Self.predictions(&stage, [Self.subject(9, track: 8)], at: 1080) == "2 skipped")
        #expect(try Self.predictions(&stage, [], at: 1120) == "none")
        #expect(try Self.predictions(&stage, [Self.subject(8)], at: 1199) == "2 skipped")
        #expect(try Self.predictions(&stage, [Self.subject(8)], at: 1200) == "3 ran")
        #expect(try Self.predictions(&stage, [Self.subject(8)], at: 1399) == "3 skipped")
    }

    @Test("At 25 frames a second, 0.2 s is every fifth frame")
    func rhythm() throws {
        var stage = Self.stage(Journal(), interval: 0.2)
        let runs = try (0..<20).map { frame in
            try Self.predictions(&stage, [Self.subject(0)], at: Int64(frame) * 40).hasSuffix("ran")
        }
        #expect(runs.indices.filter { runs[$0] } == [0, 5, 10, 15])
    }

    @Test("A new scene and a step back in time are not skipped")
    func cut() throws {
        var stage = Self.stage(Journal(), interval: 10)
        #expect(try Self.predictions(&stage, [Self.subject(0)], at: 100) == "1 ran")
        #expect(try Self.predictions(&stage, [Self.subject(0)], at: 140, isCut: true) == "2 ran")
        #expect(try Self.predictions(&stage, [Self.subject(0)], at: 60) == "3 ran")
        #expect(try Self.predictions(&stage, [Self.subject(0)], at: 100) == "3 skipped")
    }

    @Test("A scene that begins empty does not inherit the predictions of the last")
    func emptyCut() throws {
        var stage = Self.stage(Journal(), interval: 10)
        #expect(try Self.predictions(&stage, [Self.subject(0)], at: 100) == "1 ran")
        #expect(try Self.predictions(&stage, [], at: 140, isCut: true) == "none")
        #expect(try Self.predictions(&stage, [Self.subject(0)], at: 180) == "2 ran")
    }

    @Test("A subject of which nothing is kept is not shown to the model")
    func blind() throws {
        let journal = Journal()
        var stage = Self.stage(journal, interval: 0)
        let two = [Self.subject(0), Self.subject(8)]
        var mask = Mask(width: 16, height: 8)
        #expect(try Self.predictions(&stage, two, at: 0, mask: mask) == "- - none")
        #expect(try Self.predictions(&stage, two, at: 0, mask: nil) == "- - none")
        mask.cells[16 + 11] = Mask.kept
        #expect(try Self.predictions(&stage, two, at: 0, mask: mask) == "- 1 ran")
        #expect(journal.lines == ["8"])
    }

    @Test("A subject of which the model sees nothing is performance 0, in a probe as well")
    func unseen() throws {
        let all = Mask(width: 16, height: 8, keepsAll: true)
        let model = FakePrimary { _, region in
            guard region.mask == nil else { return nil }
            return Prediction(labels: Self.labels, scores: [0.9, 0.1])
        }
        var stage = PrimaryStage(model: model)
        for plan in [nil, ProbePlan(tighter: 0.6, looser: 0.4)] {
            var work = FrameWork(
                index: 0, source: Frame.noise(Self.format, seed: 1), threshold: 0.5, probePlan: plan
            )
            work.subjects = [Self.subject(0)]
            work.mask = all
            work.probeMasks = ProbeMasks(tighter: all, looser: all)
            try run(&stage, work) { work in
                let measurement = work.measurement
                #expect(measurement.isBlind && measurement.confidence == 0)
                #expect(work.primary == .none && work.subjects[0].prediction == nil)
                #expect((work.probe?.current.regret ?? 0.9) == 0.9)
            }
        }
    }

    @Test("Answers that are not calibrated move no threshold; patches are counted")
    func uncalibrated() throws {
        let model = FakePrimary { _, _ in
            var prediction = Prediction(labels: Self.labels, scores: [0.9, 0.1])
            prediction?.isCalibrated = false
            prediction?.tokens = Tokens(kept: 3, all: 16)
            return prediction
        }
        var stage = PrimaryStage(model: model)
        var work = FrameWork(index: 0, source: Frame.noise(Self.format, seed: 1), threshold: 0.5)
        work.subjects = [Self.subject(0), Self.subject(8)]
        work.mask = Mask(width: 16, height: 8, keepsAll: true)
        try run(&stage, work) { work in
            let (measurement, tokens) = (work.measurement, work.tokens)
            #expect(measurement.confidence == nil && !measurement.isBlind)
            #expect(tokens == Tokens(kept: 6, all: 32))
        }
    }

    @Test("A region that has not changed keeps its prediction; a changed one is looked at again")
    func skip() throws {
        let journal = Journal()
        let model = FakePrimary { _, region in
            journal.note("\(region.box.x)")
            guard let prediction = Prediction(labels: Self.labels, scores: [1, 0]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
        var stage = PrimaryStage(model: model, skip: 0.02)
        /// Two subjects side by side, of one brightness each.
        func look(
            _ left: Int, _ right: Int, isCut: Bool = false, hides: Bool = false, track: Int = 8
        ) throws -> String {
            let frame = Frame.painted(Self.format) { _, x, _ in x < 8 ? left : right }
            var work = FrameWork(index: 0, source: frame, threshold: 0.5)
            work.subjects = [Self.subject(0, width: 8), Self.subject(8, width: 8, track: track)]
            var mask = Mask(width: 16, height: 8, keepsAll: true)
            if hides { for y in 0..<8 { mask.cells[y * 16] = 0 } }
            work.mask = mask
            work.beginsScene = isCut
            let before = journal.lines.count
            var text = ""
            try run(&stage, work) { work in
                let predictions = work.subjects.filter { $0.prediction != nil }.count
                text = "\(predictions) \(work.primary.rawValue)"
            }
            return ([text] + journal.lines[before...]).joined(separator: " ")
        }
        #expect(try look(100, 200) == "2 ran 0 8")
        #expect(try look(100, 200) == "2 skipped")
        #expect(try look(100, 202) == "2 skipped", "less than 0.02 of the range")
        #expect(try look(100, 204) == "2 skipped", "still near to what the model saw")
        #expect(try look(100, 206) == "2 ran 8", "it adds up")
        #expect(try look(100, 206, hides: true) == "2 ran 0", "the mask has changed")
        #expect(try look(100, 206, track: 9) == "2 ran 0 8", "the mask again, and another subject")
        #expect(try look(100, 206, isCut: true) == "2 ran 0 8")
    }

    @Test("A probe shows each subject unmasked and through three masks, however early it comes")
    func probe() throws {
        let journal = Journal()
        let model = FakePrimary { _, region in
            let kept = region.mask?.keptFraction
            journal.note("\(region.box.x) \(kept.map { "\($0)" } ?? "whole")")
            let score = kept ?? 0.9
            guard let prediction = Prediction(labels: Self.labels, scores: [score, 1 - score])
            else {
                throw FakeError("prediction")
            }
            return prediction
        }
        var stage = PrimaryStage(model: model, interval: 10)
        func mask(rows: Int) -> Mask {
            var mask = Mask(width: 16, height: 8)
            for cell in 0..<rows * 16 { mask.cells[cell] = Mask.kept }
            return mask
        }
        for pts in [Int64(0), 40] {
            var work = FrameWork(
                index: 0, source: Frame.noise(Self.format, seed: 1, pts: pts), threshold: 0.5,
                probePlan: ProbePlan(tighter: 0.6, looser: 0.4))
            work.subjects = [Self.subject(0)]
            work.mask = mask(rows: 4)
            work.probeMasks = ProbeMasks(tighter: mask(rows: 0), looser: mask(rows: 6))
            try run(&stage, work) { work in
                let (primary, seen) = (work.primary, work.subjects[0].prediction?.confidence)
                #expect(primary == .ran && seen == 0.5)
                let probe = work.probe
                let reading = try #require(probe)
                #expect(reading.reference.confidence == 0.9 && reading.current.confidence == 0.5)
                #expect(abs(reading.looser.regret - 0.15) < 1e-6)
                #expect(reading.tighter.regret == 0.9 && reading.tighter.label == nil)
                let measurement = work.measurement
                #expect(measurement.probe == reading && measurement.threshold == 0.5)
            }
        }
        #expect(journal.lines == ["0 whole", "0 0.5", "0 0.75", "0 whole", "0 0.5", "0 0.75"])
    }

    @Test("A subject that has no vote is judged at no other threshold, nor again before it changes")
    func unsure() throws {
        let journal = Journal()
        /// Sure of what is bright.
        let model = FakePrimary { frame, region in
            let mask = region.mask.map { "\($0.keptFraction)" } ?? "whole"
            journal.note("\(region.box.x) \(mask)")
            let score = Float(frame.buffer.samples(0)[region.box.x]) / 255
            guard let prediction = Prediction(labels: Self.labels, scores: [score, 0]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
        var stage = PrimaryStage(model: model, skip: 0.02)
        let all = Mask(width: 16, height: 8, keepsAll: true)
        /// What the model was shown of two subjects side by side, of one brightness each.
        func probe(_ left: Int, _ right: Int, votes: Bool) throws -> [String] {
            let frame = Frame.painted(Self.format) { _, x, _ in x < 8 ? left : right }
            var work = FrameWork(
                index: 0, source: frame, threshold: 0.5,
                probePlan: ProbePlan(tighter: 0.6, looser: 0.4))
            work.subjects = [Self.subject(0, width: 8), Self.subject(8, width: 8)]
            work.mask = all.keeping(rows: 4)
            work.probeMasks = ProbeMasks(
                tighter: all.keeping(rows: 2), looser: all.keeping(rows: 6))
            let before = journal.lines.count
            try run(&stage, work) { work in
                let (reading, runs) = (work.probe, work.probeRuns)
                let confidence = Float(reading?.votes == true ? right : left) / 255
                #expect(reading?.votes == votes && reading?.reference.confidence == confidence)
                let own = work.subjects.count { $0.seen == work.source.time }
                #expect(own == 2 && runs <= journal.lines.count - before)
            }
            return Array(journal.lines[before...])
        }
        let rest = ["8 whole", "8 0.5", "8 0.25", "8 0.75"]
        #expect(try probe(100, 200, votes: true) == ["0 whole", "0 0.5"] + rest)
        #expect(try probe(100, 200, votes: true) == rest)
        #expect(
            try probe(100, 110, votes: false)
                == ["8 whole", "8 0.5", "0 0.25", "0 0.75"], "none has one: the largest")
        #expect(
            try probe(120, 110, votes: false)
                == ["0 whole", "0 0.5", "0 0.25", "0 0.75"], "it has changed")
    }

    @Test("A probe of one subject looks at the others as on any frame")
    func probeOfOne() throws {
        let journal = Journal()
        let model = FakePrimary { _, region in
            journal.note("\(region.box.x) \(region.mask.map { "\($0.keptFraction)" } ?? "whole")")
            guard let prediction = Prediction(labels: Self.labels, scores: [0.9, 0.1]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
        var stage = PrimaryStage(model: model)
        var work = FrameWork(
            index: 0, source: Frame.noise(Self.format, seed: 1), threshold: 0.5)
        work.subjects = [Self.subject(0, track: 1), Self.subject(8, track: 2)]
        (work.subjects[0].threshold, work.subjects[1].threshold) = (0.5, 0.3)
        work.plans[2] = ProbePlan(tighter: 0.4, looser: 0.2)
        let all = Mask(width: 16, height: 8, keepsAll: true)
        work.mask = all.keeping(rows: 4)
        work.probeMasks = ProbeMasks(
            tighter: all.keeping(rows: 2), looser: all.keeping(rows: 6))
        try run(&stage, work) { work in
            let probe = work.probe
            let reading = try #require(probe)
            #expect(reading.current.threshold == 0.3 && reading.tighter.threshold == 0.4)
            let (runs, tracks) = (work.probeRuns, work.measurement.tracks)
            #expect(runs == 3)
            #expect(tracks[1] == TrackMeasurement(threshold: 0.5, confidence: 0.9))
            #expect(
                tracks[2] == TrackMeasurement(threshold: 0.3, confidence: 0.9, probe: reading))
        }
        #expect(journal.lines == ["0 0.5", "8 whole", "8 0.5", "8 0.25", "8 0.75"])
    }

    @Test("A probe compares with the region where the profile wants it")
    func region() throws {
        let journal = Journal()
        let model = FakePrimary { _, region in
            journal.note(region.mask.map { "\($0.keptFraction)" } ?? "whole")
            guard let prediction = Prediction(labels: Self.labels, scores: [0.9, 0.1]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
        var stage = PrimaryStage(model: model)
        let all = Mask(width: 16, height: 8, keepsAll: true)
        let region = all.keeping(rows: 6)
        var work = FrameWork(
            index: 0, source: Frame.noise(Self.format, seed: 1), threshold: 0.5,
            probePlan: ProbePlan(tighter: 0.6, looser: 0.4))
        work.subjects = [Self.subject(0)]
        work.mask = all.keeping(rows: 2)
        work.probeMasks = ProbeMasks(
            reference: region, tighter: all.keeping(rows: 1), looser: all.keeping(rows: 4))
        try run(&stage, work) { _ in }
        #expect(journal.lines == ["0.75", "0.25", "0.125", "0.5"])
    }

    @Test("Overlap is the common area over the whole")
    func overlap() {
        let box = Box(x: 0, y: 0, width: 4, height: 4)
        #expect(box.iou(with: box) == 1)
        #expect(box.iou(with: Box(x: 2, y: 0, width: 4, height: 4)) == 1.0 / 3)
        #expect(box.iou(with: Box(x: 4, y: 0, width: 4, height: 4)) == 0)
        #expect(box.iou(with: Box(x: 9, y: 9, width: 4, height: 4)) == 0)
        #expect(Box(x: 0, y: 0, width: 0, height: 0).iou(with: box) == 0)
    }
}

extension Mask {
    /// The mask with everything below some rows hidden.
    fileprivate func keeping(rows: Int) -> Mask {
        var mask = self
        for cell in rows * width..<height * width { mask.cells[cell] = 0 }
        return mask
    }
}
