import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ClassStageTests {
    private static let format = FrameFormat(width: 16, height: 4, pixelFormat: .gray)
    private static let labels = (0..<8).map { "class \($0)" }

    private static func prediction(_ best: Int) throws -> Prediction {
        var scores = [Float](repeating: 0.1, count: labels.count)
        scores[best] = 0.3
        guard let prediction = Prediction(labels: labels, scores: scores) else {
            throw FakeError("prediction")
        }
        return prediction
    }

    /// The map of a row of confidences, the same in all four rows.
    private static func map(_ row: String) -> ConfidenceMap {
        let values = row.map { $0 == "#" ? Float(1) : $0 == "-" ? 0.3 : 0 }
        return ConfidenceMap(width: 16, height: 4, values: (0..<4).flatMap { _ in values })
    }

    /// What the pipeline shows of the first row of each frame, its kept share and the measured one.
    private static func shown(
        maps: [String?], maxSubjects: Int = 4, interval: Double = 0, hold: Double = 0.1,
        patch: PatchSize? = nil,
        prediction: @escaping @Sendable (_ x: Int, _ run: Int) throws -> Prediction
    ) throws -> [String] {
        var settings = MaskStage.Settings()
        settings.maxSubjects = maxSubjects
        settings.rule.patch = patch
        let journal = Journal()
        let runs = Journal()
        let estimator = FakeEstimator { frame in
            maps[Int(frame.pts / 40)].map(map) ?? ConfidenceMap(width: 0, height: 0)
        }
        let primary = FakePrimary { _, region in
            runs.note("run")
            return try prediction(region.box.x, runs.lines.count)
        }
        let parts = [
            Pipeline.Part("estimate", EstimateStage(estimator: estimator)),
            Pipeline.Part("mask", MaskStage(settings: settings)),
            Pipeline.Part("primary", PrimaryStage(model: primary, interval: interval)),
            Pipeline.Part("classes", ClassStage(classes: [7], hold: hold, settings: settings)),
            Pipeline.Part("render", RenderStage()),
        ]
        let sink = FakeSink(
            Journal(),
            onWrite: { frame in
                journal.note(
                    String(frame.buffer.samples(0).prefix(16).map { $0 == 200 ? "#" : "." }))
            })
        let source = FakeSource(
            maps.count, format: format, paint: { buffer, _ in buffer.set(0) { _, _ in 200 } })
        _ = try Pipeline(
            source: source, parts: parts, sink: sink, controller: FixedThreshold(0.5)
        ) { work, _ in
            let share = Int((work.keptFraction * 16).rounded())
            journal.note("\(share) of \(Int((work.measurement.kept * 16).rounded()))")
        }.run()
        return journal.lines
    }

    @Test("Of two subjects the recognised one is shown, and the controller sees both")
    func oneOfTwo() throws {
        let lines = try Self.shown(maps: [".####....######."]) { x, _ in
            try Self.prediction(x == 1 ? 7 : 0)
        }
        // Ties among the eight classes leave 7 out of the five best, but for the first subject.
        #expect(lines == [".####...........", "4 of 10"])
    }

    @Test("Subjects beyond the largest ones and specks are masked")
    func beyond() throws {
        let lines = try Self.shown(maps: [".##..#####.####."], maxSubjects: 2) { _, _ in
            try Self.prediction(7)
        }
        #expect(lines == [".....#####.####.", "9 of 11"])
    }

    @Test("A patch that a subject of another class touches is masked whole")
    func patches() throws {
        // Both touch the second patch; only the shown one touches the first.
        let lines = try Self.shown(maps: [".#####.####....."], patch: PatchSize("4")) { x, _ in
            try Self.prediction(x == 1 ? 7 : 0)
        }
        #expect(lines == ["####............", "4 of 12"])
        let apart = try Self.shown(maps: [".####........##."], patch: PatchSize("4")) { x, _ in
            try Self.prediction(x == 1 ? 7 : 0)
        }
        #expect(apart == ["########........", "8 of 12"])
    }

    @Test("A low level joins what the threshold parts: the whole subject is shown")
    func joined() throws {
        let lines = try Self.shown(maps: [".##--##..#######"]) { x, _ in
            try Self.prediction(x == 1 ? 7 : 0)
        }
        #expect(lines == [".##..##.........", "4 of 11"])
    }

    @Test("Before the first prediction a subject is masked; afterwards it is shown for the hold")
    func interval() throws {
        // Frames every 40 ms, the primary every 120 ms: a new subject waits for the next run.
        let (one, two) = ("####............", "####......######")
        let lines = try Self.shown(
            maps: [one, two, two, two, two, two, two, two], interval: 0.12, hold: 0.08
        ) { x, run in try Self.prediction(x == 0 ? 7 : run < 4 ? 7 : 0) }
        #expect(
            lines.indices.filter { $0 % 2 == 0 }.map { lines[$0] }
                == [one, one, one, two, two, two, one, one])
    }

    @Test("A frame without a map is masked whole, and the subject comes back")
    func miss() throws {
        let row = "####............"
        let lines = try Self.shown(maps: [row, nil, row]) { _, run in
            try Self.prediction(run == 1 ? 7 : 0)
        }
        let black = String(repeating: ".", count: 16)
        #expect(lines == [row, "4 of 4", black, "0 of 0", row, "4 of 4"])
    }

    @Test("What fails to be recognised is never shown, whatever the controller does")
    func never() throws {
        let lines = try Self.shown(maps: ["####............", "####............"]) { _, _ in
            try Self.prediction(0)
        }
        let black = String(repeating: ".", count: 16)
        #expect(lines == [black, "0 of 4", black, "0 of 4"])
    }
}
