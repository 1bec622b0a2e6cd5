import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// A pipeline whose frames an earlier run has looked at.
@Suite struct RecallTests {
    private struct Earlier: FindingsSource {
        var all: [FrameFindings]

        mutating func findings(of frame: Frame) throws -> FrameFindings { all.removeFirst() }
    }

    private func findings(_ threshold: Float, _ score: Float, _ move: ThresholdMove? = nil)
        -> FrameFindings
    {
        var found = FrameFindings(threshold: threshold)
        found.move = move
        found.map = ConfidenceMap(width: 1, height: 1, repeating: score)
        return found
    }

    @Test("Thresholds, moves and maps are those of the earlier run; damage of either run masks")
    func recalls() throws {
        var missed = findings(0.5, 1)
        (missed.map, missed.miss) = (nil, .damaged)
        let journal = Journal()
        let source = FakeSource(4)
        let damaged = Damaging(source: source, damaged: 80)
        let pipeline = Pipeline(
            source: damaged,
            parts: [
                .init("recall", RecallStage()), .init("mask", MaskStage(settings: .init())),
                .init("paint", FakeStage.painting),
            ],
            sink: FakeSink(Journal()), controller: FixedThreshold(0.9),
            findings: Earlier(all: [
                findings(0.2, 0.3), findings(0.4, 0.3, .tighten), findings(0.2, 1, .loosen), missed,
            ]),
            observe: { work, move in
                journal.note(
                    "\(work.threshold) \(move.map { "\($0)" } ?? "-") \(work.keptFraction) "
                        + "\(work.miss.map { "\($0)" } ?? "-")")
            })
        #expect(try pipeline.run().missed == 2)
        #expect(
            journal.lines == [
                "0.2 - 1.0 -", "0.4 tighten 0.0 -", "0.2 loosen 0.0 damaged", "0.5 - 0.0 damaged",
            ])
    }

    /// A source one of whose frames the decoder had to guess.
    private struct Damaging: FrameSource {
        var source: FakeSource
        let damaged: Int64
        var format: FrameFormat { source.format }

        mutating func next() throws -> Frame? {
            guard let frame = try source.next() else { return nil }
            return Frame(
                format: frame.format, pts: frame.pts, isDamaged: frame.pts == damaged,
                buffer: frame.buffer)
        }
    }
}
