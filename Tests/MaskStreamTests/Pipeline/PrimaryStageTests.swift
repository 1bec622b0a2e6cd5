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
            guard let verdict = Verdict(labels: labels, scores: [score, 0]) else {
                throw FakeError("verdict")
            }
            return verdict
        }
        return PrimaryStage(model: model, interval: interval)
    }

    private static func subject(_ x: Int, width: Int = 4) -> Subject {
        Subject(box: Box(x: x, y: 0, width: width, height: 4), area: 4)
    }

    /// The scores of the subjects, and what the primary did.
    private static func verdicts(
        _ stage: inout PrimaryStage<FakePrimary>, _ subjects: [Subject], at pts: Int64,
        isCut: Bool = false, mask: Mask? = Mask(width: 16, height: 8, keepsAll: true)
    ) throws -> String {
        let frame = Frame.noise(format, seed: 1, pts: pts)
        var work = FrameWork(index: 0, source: frame, threshold: 0.5)
        work.subjects = subjects
        work.mask = mask
        work.isCut = isCut
        var text = ""
        try run(&stage, work) { work in
            let scores = work.subjects.map { subject in
                subject.verdict.map { "\(Int($0.confidence))" } ?? "-"
            }
            text = (scores + [work.primary.rawValue]).joined(separator: " ")
        }
        return text
    }

    @Test("Without an interval it runs on every subject of every frame")
    func everyFrame() throws {
        var stage = Self.stage(Journal(), interval: 0)
        let two = [Self.subject(0), Self.subject(8)]
        #expect(try Self.verdicts(&stage, two, at: 0) == "1 2 ran")
        #expect(try Self.verdicts(&stage, two, at: 1) == "3 4 ran")
        #expect(try Self.verdicts(&stage, [], at: 2) == "none")
    }

    @Test("Between runs a subject keeps the verdict of the box that it overlaps most")
    func interval() throws {
        var stage = Self.stage(Journal(), interval: 0.2)
        let two = [Self.subject(0), Self.subject(8)]
        #expect(try Self.verdicts(&stage, two, at: 1000) == "1 2 ran")
        // The order of subjects may change, one may come and one may go.
        let moved = [Self.subject(9), Self.subject(1), Self.subject(4)]
        #expect(try Self.verdicts(&stage, moved, at: 1040) == "2 1 - skipped")
        #expect(try Self.verdicts(&stage, [Self.subject(9)], at: 1080) == "2 skipped")
        #expect(try Self.verdicts(&stage, [], at: 1120) == "none")
        #expect(try Self.verdicts(&stage, [Self.subject(8)], at: 1199) == "2 skipped")
        #expect(try Self.verdicts(&stage, [Self.subject(8)], at: 1200) == "3 ran")
        #expect(try Self.verdicts(&stage, [Self.subject(8)], at: 1399) == "3 skipped")
    }

    @Test("At 25 frames a second, 0.2 s is every fifth frame")
    func rhythm() throws {
        var stage = Self.stage(Journal(), interval: 0.2)
        let runs = try (0..<20).map { frame in
            try Self.verdicts(&stage, [Self.subject(0)], at: Int64(frame) * 40).hasSuffix("ran")
        }
        #expect(runs.indices.filter { runs[$0] } == [0, 5, 10, 15])
    }

    @Test("A new scene and a step back in time are not skipped")
    func cut() throws {
        var stage = Self.stage(Journal(), interval: 10)
        #expect(try Self.verdicts(&stage, [Self.subject(0)], at: 100) == "1 ran")
        #expect(try Self.verdicts(&stage, [Self.subject(0)], at: 140, isCut: true) == "2 ran")
        #expect(try Self.verdicts(&stage, [Self.subject(0)], at: 60) == "3 ran")
        #expect(try Self.verdicts(&stage, [Self.subject(0)], at: 100) == "3 skipped")
    }

    @Test("A scene that begins empty does not inherit the verdicts of the last")
    func emptyCut() throws {
        var stage = Self.stage(Journal(), interval: 10)
        #expect(try Self.verdicts(&stage, [Self.subject(0)], at: 100) == "1 ran")
        #expect(try Self.verdicts(&stage, [], at: 140, isCut: true) == "none")
        #expect(try Self.verdicts(&stage, [Self.subject(0)], at: 180) == "2 ran")
    }

    @Test("A subject of which nothing is kept is not shown to the model")
    func blind() throws {
        let journal = Journal()
        var stage = Self.stage(journal, interval: 0)
        let two = [Self.subject(0), Self.subject(8)]
        var mask = Mask(width: 16, height: 8)
        #expect(try Self.verdicts(&stage, two, at: 0, mask: mask) == "- - none")
        #expect(try Self.verdicts(&stage, two, at: 0, mask: nil) == "- - none")
        mask.cells[16 + 11] = Mask.kept
        #expect(try Self.verdicts(&stage, two, at: 0, mask: mask) == "- 1 ran")
        #expect(journal.lines == ["8"])
    }

    @Test("Overlap is the common area over the whole")
    func overlap() {
        let box = Box(x: 0, y: 0, width: 4, height: 4)
        #expect(box.overlap(with: box) == 1)
        #expect(box.overlap(with: Box(x: 2, y: 0, width: 4, height: 4)) == 1.0 / 3)
        #expect(box.overlap(with: Box(x: 4, y: 0, width: 4, height: 4)) == 0)
        #expect(box.overlap(with: Box(x: 9, y: 9, width: 4, height: 4)) == 0)
        #expect(Box(x: 0, y: 0, width: 0, height: 0).overlap(with: box) == 0)
    }
}
