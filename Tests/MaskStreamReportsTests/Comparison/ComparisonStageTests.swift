import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct ComparisonStageTests {
    private static let format = FrameFormat(width: 16, height: 8, pixelFormat: .gray)

    /// Notes what it is shown: the box's width, how many cells are kept, whether pixels are flat.
    private static func model(_ journal: Journal) -> FakePrimary {
        FakePrimary { frame, region in
            let kept = region.mask.map { "\($0.cells.filter { $0 != 0 }.count)" } ?? "all"
            let isFlat = Set(frame.buffer.samples(0)).count <= 2
            journal.note("\(region.box.width) \(kept)\(isFlat ? " flat" : "")")
            guard let prediction = Prediction(labels: ["a", "b"], scores: [0.75, 0.25]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
    }

    private static func look(
        _ masked: Range<Int>, subjects: [Subject], views: Int = 1, times: [Int64] = [0],
        truth: LabelTrack? = nil
    ) throws -> (record: ComparisonRecord, notes: [String]) {
        let journal = Journal()
        let record = Confined(ComparisonRecord(), label: "test")
        let views = (0..<views).map { number in
            ComparisonStage.View(
                size: number == 0 ? nil : number, whole: model(journal), box: model(journal))
        }
        var stage = ComparisonStage(views: views, truth: truth, into: record)
        for (index, time) in times.enumerated() {
            var work = FrameWork(
                index: index, source: Frame.noise(format, seed: 1, pts: time), threshold: 0.5)
            var mask = Mask(width: 16, height: 8, keepsAll: true)
            for cell in masked { mask.cells[cell] = 0 }
            work.mask = mask
            work.subjects = subjects
            try stage.process(work) { _ in }
        }
        return (record.sync { $0 }, journal.lines)
    }

    private static let subject = Subject(box: Box(x: 4, y: 0, width: 4, height: 8), area: 4)

    @Test("Each variant is shown once")
    func variants() throws {
        let (record, notes) = try Self.look(0..<64, subjects: [Self.subject])
        #expect(
            notes == ["16 all", "4 all", "16 64", "4 64", "4 all flat", "4 64", "4 64"])
        #expect(record.counts.frames == 1 && record.counts.subjects == 1)
        for variant in Variant.allCases where variant != .dropped {
            #expect(record[variant].count == 1 && record[variant].cost.runs == 1)
            #expect(record[variant].mean(.agreement) == 1)
        }
        #expect(record[Series(.dropped)] == nil)
    }

    @Test("A model that takes patches is also shown the masked crop without them")
    func dropped() throws {
        let (journal, patches) = (Journal(), Journal())
        let record = Confined(ComparisonRecord(), label: "test")
        let seeing = FakePrimary { _, region in
            patches.note("\(region.box.width)")
            var prediction = Prediction(labels: ["a", "b"], scores: [0.25, 0.75])
            prediction?.tokens = Tokens(kept: 3, all: 16)
            return prediction
        }
        let view = ComparisonStage.View(
            whole: Self.model(journal), box: Self.model(journal), dropped: seeing)
        var stage = ComparisonStage(views: [view], truth: nil, into: record)
        for index in 0..<2 {
            var work = FrameWork(
                index: index, source: Frame.noise(Self.format, seed: 1, pts: Int64(index)),
                threshold: 0.5)
            work.mask = Mask(width: 16, height: 8, keepsAll: index == 0)
            work.subjects = [Self.subject]
            try stage.process(work) { _ in }
        }
        let tally = record.sync { $0[.dropped] }
        #expect(patches.lines == ["4"] && tally.tokens == Tokens(kept: 3, all: 16))
        #expect(tally.count == 2 && tally.mean(.agreement) == 0)
        #expect(record.sync { $0[.maskedCrop].tokens } == nil)
    }

    @Test("What shows nothing is not run and agrees with nothing")
    func hidden() throws {
        let (record, notes) = try Self.look(0..<128, subjects: [Self.subject])
        #expect(notes == ["16 all", "4 all", "4 128"])
        #expect(record[.maskedCrop].mean(.agreement) == 0)
        #expect(record[.maskedCrop].mean(.regret) == 0.75)
        #expect(record[.maskedCrop].cost.runs == 0 && record[.maskedCrop].count == 1)
    }

    @Test("Without a subject only the full picture costs anything")
    func noSubject() throws {
        let (record, notes) = try Self.look(0..<64, subjects: [])
        #expect(notes == ["16 all"])
        #expect(record[.crop].count == 0 && record.counts.withSubject == 0)
    }

    @Test("One run on a whole picture serves all subjects; other sizes have no controls")
    func sizes() throws {
        let (record, notes) = try Self.look(
            0..<64, subjects: [Self.subject, Self.subject], views: 2)
        #expect(notes.count == 2 + 5 * 2 + 1 + 2 * 2)
        #expect(record[.full].cost.runs == 1 && record[.full].count == 2)
        #expect(record[Series(.maskedCrop, size: 1)]?.count == 2)
        #expect(record[Series(.random, size: 1)] == nil)
    }

    @Test("Blocks are seconds from the first frame on")
    func blocks() throws {
        let (record, _) = try Self.look(
            0..<64, subjects: [Self.subject], times: [500, 900, 1499, 1500, 2600])
        #expect(record[.crop].blockCount == 3)
    }

    @Test("A label counts for the largest subject alone")
    func labels() throws {
        let truth = try LabelTrack("0,1,b", labels: ["a", "b"], place: "test")
        let (record, _) = try Self.look(
            0..<64, subjects: [Self.subject, Self.subject], truth: truth)
        #expect(record[.crop].count == 2 && record[.crop].labelled == 1)
        #expect(record[.crop].mean(.accuracy) == 0)
    }
}
