import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// What is recorded of frames comes back as it was.
@Suite struct AnalysisTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let turned = Orientation(transposes: true, flipsX: true)

    private func map(_ seed: Int) -> ConfidenceMap {
        ConfidenceMap(
            width: 5, height: 3,
            values: (0..<15).map { Float(($0 * 4099 + seed * 977) % 65_536) / 65_535 })
    }

    private func frame(_ pts: Int64, _ orientation: Orientation = .upright) -> Frame {
        var format = FrameFormat.small(timeBase: Rational(1, 25))
        format.orientation = orientation
        let buffer = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        return Frame(format: format, pts: pts, duration: 1, buffer: buffer.freeze())
    }

    private func write(_ maps: [ConfidenceMap], _ orientation: Orientation = .upright) throws
        -> String
    {
        let path = folder.path("maps.mkv")
        let sink = MapSink(path, reads: ReadFiles()) { Issue.record("\($0)") }
        for (index, map) in maps.enumerated() {
            try sink.write(map, of: frame(Int64(index), orientation))
        }
        try sink.finish()
        return path
    }

    @Test(arguments: [Orientation.upright, turned])
    func mapsComeBack(orientation: Orientation) throws {
        let maps = (0..<4).map(map)
        var source = try MapSource(write(maps, orientation))
        for map in maps { #expect(try source.next()?.turned(orientation.inverse) == map) }
        #expect(try source.next() == nil)
    }

    /// Events of frames; of those in `misses` the map was missing.
    private func events(_ count: Int, misses: Set<Int> = []) throws -> String {
        let path = folder.path("events.ndjson")
        let writer = try EventWriter(path: path)
        for index in 0..<count {
            var work = FrameWork(index: index, source: frame(Int64(index)), threshold: 0.1)
            if misses.contains(index) { work.miss = .missing }
            try writer.write(.frame(FrameRecord(exactly: work, move: .tighten)))
        }
        return path
    }

    @Test func findingsBelongToTheirFrames() throws {
        let maps = (0..<2).map(map)
        let frames = try RecordedFrames(events: events(3, misses: [1]), maps: write(maps))
        var findings = RecordedFindings(frames, labels: [])
        let found = try (0..<3).map { try findings.findings(of: frame($0)) }
        #expect(found.map(\.map) == [maps[0], nil, maps[1]])
        #expect(found.map(\.miss) == [nil, .missing, nil])
        #expect(found.allSatisfy { $0.threshold == 0.1 && $0.move == .tighten })
        #expect(throws: MaskStreamError.self) { try findings.findings(of: frame(3)) }
        var others = RecordedFindings(
            try RecordedFrames(events: events(3), maps: folder.path("maps.mkv")), labels: [])
        #expect(throws: MaskStreamError.self) { try others.findings(of: frame(7)) }
    }

    private struct Counting: ConfidenceEstimator {
        let journal: Journal

        mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
            journal.note("\(frame.pts)")
            map = ConfidenceMap(width: 5, height: 3, repeating: 1)
        }
    }

    @Test("What an interrupted run saw is not seen again")
    func goesOn() throws {
        let (maps, journal) = ((0..<2).map(map), Journal())
        // Of the third frame the map was lost.
        let earlier = try RecordedFrames(events: events(3), maps: write(maps))
        var estimator = ResumedEstimator(Counting(journal: journal), behind: earlier)
        var found: [ConfidenceMap] = []
        for pts in [0, 1, 2, 3] as [Int64] {
            var map = ConfidenceMap(width: 0, height: 0)
            try estimator.estimate(frame(pts), into: &map)
            found.append(map)
        }
        #expect(Array(found.prefix(2)) == maps)
        #expect(journal.lines == ["2", "3"])
    }
}
