import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// What an analysis tells of a frame is enough to make it again.
@Suite struct FindingsTests {
    private static let few = ["happiness", "sadness"]
    private static let many = (0..<1000).map { "class \($0 / 2)" }

    private func format(_ orientation: Orientation) -> FrameFormat {
        FrameFormat(
            width: 8, height: 4, pixelFormat: .yuv444p, orientation: orientation,
            timeBase: Rational(1, 30_000))
    }

    private func work(_ labels: [String], _ format: FrameFormat) -> FrameWork {
        var work = FrameWork(
            index: 7, source: Frame.noise(format, seed: 1, pts: 1001), threshold: 0.1 + 0.2)
        let scores = labels.indices.map { Float(($0 * 37) % labels.count) / 1234.567 }
        work.subjects = [
            Subject(
                box: Box(x: 1, y: 0, width: 3, height: 2), area: 6, track: 12,
                prediction: Prediction(labels: labels, scores: scores), seen: 1.1 / 3),
            Subject(box: Box(x: 6, y: 3, width: 2, height: 1), area: 2),
        ]
        work.subjects[0].threshold = 0.1 + 0.2
        work.primary = .skipped
        work.estimate = .moved
        let view = ProbeReading.View(
            threshold: 1.0 / 3, label: labels[0], confidence: 0.1, regret: -0.7, divergence: 0.2)
        work.probe = ProbeReading(
            reference: view, current: view, tighter: view, looser: view, gain: true, votes: false)
        return work
    }

    /// What comes back of a frame that was written as a line.
    private func read(
        _ work: borrowing FrameWork, _ labels: [String], _ format: FrameFormat
    ) throws -> FrameFindings {
        let folder = try TemporaryFolder()
        let path = folder.path("events.ndjson")
        try EventWriter(path: path).write(.frame(FrameRecord(exactly: work, move: .drop)))
        var reader = try EventReader(path)
        guard case .frame(let record) = try reader.next() else {
            throw ProgramFailure(description: "no frame")
        }
        return try #require(record.findings(labels: labels, format: format))
    }

    @Test(
        arguments: [few, many], [Orientation.upright, Orientation(transposes: true, flipsY: true)])
    func comeBackExactly(labels: [String], orientation: Orientation) throws {
        let format = format(orientation)
        let work = work(labels, format)
        let found = try read(work, labels, format)
        #expect(found.threshold == work.threshold)
        #expect(found.move == .drop)
        #expect((found.primary, found.estimate, found.miss) == (.skipped, .moved, nil))
        #expect(found.probe == work.probe)
        #expect(found.subjects.map(\.box) == work.subjects.map(\.box))
        #expect(found.subjects.map(\.seen) == work.subjects.map(\.seen))
        #expect(found.subjects.map(\.threshold) == work.subjects.map(\.threshold))
        let (then, now) = (work.subjects[0].prediction, found.subjects[0].prediction)
        #expect(now?.best(5) == then?.best(5))
        #expect(now?.confidence == then?.confidence)
        #expect(labels.count > 10 || now == then)
        #expect(found.subjects[1] == work.subjects[1])
    }

    @Test func otherEventsTellNone() throws {
        let format = format(.upright)
        let record = FrameRecord(work(Self.few, format))
        #expect(record.findings(labels: Self.few, format: format) == nil)
        let line = String(decoding: try EventWriter.line(.frame(record)), as: UTF8.self)
        #expect(!line.contains("findings"))
    }

    @Test func aBoxOfOtherThanFourNumbersTellsNone() throws {
        let format = format(.upright)
        let exact = FrameRecord(exactly: work(Self.few, format), move: .drop)
        let line = String(decoding: try EventWriter.line(.frame(exact)), as: UTF8.self)
        let cut = line.replacing(/"box":\[\d+,/) { _ in "\"box\":[" }
        #expect(cut != line)
        let folder = try TemporaryFolder()
        var reader = try EventReader(folder.write(Data(cut.utf8), to: "cut.ndjson"))
        guard case .frame(let record) = try reader.next() else {
            throw ProgramFailure(description: "no frame")
        }
        #expect(record.findings(labels: Self.few, format: format) == nil)
    }

    @Test("Fixed-point scores of 16 bits come back", arguments: [0, 0.25, 0.5, 1, 1.5, -3])
    func fixedPoint(score: Float) {
        let map = ConfidenceMap(width: 1, height: 1, repeating: score).quantized
        #expect(abs(map.values[0] - min(max(score, 0), 1)) <= 0.5 / 65_535)
        #expect(map.quantized == map)
        #expect(ConfidenceMap(width: 1, height: 1, fixedPoint: map.fixedPoint) == map)
    }
}
