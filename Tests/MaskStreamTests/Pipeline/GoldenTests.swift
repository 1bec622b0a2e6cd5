import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// One run through the real stages whose every picture is known by its hashes.
struct GoldenRun: Sendable, CustomTestStringConvertible {
    let name: String
    var format = FrameFormat(width: 64, height: 48)
    var settings = MaskStage.Settings()
    var emit = RenderStage.Emit.masked
    var fill = MaskFill.zero
    /// Seconds of a frame are these hundredths, in turns.
    var steps: [Int64] = [4]
    var interval = 0.0
    /// Frames whose map is not finite.
    var missed: Set<Int> = []

    var testDescription: String { name }

    static let all: [GoldenRun] = {
        var stable = MaskStage.Settings()
        stable.rule.hysteresis = 0.04
        stable.rule.hold = 0.1
        stable.rule.dilate = 0.02
        stable.smoothing = 0.5
        var twoSided = stable
        twoSided.lookahead = 3
        var inverted = stable
        inverted.rule.inverts = true
        var held = MaskStage.Settings()
        held.onMiss = .hold
        held.missHold = 0.1
        let deep = FrameFormat(
            width: 37, height: 25,
            pixelFormat: PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1),
            color: ColorInfo(range: .full, matrix: 9),
            orientation: Orientation(transposes: true, flipsX: true))
        return [
            GoldenRun(name: "exact"),
            GoldenRun(name: "stable", settings: stable),
            GoldenRun(name: "two-sided", settings: twoSided, missed: [5, 6]),
            GoldenRun(name: "invert-blur", settings: inverted, fill: .blur(nil)),
            GoldenRun(
                name: "deep-pixelate", format: deep, settings: stable, fill: .pixelate(6),
                steps: [1, 9, 3]),
            GoldenRun(name: "hold-misses", settings: held, missed: [0, 5, 6, 7, 8, 9, 14]),
            GoldenRun(name: "interval-overlay", settings: stable, emit: .overlay, interval: 0.1),
            GoldenRun(name: "confidence", settings: stable, emit: .confidence),
            GoldenRun(
                name: "mask-444", format: FrameFormat(width: 33, height: 17, pixelFormat: .yuv444p),
                emit: .mask),
        ]
    }()

    /// The lines `index pts threshold kept md5(Y) md5(U) md5(V)`.
    func lines() throws -> [String] {
        let journal = Journal()
        let hashes = Journal()
        let times = (0..<24).reduce(into: [Int64(0)]) { times, index in
            times.append((times.last ?? 0) + 10 * steps[index % steps.count])
        }
        let source = FakeSource(24, format: format, pts: { times[$0] }, paint: Self.paint)
        let primary = FakePrimary { frame, region in
            // The more is kept, the surer.
            let kept = region.mask?.keptFraction ?? 0
            guard let prediction = Prediction(labels: ["seen", "lost"], scores: [kept, 1 - kept])
            else {
                throw FakeError("prediction")
            }
            return prediction
        }
        let parameters = ConfidenceController.Parameters(
            initial: 0.4, min: 0.2, max: 0.8, low: 0.1, high: 0.15, slew: 1)
        let pipeline = Pipeline(
            source: source,
            parts: [
                Pipeline.Part("estimate", EstimateStage(estimator: FakeEstimator(estimate))),
                Pipeline.Part("mask", MaskStage(settings: settings)),
                Pipeline.Part("primary", PrimaryStage(model: primary, interval: interval)),
                Pipeline.Part("render", RenderStage(emit: emit, fill: fill)),
            ],
            sink: FakeSink(Journal(), onWrite: { frame in hashes.note(Self.hashes(frame)) }),
            controller: ConfidenceController(parameters: parameters), lookahead: settings.lookahead,
            observe: { work, _ in
                journal.note(
                    "\(work.index) \(work.source.pts) \(work.threshold) \(work.keptFraction)")
            })
        _ = try pipeline.run()
        return zip(journal.lines, hashes.lines).map { "\($0) \($1)" }
    }

    /// A slanted gradient that moves, and another scene from the sixteenth frame on.
    @Sendable private static func paint(_ buffer: inout MutablePixelBuffer, _ index: Int) {
        let scale = 1 << (buffer.format.bitDepth - 8)
        for plane in 0..<buffer.format.planeCount {
            buffer.set(plane) { x, y in
                let slope = (3 * x + 5 * y + 2 * index + 40 * plane) % 160
                return (index < 16 ? 30 + slope : 250 - slope) * scale
            }
        }
    }

    /// A round blob that wanders through the picture.
    @Sendable private func estimate(_ frame: Frame) throws -> ConfidenceMap {
        let index = Int(frame.pts / 10)
        var map = ConfidenceMap(width: 16, height: 12)
        for cell in map.values.indices {
            let x = Float(cell % 16) - 3 - Float(index % 80) / 8
            let y = Float(cell / 16) - 5
            map.values[cell] = max(0, 1 - (x * x + y * y) / 24)
        }
        if missed.contains(index / 4) { map.values[7] = .nan }
        return map
    }

    private static func hashes(_ frame: Frame) -> String {
        (0..<frame.format.pixelFormat.planeCount).map { plane in
            var samples = Data()
            let bytes = frame.format.pixelFormat.bytesPerSample
            frame.buffer.withPlane(plane) { plane in
                for y in 0..<plane.height {
                    samples.append(
                        contentsOf: UnsafeRawBufferPointer(
                            start: plane.base + y * plane.stride, count: plane.width * bytes))
                }
            }
            return MessageDigest.md5.hexadecimal(of: samples)
        }.joined(separator: " ")
    }
}

struct GoldenTests {
    @Test("Every picture and threshold is as recorded", arguments: GoldenRun.all)
    func golden(run: GoldenRun) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Goldens/\(run.name).txt")
        let lines = try run.lines()
        #expect(lines.count == 24)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            return
        }
        let recorded = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n").map(String.init)
        #expect(recorded.count == lines.count)
        for (line, recorded) in zip(lines, recorded) { #expect(line == recorded) }
    }
}
