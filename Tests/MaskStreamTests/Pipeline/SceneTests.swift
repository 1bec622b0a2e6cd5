import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Scenes are independent: each is processed as if it were alone.
struct SceneTests {
    /// A way to process frames.
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var settings = MaskStage.Settings()
        var probes = false
        /// Whether each subject has a threshold of its own.
        var apart = false
        var turns = 1
        var classes: Set<Int>?

        static let all: [Way] = {
            var stable = MaskStage.Settings()
            stable.rule.hysteresis = 0.05
            stable.rule.hold = 0.3
            stable.smoothing = 0.7
            stable.minSubjectArea = 0
            var ahead = stable
            ahead.lookahead = 3
            var inverted = ahead
            inverted.rule.inverts = true
            var holding = stable
            holding.onMiss = .hold
            holding.missHold = 1
            return [
                Way(testDescription: "exact"), Way(testDescription: "stable", settings: stable),
                Way(testDescription: "probes", settings: stable, probes: true),
                Way(testDescription: "lookahead", settings: ahead, probes: true),
                Way(testDescription: "subjects", settings: ahead, probes: true, apart: true),
                Way(testDescription: "inverted", settings: inverted),
                Way(testDescription: "on-miss hold", settings: holding),
                Way(testDescription: "turns", settings: stable, turns: 4),
                Way(testDescription: "classes", settings: ahead, classes: [0]),
            ]
        }()
    }

    private static let format = FrameFormat(width: 32, height: 24, timeBase: Rational(1, 25))
    /// Where scenes begin: by the source, by a cut or by the limit of 20 frames.
    private static let starts = [0, 7, 20, 27, 29, 40]
    private static let count = 60
    /// Frames without a map: at the end and at the beginning of scenes, and a scene's only ones.
    private static let missing: Set<Int> = [5, 6, 8, 19, 20, 27, 28, 39, 50]
    private static let damaged: Set<Int> = [21, 29]

    private static func frame(_ index: Int) -> Frame {
        // Another scene's content where a cut begins it.
        let base = index < 27 ? 60 : 180
        return Frame.painted(format, pts: Int64(index), isDamaged: damaged.contains(index)) {
            _, x, y in base + (3 * x + 5 * y + index) % 40
        }.replacing(beginsScene: index == 7 || index == 29)
    }

    private struct Frames: FrameSource {
        let format = SceneTests.format
        var numbers: Range<Int>
        mutating func next() throws -> Frame? { numbers.popFirst().map(SceneTests.frame) }
    }

    /// Two blobs, one of which is lost now and then; what a turned view sees lies beside them.
    private static func map(_ index: Int, turned: Bool) -> ConfidenceMap {
        var map = ConfidenceMap(width: 16, height: 12)
        guard !missing.contains(index) else {
            return ConfidenceMap(width: 16, height: 12, repeating: .nan)
        }
        for cell in map.values.indices {
            let (x, y) = (Float(cell % 16), Float(cell / 16))
            func blob(_ left: Float, _ top: Float) -> Float {
                max(0, 0.9 - ((x - left) * (x - left) + (y - top) * (y - top)) / 12)
            }
            let first = turned ? blob(12, 2) : blob(3 + Float(index % 9) / 2, 5)
            map.values[cell] = index % 5 == 3 || turned ? first : max(first, blob(12, 8))
        }
        return map
    }

    /// The estimator of ``map(_:turned:)`` behind views that are turned.
    private struct Views: ConfidenceEstimator {
        var views: TurnedViews
        let journal: Journal
        mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
            map = views.map(of: frame) { turn in
                if turn != .upright { journal.note("\(frame.pts) \(turn)") }
                return SceneTests.map(Int(frame.pts), turned: turn != .upright)
            }
        }
    }

    /// All that is known of the frames of a range, a line each.
    private static func lines(_ range: Range<Int>, _ way: Way) throws -> [String] {
        let (journal, seen) = (Journal(), Journal())
        let estimator = Views(
            views: TurnedViews(way.turns, level: 0.2, isolatesFrames: false), journal: seen)
        let primary = FakePrimary { frame, region in
            let kept = region.mask?.keptFraction ?? 1
            let score = min(0.3 + kept + Float(frame.pts % 7) / 20, 1)
            guard let prediction = Prediction(labels: ["a", "b"], scores: [score, 1 - score]) else {
                throw FakeError("prediction")
            }
            return prediction
        }
        var parts = [
            Pipeline.Part("estimate", EstimateStage(estimator: estimator)),
            Pipeline.Part("mask", MaskStage(settings: way.settings)),
            Pipeline.Part("primary", PrimaryStage(model: primary, interval: 0.1, skip: 0.05)),
        ]
        if let classes = way.classes {
            let stage = ClassStage(classes: classes, hold: 0.5, settings: way.settings)
            parts.append(Pipeline.Part("classes", stage))
        }
        parts.append(Pipeline.Part("render", RenderStage()))
        var probe = ProbeBench.parameters
        (probe.probeInterval, probe.burstInterval) = (0.2, 0.04)
        let confidence = ConfidenceController.Parameters(
            initial: 0.4, min: 0.2, max: 0.8, low: 0.45, high: 0.6, slew: 2)
        let controller: any ThresholdController =
            way.probes
            ? ProbeController(parameters: probe) : ConfidenceController(parameters: confidence)
        _ = try Pipeline(
            source: Frames(numbers: range), parts: parts, sink: FakeSink(Journal()),
            scenes: SceneBoundaries(limit: 20.0 / 25),
            controller: way.apart ? SubjectControllers(controller) : controller,
            depth: 4, lookahead: way.settings.lookahead,
            observe: { work, _ in
                journal.note(
                    "\(work.source.pts) \(work.lowestThreshold) \(work.mask?.cells ?? []) "
                        + "\(work.threshold) \(work.subjects) \(work.primary) \(String(describing: work.probe))"
                )
            }
        ).run()
        return journal.lines + seen.lines
    }

    @Test("Each scene is masked as if it were alone", arguments: Way.all)
    func independent(way: Way) throws {
        let whole = try Self.lines(0..<Self.count, way)
        // The limit counts from the first frame, so only scenes that begin with it stand alone.
        for (start, end) in zip(Self.starts, Self.starts.dropFirst() + [Self.count]) {
            let alone = try Self.lines(start..<end, way)
            let same = whole.filter { line in
                line.split(separator: " ").first.flatMap { Int($0) }.map((start..<end).contains)
                    == true
            }
            #expect(same == alone, "from \(start)")
        }
        let thresholds = Set(whole.compactMap { $0.split(separator: " ").dropFirst().first })
        #expect(way.settings.rule.inverts || thresholds.count > 2, "the threshold moves")
    }

    @Test("A fresh controller begins a scene, and learns from frames of that scene only")
    func controllers() throws {
        struct Stairs: ThresholdController {
            var threshold: Float = 0
            var move: ThresholdMove?
            mutating func update(with measurement: FrameMeasurement) {
                threshold += 1
                move = .tighten
            }
        }
        struct Source: FrameSource {
            let format = SceneTests.format
            var index = 0
            mutating func next() throws -> Frame? {
                defer { index += 1 }
                let frame = Frame.painted(format, pts: Int64(index)) { _, _, _ in 100 }
                return index < 20 ? frame.replacing(beginsScene: [10, 13].contains(index)) : nil
            }
        }
        let journal = Journal()
        _ = try Pipeline(
            source: Source(), parts: [Pipeline.Part("paint", FakeStage.painting)],
            sink: FakeSink(Journal()), controller: Stairs(), depth: 4
        ) { work, move in journal.note("\(Int(work.threshold)) \(move?.rawValue ?? "-")") }.run()
        let expected = (0..<20).map { index in
            let start = index < 10 ? 0 : index < 13 ? 10 : 13
            let steps = max(0, index - start - 3)
            return "\(steps) \(index == 10 ? "cut" : steps > 0 ? "tighten" : "-")"
        }
        #expect(journal.lines == expected)
    }
}
