import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Which receipts are of one whole, and what was counted of it.
@Suite struct JoinedPartsTests {
    private func receipt(
        _ from: Double, _ to: Double?, _ begins: Double?, _ ends: Double?, frames: Int = 10,
        seen: SubjectSightings? = nil, _ change: (inout Receipt) -> Void = { _ in }
    ) -> Receipt {
        var input = Receipt.Input(name: "a.mp4")
        (input.size, input.sha256) = (3, "5")
        var receipt = Receipt(
            version: "1", input: input, profile: .init(name: "p", sha256: "6"),
            options: ["--crf": ["20"]], device: "cpu")
        var segment = Segment(from: from, to: to)
        (segment.begins, segment.ends, segment.seen) = (begins, ends, seen)
        receipt.segment = segment
        receipt.state = .done
        receipt.exit = 0
        receipt.fingerprint = "7"
        var counts = PipelineCounts()
        (counts.framesIn, counts.framesOut) = (frames, frames)
        counts.missed = 1
        receipt.frames = Receipt.Frames(counts, dropped: 0, corrupt: 2)
        change(&receipt)
        return receipt
    }

    private func join(_ receipts: [Receipt]) throws -> JoinedParts {
        try JoinedParts(receipts.enumerated().map { ("\($0).json", $1) })
    }

    private func problem(_ receipts: [Receipt]) throws -> String {
        let error = #expect(throws: MaskStreamError.self) { try join(receipts) }
        #expect(error?.code == .badData)
        return "\(error?.message ?? ""); \(error?.hint ?? "")"
    }

    @Test func partsAreOrderedByTheirTimesAndEmptyOnesAddNothing() throws {
        let parts = try join([
            receipt(6, nil, 9, nil, frames: 3), receipt(4, 6, nil, nil, frames: 0),
            receipt(0, 4, 0.08, 5), receipt(4, 6, 5, 9, frames: 7),
        ])
        #expect(parts.parts.map(\.path) == ["2.json", "3.json", "0.json"])
        #expect(parts.frames.framesOut == 20 && parts.frames.missed == 3)
        #expect(parts.frames.corrupt == 6)
        try parts.checkBeginning(0.08)
        let error = #expect(throws: MaskStreamError.self) { try parts.checkBeginning(0) }
        #expect(error?.message.contains("2.json") == true)
    }

    @Test func whatDoesNotMeetNamesBothAndTheRemedy() throws {
        let cases: [(receipts: [Receipt], says: [String])] = [
            (
                [receipt(0, 4, 0, 5), receipt(6, nil, 9, nil)],
                ["0.json", "1.json", "--segment 4-6"]
            ),
            (
                [receipt(0, 4, 0, 5), receipt(4, nil, 5.04, nil)],
                ["5.0 s", "5.04 s", "--segment 0-4, --segment 4-"]
            ),
            ([receipt(0, 4, 0, 5), receipt(4, 8, 5, 9)], ["9.0 s", "1.json", "--segment 8-"]),
            ([receipt(0, nil, 0, nil), receipt(4, nil, 5, nil)], ["input's end", "leave one"]),
            ([receipt(0, 4, 0, 5), receipt(0, 4, 0, 5), receipt(4, nil, 5, nil)], ["do not meet"]),
            ([receipt(0, 4, nil, nil)], ["none of the parts"]),
        ]
        for (receipts, says) in cases {
            let text = try problem(receipts)
            for word in says { #expect(text.contains(word), "\(text)") }
        }
    }

    @Test func whatDiffersIsNamedWithItsValues() throws {
        let changes: [(String, (inout Receipt) -> Void)] = [
            ("version: 1 (0.json), 2 (1.json)", { $0.version = "2" }),
            ("input: 5 (0.json), 8 (1.json)", { $0.input.sha256 = "8" }),
            ("profile: 6 (0.json), 9 (1.json)", { $0.profile.sha256 = "9" }),
            ("device: cpu (0.json), cuda (1.json)", { $0.device = "cuda" }),
            ("fingerprint: 7 (0.json), none (1.json)", { $0.fingerprint = nil }),
            ("--crf: 20 (0.json), 21 (1.json)", { $0.options["--crf"] = ["21"] }),
            ("--invert: none (0.json), given (1.json)", { $0.options["--invert"] = [] }),
            ("exit 70 (1.json)", { $0.exit = 70 }), ("did not end (1.json)", { $0.state = .claim }),
            ("no receipt of a part (1.json)", { $0.segment = nil }),
        ]
        for (words, change) in changes {
            let text = try problem([receipt(0, 4, 0, 5), receipt(4, nil, 5, nil, change)])
            #expect(text.contains(words), "\(text)")
        }
    }

    @Test func gapsGoOnWhereFramesLieBetween() throws {
        func seen(_ first: Double, _ before: Int, _ last: Double, _ after: Int)
            -> SubjectSightings
        {
            SubjectSightings(first: first, framesBefore: before, last: last, framesAfter: after)
        }
        let cases: [([SubjectSightings?], [Range<Double>])] = [
            ([seen(0, 0, 4.96, 0), seen(5, 0, 9, 0), nil], []),
            ([seen(0, 0, 4.9, 1), seen(5, 0, 9, 0), seen(9.5, 0, 9.5, 0)], [4.9..<5]),
            ([seen(0, 0, 4, 9), nil, seen(9.5, 3, 9.9, 0)], [4..<9.5]),
            ([seen(0, 0, 4.96, 0), nil, seen(9, 0, 9, 0)], [4.96..<9]),
            ([nil, seen(6, 1, 7, 1), nil], []), ([nil, nil, nil], []),
        ]
        for (seen, gaps) in cases {
            let parts = try join([
                receipt(0, 4, 0, 5, seen: seen[0]), receipt(4, 8, 5, 9, seen: seen[1]),
                receipt(8, nil, 9, nil, seen: seen[2]),
            ])
            #expect(parts.gaps == gaps)
            let longest = gaps.map { $0.upperBound - $0.lowerBound }.max() ?? 0
            #expect(abs(parts.frames.longestGap - longest) < 1e-4)
        }
    }

    @Test func sightingsAreThoseOfAPipeline() {
        var counts = PipelineCounts()
        #expect(counts.sightings == nil)
        for (index, isSeen) in [false, false, true, false, true, false].enumerated() {
            counts.sight(isSeen, at: Double(index))
        }
        #expect(
            counts.sightings
                == SubjectSightings(first: 2, framesBefore: 2, last: 4, framesAfter: 1))
        #expect(counts.longestGap == 2)
    }
}

/// The events of parts as those of the whole.
@Suite struct JoinedEventsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let start =
        #"{"depth":6,"device":"cpu","input":"ä \"1\"","lookahead":3,"profile":{"name":"p_q","#
        + #""sha256":"ab"},"schema":1,"smallest":9,"type":"start","version":"1","video":{"height":4,"#
        + #""pix_fmt":"gray","rotation":90,"time_base":"1/25","width":8}}"#
    private static let end =
        #"{"corrupt":0,"dropped":0,"exit":0,"frames_in":1,"frames_out":1,"longest_gap":0,"missed":0,"#
        + #""primary_skipped":0,"schema":1,"type":"end","undetected":0}"#

    private static func frame(_ number: Int, _ threshold: String, rich: Bool = false) -> String {
        let subject =
            #"{"box":[2,1,2,3],"confidence":0.1,"label":"very_happy","scores":{"frame":0.3,"#
            + #""veryHappy":0.1,"very_happy":0.9346},"track":2}"#
        let view = #"{"confidence":0.7,"js":0.0001,"label":null,"regret":"inf","threshold":null}"#
        let probe =
            #"{"current":\#(view),"gain":true,"looser":\#(view),"reference":\#(view),"#
            + #""tighter":\#(view)}"#
        return
            #"{"file":null,"frame":\#(number),"kept":0.0938,"miss":null,"primary":"ran","#
            + #""probe":\#(rich ? probe : "null"),"pts":1001,"schema":1,"subjects":["#
            + #"\#(rich ? subject : "")],"threshold":\#(threshold),"time":0.033367,"#
            + (rich ? #""tokens":{"all":9,"kept":3},"# : "") + #""type":"frame"}"#
    }

    private static func move(_ number: Int, _ from: String, _ to: String, _ reason: String)
        -> String
    {
        #"{"frame":\#(number),"from":\#(from),"reason":"\#(reason)","schema":1,"to":\#(to),"#
            + #""type":"threshold"}"#
    }

    private static func warning(_ code: String) -> String {
        #"{"code":"\#(code)","message":"a","schema":1,"type":"warning"}"#
    }

    /// Joins the lines of parts, of which each ends at a threshold.
    private func join(_ parts: [([String], Float)], frames: Int) throws -> [String] {
        let path = folder.path("all")
        var events = JoinedEvents(try EventWriter(path: path))
        for (lines, last) in parts {
            let part = try folder.write(Data(lines.map { $0 + "\n" }.joined().utf8), to: "part")
            try events.append(part, last: last)
        }
        var counts = PipelineCounts()
        (counts.framesIn, counts.framesOut) = (frames, frames)
        try events.end(
            Receipt.Frames(counts, dropped: 0, corrupt: 0), warnings: [("b", "a")], exit: 0)
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map(String.init)
    }

    @Test func whyAPartRanWhereItRanMayDiffer() throws {
        let reason = #""device":"cpu","device_reason":"there is no GPU""#
        let part = [Self.start, Self.frame(0, "0.5"), Self.end]
        let other =
            [Self.start.replacing(#""device":"cpu""#, with: reason)] + part.dropFirst()
        #expect(try join([(part, 0.5), (other, 0.5)], frames: 2).first == Self.start)
        #expect(try join([(other, 0.5), (part, 0.5)], frames: 2).first == other[0])
    }

    @Test func framesAreNumberedAnewAndNothingElseChanges() throws {
        let first = [
            Self.start, Self.frame(0, "0.5", rich: true), Self.move(1, "0.5", "0.52", "tighten"),
            Self.frame(1, "0.52"), Self.warning("c"), Self.warning("a"), Self.end,
        ]
        let second = [
            Self.start, Self.frame(0, "0.5"), Self.move(1, "0.5", "0.47", "loosen"),
            Self.frame(1, "0.47", rich: true), Self.warning("a"), Self.end,
        ]
        let all = try join([(first, 0.52), (second, 0.47), (first, 0.5)], frames: 6)
        let expected =
            first.prefix(4) + [
                Self.move(2, "0.52", "0.5", "cut"), Self.frame(2, "0.5"),
                Self.move(3, "0.5", "0.47", "loosen"), Self.frame(3, "0.47", rich: true),
                Self.move(4, "0.47", "0.5", "cut"), Self.frame(4, "0.5", rich: true),
                Self.move(5, "0.5", "0.52", "tighten"), Self.frame(5, "0.52"), Self.warning("a"),
                Self.warning("b"), Self.warning("c"),
                Self.end.replacing(":1,\"frames_out\":1", with: ":6,\"frames_out\":6"),
            ]
        #expect(all == Array(expected))
    }

    @Test func aThresholdThatDiffersByLessThanIsToldMovesAllTheSame() throws {
        let part = [Self.start, Self.frame(0, "0.5"), Self.end]
        let all = try join([(part, 0.50001), (part, 0.5)], frames: 2)
        #expect(all[2] == Self.move(1, "0.5", "0.5", "cut"))
        #expect(try join([(part, 0.5), (part, 0.5)], frames: 2)[2] == Self.frame(1, "0.5"))
    }

    /// A frame of an analysis, whose threshold is told exactly.
    private static func found(_ number: Int, _ threshold: String, move: String? = nil) -> String {
        let move = move.map { #""move":"\#($0)","# } ?? ""
        let findings = #"{\#(move)"subjects":[],"threshold":\#(threshold)}"#
        return frame(number, "0.3333").replacing(
            #""frame":"#, with: #""findings":\#(findings),"frame":"#)
    }

    @Test func exactThresholdsSayWhetherTheyMove() throws {
        let (low, high) = ("0.33333", "0.33334")
        let part = [Self.start, Self.found(0, low), Self.end]
        let other = [Self.start, Self.found(0, high), Self.end]
        let all = try join([(part, 0.3), (part, 0.3), (other, 0.3)], frames: 3)
        #expect(
            all[1...4] == [
                Self.found(0, low), Self.found(1, low), Self.move(2, "0.3333", "0.3333", "cut"),
                Self.found(2, high, move: "cut"),
            ])
    }

    @Test(arguments: [
        [], [frame(0, "0.5")], [start, "{}"], [start, #"{"schema":2,"type":"frame"}"#],
        [start.replacing("cpu", with: "cuda"), frame(0, "0.5")],
    ]) func whatIsNotOfTheWholeIsRefused(lines: [String]) throws {
        let error = #expect(throws: MaskStreamError.self) {
            try join([([Self.start, Self.frame(0, "0.5")], 0.5), (lines, 0.5)], frames: 2)
        }
        #expect(error?.code == .badData && error?.message.contains(folder.path("part")) == true)
    }
}
