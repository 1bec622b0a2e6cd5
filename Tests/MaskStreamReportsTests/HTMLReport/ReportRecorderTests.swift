import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct ReportRecorderTests {
    private static func log(_ notes: [FrameNote]) -> ReportRecorder {
        var log = ReportRecorder(fill: .zero, tolerance: 0.05)
        for note in notes { log.note(note) }
        return log
    }

    /// A probe whose mask in force has a regret.
    static func probe(
        regret: Float, votes: Bool = true, gain: Bool = false
    ) -> ProbeReading {
        func view(_ regret: Float) -> ProbeReading.View {
            .init(threshold: 0.5, label: "a", confidence: 0.9, regret: regret, divergence: 0)
        }
        return ProbeReading(
            reference: view(0), current: view(regret), tighter: view(regret + 0.1),
            looser: view(regret - 0.1), gain: gain, votes: votes)
    }

    @Test("A million frames take no more memory and no larger page than ten thousand")
    func bounded() throws {
        var log = ReportRecorder(fill: .zero, tolerance: 0.05)
        var size = 0
        for frame in 0..<1_000_000 {
            log.note(
                FrameNote(
                    time: Double(frame) / 30, threshold: Float(frame % 7) / 10,
                    kept: Float(frame % 11) / 11, confidence: Float(frame % 13) / 13,
                    label: "label \(frame / 1000 % 9)", subjects: frame % 3,
                    isCut: frame % 1000 == 0, miss: frame % 17 == 0 ? .nan : nil,
                    move: frame % 2 == 0 ? .loosen : .tighten,
                    probe: frame % 10 == 0 ? Self.probe(regret: 0.01) : nil))
            if frame == 9_999 { size = try Self.page(log).utf8.count }
        }
        #expect(log.series.buckets.count <= ReportRecorder.capacity)
        #expect(log.regrets.buckets.count <= ReportRecorder.capacity)
        let gaps = (0..<20).map { SubjectGap(start: 0, end: Double($0), framesWithMap: 1) }
        #expect(log.spans.reviewed(with: gaps, until: log.end).count == 12)
        #expect(log.spans.farthestMoves.count <= 8)
        #expect(log.series.buckets.last?.end == 999_999.0 / 30)
        #expect(size < 400_000)
        #expect(try Self.page(log).utf8.count < 400_000)
    }

    private static func page(_ log: ReportRecorder) throws -> String {
        try HTMLReport(
            recorder: log, report: PipelineCounts(),
            facts: ReportFacts(version: "1", input: "a", profile: "b", exit: 0)
        ).html { _ in [] }
    }

    @Test("Misses last until the next sound frame; a gap of misses alone is no other stretch")
    func spans() {
        let subjects = [0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]
        let misses: [Int: Miss] = [7: .damaged, 9: .nan, 10: .nan]
        let log = Self.log(
            subjects.enumerated().map { frame, count in
                FrameNote(time: Double(frame), subjects: count, miss: misses[frame])
            })
        let gaps = [
            SubjectGap(start: 3, end: 6, frames: 2, framesWithMap: 2),
            SubjectGap(start: 6, end: 8, frames: 1, framesWithMap: 0),
        ]
        #expect(
            log.spans.reviewed(with: gaps, until: log.end) == [
                ReviewSpan(reason: .gap, start: 3, end: 6, frames: 2),
                ReviewSpan(reason: .miss(.nan), start: 9, end: 11, frames: 2),
                ReviewSpan(reason: .miss(.damaged), start: 7, end: 8, frames: 1),
            ])
        #expect(log.marked == [.noSubject: 4, .damaged: 1, .miss: 2])
    }

    @Test("Images of a folder are known as such")
    func folder() {
        let log = Self.log(
            [1, 0, 1].enumerated().map { frame, count in
                FrameNote(time: Double(frame), subjects: count, isAlone: true)
            })
        #expect(log.isFolder)
    }

    @Test("Steps for the same reason in a row are one move")
    func moves() {
        let steps: [(Double, Float, ThresholdMove?)] = [
            (0, 0.5, nil), (0.1, 0.45, .loosen), (0.2, 0.45, nil), (0.5, 0.4, .loosen),
            (0.6, 0.5, .tighten), (2, 0.6, .tighten),
        ]
        let log = Self.log(
            steps.map { FrameNote(time: $0.0, threshold: $0.1, move: $0.2) })
        #expect(log.moves == [.loosen: 2, .tighten: 2])
        let farthest = log.spans.farthestMoves
        #expect(farthest.map(\.steps).sorted() == [1, 1, 2])
        #expect(
            farthest.contains(
                MoveSpan(reason: .loosen, start: 0.1, end: 0.5, from: 0.5, to: 0.4, steps: 2)))
    }

    @Test("Probes are counted; those without a vote draw no point")
    func probes() {
        let probes = [
            Self.probe(regret: 0.02), Self.probe(regret: 0.2, gain: true),
            Self.probe(regret: 0, votes: false),
        ]
        let log = Self.log(
            probes.enumerated().map { FrameNote(time: Double($0), probe: $1) })
        #expect(log.probes.all == 3)
        #expect(log.probes.votes == 2)
        #expect(log.probes.within == 1)
        #expect(log.probes.gains == 1)
        #expect(log.regrets.buckets.count == 2)
    }
}
