import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct VerifyStageTests {
    private static let format = FrameFormat(
        width: 8, height: 4, pixelFormat: .gray,
        orientation: Orientation(transposes: true, flipsX: true), timeBase: Rational(1, 10))

    /// A frame's map of 4x2 cells; nil is a miss.
    private struct Shown {
        var map: [Float]?
        var beginsScene = false
    }

    private static func verify(
        _ frames: [Shown], level: Float = 0.2, isolatesFrames: Bool = false,
        kept: KeptPlaces? = nil
    ) throws -> Verification {
        let record = Confined(Verification(), label: "maskstream.test.verification")
        var stage = VerifyStage(
            level: level, isolatesFrames: isolatesFrames, kept: kept, into: record)
        for (index, shown) in frames.enumerated() {
            let frame = Frame.painted(format, pts: Int64(index)) { _, _, _ in 0 }
                .replacing(beginsScene: shown.beginsScene)
            var work = FrameWork(index: index, source: frame, threshold: 0.5)
            work.map = shown.map.map { ConfidenceMap(width: 4, height: 2, values: $0) }
            try run(&stage, work) {
                #expect($0.output?.pts == Int64(index))
            }
        }
        try stage.finish { _ in Issue.record("nothing is held back") }
        return record.sync { $0 }
    }

    private static let one: [Float] = [0, 0.3, 0.6, 0, 0, 0, 0, 0]
    private static let none = [Float](repeating: 0.2, count: 8)

    @Test("A component above the level is found, with its peak and its displayed box")
    func found() throws {
        let found = try Self.verify([Shown(map: Self.none), Shown(map: Self.one)])
        #expect(found.frames == 2 && found.unexamined == 0 && found.count == 1)
        // Two cells at 2,0 of 4x2 pixels, seen turned by a quarter.
        let finding = try #require(found.findings.first)
        #expect(finding.box == [2, 2, 2, 4] && finding.score == 0.6)
        #expect(finding.from == 0.1 && finding.frames == 1)
    }

    @Test(
        "What lies wholly in a kept place of its frame is no finding",
        arguments: [
            // The finding covers the stored pixels 2,0 to 6,2.
            ([Box(x: 2, y: 0, width: 4, height: 2)], 1, 0.1, 0),
            ([Box(x: 0, y: 0, width: 8, height: 4)], 1, 0.1, 0),
            ([Box(x: 3, y: 0, width: 5, height: 4)], 1, 0.1, 1),
            (
                [Box(x: 2, y: 0, width: 3, height: 2), Box(x: 5, y: 0, width: 3, height: 2)], 1,
                0.1, 1
            ),
            ([Box(x: 0, y: 0, width: 8, height: 4)], 0, 0, 1),
            ([Box(x: 0, y: 0, width: 8, height: 4)], 1, 0.2, 1), ([], 1, 0.1, 1),
        ])
    func kept(places: [Box], index: Int, time: Double, findings: Int) throws {
        var kept = KeptPlaces(Edits())
        for number in 0..<2 {
            // The input may begin at another time than the output.
            let pts = number == index ? Int64((5 + 10 * time).rounded()) : Int64(5 + number)
            let frame = Frame.painted(Self.format, pts: pts) { _, _, _ in 0 }
            kept.add(frame, number, tracks: number == index ? places : [], regions: [])
        }
        let found = try Self.verify([Shown(map: Self.none), Shown(map: Self.one)], kept: kept)
        #expect(found.count == findings)
    }

    @Test("A score at the level is none")
    func atTheLevel() throws {
        #expect(try Self.verify([Shown(map: Self.none)]).count == 0)
        #expect(try Self.verify([Shown(map: Self.one)], level: 0.6).count == 0)
        #expect(try Self.verify([Shown(map: Self.one)], level: 0.59).count == 1)
    }

    @Test("A frame without a map was not examined")
    func unexamined() throws {
        let found = try Self.verify([Shown(map: Self.none), Shown(), Shown()])
        #expect(found.frames == 3 && found.unexamined == 2)
    }

    @Test("A finding ends with its scene, and scenes with findings are counted")
    func scenes() throws {
        let frames = [
            Shown(map: Self.one), Shown(map: Self.one),
            Shown(map: Self.none, beginsScene: true),
            Shown(map: Self.one, beginsScene: true), Shown(map: Self.one),
        ]
        let video = try Self.verify(frames)
        #expect(video.count == 2 && video.scenes == 2)
        #expect(video.findings.map(\.frames) == [2, 2])
        let images = try Self.verify(frames, isolatesFrames: true)
        #expect(images.count == 4 && images.scenes == 4)
    }

    @Test("Looks at several files are added up")
    func added() throws {
        var all = try Self.verify([Shown(map: Self.one)])
        all.add(try Self.verify([Shown(map: Self.one), Shown()]))
        #expect(all.frames == 3 && all.unexamined == 1 && all.count == 2 && all.scenes == 2)
        #expect(all.findings.count == 2)
    }

    @Test("Only so many findings are kept; all are counted")
    func most() throws {
        let frames = (0..<Verification.mostFindings + 5).map { _ in
            Shown(map: Self.one, beginsScene: true)
        }
        let found = try Self.verify(frames)
        #expect(found.count == frames.count && found.scenes == frames.count)
        #expect(found.findings.count == Verification.mostFindings)
    }
}
