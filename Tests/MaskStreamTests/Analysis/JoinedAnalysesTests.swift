import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Manifests of parts, and which parts are of one whole.
@Suite struct JoinedAnalysesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let text = """
        device: cpu, 1 thread
        fingerprint: '7'
        frames:
          corrupt: 0
          dropped: 0
          frames_in: 10
          frames_out: 10
          longest_gap: 0.7667
          missed: 1
          primary_skipped: 2
          undetected: 3
        input:
          name: /a_bC.mp4
          sha256: '5'
          size: 3
        options:
          --threshold:
          - '0.4'
        profile:
          digest: '6'
          folder: /p
          name: p_q
          sha256: '8'
        proposals: []
        schema: 1
        segment:
          begins: 2.8
          ends: 7.32
          from: 2
          seen:
            first: 2.8
            frames_after: 1
            frames_before: 4
            last: 7.2
          to: 6.123457
        state: done
        version: '1.0'

        """

    /// A folder that holds nothing but a manifest.
    private func part(_ name: String, _ change: (inout AnalysisManifest) -> Void = { _ in }) throws
        -> String
    {
        let path = folder.path(name)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        _ = try folder.write(Data(Self.text.utf8), to: "\(name)/analysis.yaml")
        var manifest = try #require(try AnalysisManifest(ofFile: "\(path)/analysis.yaml"))
        change(&manifest)
        _ = try folder.write(Data(manifest.yaml().utf8), to: "\(name)/analysis.yaml")
        return path
    }

    private func span(_ from: Double, _ to: Double?, _ begins: Double?, _ ends: Double?)
        -> (inout AnalysisManifest) -> Void
    {
        {
            var segment = Segment(from: from, to: to)
            (segment.begins, segment.ends) = (begins, ends)
            $0.segment = segment
        }
    }

    @Test func aManifestIsWrittenAsAPersonWould() throws {
        let path = try part("a")
        let text = try String(contentsOfFile: "\(path)/analysis.yaml", encoding: .utf8)
        #expect(text == Self.text, "\(text)")
        let receipt = try #require(try AnalysisManifest(ofFile: "\(path)/analysis.yaml")).receipt
        #expect(receipt.state == .done && receipt.exit == 0 && receipt.version == "1.0")
        #expect(receipt.input.sha256 == "5" && receipt.input.name == "/a_bC.mp4")
        #expect(receipt.profile == .init(name: "p_q", sha256: "6"))
        #expect(receipt.options == ["--threshold": ["0.4"]] && receipt.fingerprint == "7")
        #expect(receipt.segment?.begins == 2.8)
        #expect(receipt.segment?.seen?.framesBefore == 4)
        #expect(receipt.frames?.primarySkipped == 2 && receipt.frames?.longestGap == 0.7667)
    }

    @Test(arguments: [
        (Segment(from: 2, to: 6.123457), true), (Segment(from: 2, to: 6.1234567), true),
        (Segment(from: 2, to: 6.1234), false), (Segment(from: 2), false),
        (Segment(from: 0, to: 6.123457), false), (nil, false),
    ]) func onlyTheSamePartGoesOn(segment: Segment?, isSame: Bool) throws {
        let found = try #require(
            try AnalysisManifest(ofFile: part("a") + "/analysis.yaml"))
        var wanted = found
        wanted.segment = segment
        #expect(found.isSameWork(as: wanted) == isSame)
        #expect(wanted.isSameWork(as: found) == isSame)
    }

    @Test func partsAreOrderedByTheirTimes() throws {
        let paths = try [
            part("a", span(6, nil, 9, nil)), part("b", span(4, 6, nil, nil)),
            part("c", span(0, 4, 0.08, 9)),
        ]
        let joined = try JoinedAnalyses(paths)
        #expect(joined.folders.map(\.path) == [paths[2], paths[0]])
        #expect(joined.parts.parts.map(\.path) == [paths[2], paths[0]])
        #expect(joined.parts.frames.framesOut == 20 && joined.parts.frames.missed == 2)
        let whole = joined.manifest
        #expect(whole.state == .claim && whole.segment == nil && whole.frames == nil)
        #expect(whole.proposals == nil && whole.options == ["--threshold": ["0.4"]])
        #expect(throws: MaskStreamError.self) { try joined.parts.checkBeginning(0) }
    }

    @Test func whatIsNotOfOneWholeIsNamedWithItsRemedy() throws {
        let cases: [(change: (inout AnalysisManifest) -> Void, says: [String])] = [
            (span(6, nil, 9, nil), ["do not meet", "analyze what is between them: --segment 4-6"]),
            (span(4, 8, 5, 9), ["9.0 s", "analyze the rest: --segment 8-"]),
            (span(2, nil, 3, nil), ["do not meet", "analyze it again"]),
            ({ $0.segment = nil }, ["no analysis of a part", "--segment"]),
            ({ $0.state = .claim }, ["did not end", "analyze it again: --segment 4-"]),
            ({ $0.version = "2" }, ["version: 1.0", "analyze one of them again"]),
            ({ $0.input.sha256 = "9" }, ["input: 5"]),
            ({ $0.profile.digest = "9" }, ["profile: 6"]),
            ({ $0.options = [:] }, ["--threshold: 0.4", "none"]),
            ({ $0.device = "cuda" }, ["device", "cuda"]),
            ({ $0.fingerprint = nil }, ["fingerprint: 7", "none"]),
        ]
        let first = try part("first", span(0, 4, 0, 5))
        for (index, item) in cases.enumerated() {
            let other = try part("\(index)") {
                span(4, nil, 5, nil)(&$0)
                item.change(&$0)
            }
            let error = #expect(throws: MaskStreamError.self) {
                try JoinedAnalyses([first, other])
            }
            let text = "\(error?.message ?? ""); \(error?.hint ?? "")"
            #expect(error?.code == .badData)
            for word in item.says + [other] { #expect(text.contains(word), "\(text)") }
        }
        let error = #expect(throws: MaskStreamError.self) {
            try JoinedAnalyses([first, folder.path("none")])
        }
        #expect(error?.code == .noInput && error?.message.contains("none") == true)
    }

    @Test func onlyAWholeIsRead() throws {
        let part = try part("a")
        let error = #expect(throws: MaskStreamError.self) { try AnalysisFolder(reading: part) }
        #expect(error?.code == .badData && error?.hint?.contains("maskstream join") == true)
        let whole = try self.part("b") { ($0.segment, $0.frames) = (nil, nil) }
        #expect(try AnalysisFolder(reading: whole).manifest.segment == nil)
    }
}
