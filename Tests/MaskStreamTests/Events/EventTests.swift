import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct EventTests {
    private static func line(_ event: Event) throws -> String {
        String(decoding: try EventWriter.line(event), as: UTF8.self)
    }

    private static let start = Event.start(
        Event.Start(
            version: "1.0", input: "rtsp://camera/ä \"1\"",
            profile: ["name": "face-emotion", "sha256": "ab12"],
            video: Event.Video(
                width: 640, height: 480, pixFmt: "yuv420p", timeBase: "1/90000", rotation: 90),
            device: "cpu", depth: 6, lookahead: 0, detail: 4))
    private static let end = Event.end(
        Event.End(
            framesIn: 10, framesOut: 9, dropped: 1, corrupt: 2, missed: 3, primarySkipped: 4,
            longestGap: 1.23456789, exit: 65))

    /// A frame of a picture turned by a quarter, with a subject that was classified and one not.
    private static func frame(timings: [String: Double]? = nil) -> Event {
        let format = FrameFormat(
            width: 8, height: 4, pixelFormat: .yuv444p,
            orientation: Orientation(transposes: true, flipsX: true), timeBase: Rational(1, 30000))
        var work = FrameWork(
            index: 7, source: Frame.noise(format, seed: 1, pts: 1001), threshold: 0.4)
        var mask = Mask(width: 8, height: 4)
        for cell in 0..<3 { mask.cells[cell] = Mask.kept }
        work.mask = mask
        work.subjects = [
            Subject(
                box: Box(x: 1, y: 0, width: 3, height: 2), area: 6, track: 12,
                prediction: Prediction(
                    labels: ["veryHappy", "sad/low"], scores: [0.93456, 0.06544])),
            Subject(box: Box(x: 6, y: 3, width: 2, height: 1), area: 2),
        ]
        work.primary = .ran
        return .frame(FrameRecord(work, timings: timings))
    }

    private static let frameLine =
        #"{"file":null,"frame":7,"kept":0.0938,"miss":null,"primary":"ran","probe":null,"#
        + #""pts":1001,"schema":1,"subjects":[{"box":[2,1,2,3],"confidence":0.9346,"#
        + #""label":"veryHappy","scores":{"sad/low":0.0654,"veryHappy":0.9346},"track":12},"#
        + #"{"box":[0,6,1,2],"confidence":null,"label":null,"scores":null,"track":null}],"#
        + #""threshold":0.4,"time":0.033367,"#

    @Test("A second look tells what it finds, and why a run ends")
    func secondLook() throws {
        let box = Box(x: 1, y: 2, width: 3, height: 4)
        let finding = VerificationFinding(
            from: 1.00000049, to: 2, frames: 25, box: box, score: 0.123456)
        #expect(
            try Self.line(.finding(finding))
                == #"{"box":[1,2,3,4],"frames":25,"from":1,"schema":1,"score":0.1235,"to":2,"#
                + #""type":"finding"}"# + "\n")
        var verification = Verification()
        verification.count(isExamined: true)
        verification.count(isExamined: false)
        verification.add([finding])
        let look = SecondLook(
            profile: ["name": "faces", "sha256": "ab"], level: 0.1, sameEstimator: false,
            verification)
        #expect(
            try Self.line(.verify(look))
                == #"{"findings":1,"frames":2,"level":0.1,"profile":{"name":"faces","sha256":"ab"},"#
                + #""same_estimator":false,"scenes":1,"schema":1,"type":"verify","unexamined":1}"#
                + "\n")
        guard case .end(var end) = Self.end else { return }
        #expect(try !Self.line(.end(end)).contains("reason"))
        end.reason = "verify"
        #expect(try Self.line(.end(end)).contains(#""reason":"verify""#))
        // Whoever reads events knows them again.
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        func read(_ event: Event) throws -> Event {
            try decoder.decode(EventLine.self, from: EventWriter.line(event)).event
        }
        guard case .finding(let found) = try read(.finding(finding)),
            case .verify(let seen) = try read(.verify(look))
        else {
            Issue.record("other events")
            return
        }
        #expect(found == finding && seen == look)
    }

    @Test("What the estimator sees is told where it is not the usual")
    func seen() throws {
        guard case .start(var start) = Self.start else { return }
        start.detail = 4
        start.turns = 2
        start.smallest = 37
        let line = try Self.line(.start(start))
        #expect(line.contains(#""detail":4,"device":"cpu""#))
        #expect(line.contains(#""schema":1,"smallest":37,"turns":2,"type":"start""#), "\(line)")
    }

    @Test("Each event is one line of known bytes")
    func golden() throws {
        let lines: [(Event, String)] = [
            (
                Self.start,
                #"{"depth":6,"detail":4,"device":"cpu","input":"rtsp://camera/ä \"1\"","#
                    + #""lookahead":0,"profile":{"name":"face-emotion","sha256":"ab12"},"schema":1,"#
                    + #""type":"start","version":"1.0","video":{"height":480,"pix_fmt":"yuv420p","#
                    + #""rotation":90,"time_base":"1/90000","width":640}}"#
            ),
            (Self.frame(), Self.frameLine + #""type":"frame"}"#),
            (
                .threshold(frame: 3, from: 0.4, to: 0.35, reason: ThresholdMove.loosen.rawValue),
                #"{"frame":3,"from":0.4,"reason":"loosen","schema":1,"to":0.35,"type":"threshold"}"#
            ),
            (
                .warning(code: "stream-dropped", message: "stream 1\nis \"cover art\""),
                #"{"code":"stream-dropped","message":"stream 1\nis \"cover art\"","#
                    + #""schema":1,"type":"warning"}"#
            ),
            (
                Self.end,
                #"{"corrupt":2,"dropped":1,"exit":65,"frames_in":10,"frames_out":9,"#
                    + #""longest_gap":1.2346,"missed":3,"primary_skipped":4,"schema":1,"type":"end"}"#
            ),
        ]
        for (event, expected) in lines { #expect(try Self.line(event) == expected + "\n") }
    }

    @Test("Of many classes the five best are told")
    func manyClasses() throws {
        let labels = (0..<1000).map { "class \($0)" }
        let scores = (0..<1000).map { Float($0 % 400) / 1000 }
        var work = FrameWork(
            index: 0, source: Frame.noise(FrameFormat(width: 8, height: 4), seed: 1),
            threshold: 0.4)
        work.subjects = [
            Subject(
                box: Box(x: 0, y: 0, width: 2, height: 2), area: 6,
                prediction: Prediction(labels: labels, scores: scores))
        ]
        let line = try Self.line(.frame(FrameRecord(work)))
        #expect(
            line.contains(
                #""label":"class 399","scores":{"class 397":0.397,"class 398":0.398,"#
                    + #""class 399":0.399,"class 798":0.398,"class 799":0.399}"#))
    }

    @Test("Timings are there on request alone")
    func timings() throws {
        #expect(
            try Self.line(Self.frame(timings: ["estimate": 1.5]))
                == Self.frameLine + #""timings":{"estimate":1.5},"type":"frame"}"# + "\n")
    }

    @Test("A missed frame of a folder names its file and its miss", arguments: Miss.allCases)
    func missed(miss: Miss) throws {
        let format = FrameFormat(width: 2, height: 2)
        let buffer = MutablePixelBuffer(format: .yuv420p, width: 2, height: 2).freeze()
        let frame = Frame(format: format, pts: -40, file: "a.png", buffer: buffer)
        var work = FrameWork(index: 0, source: frame, threshold: 1)
        work.miss = miss
        let line = try Self.line(.frame(FrameRecord(work)))
        #expect(
            line
                == #"{"file":"a.png","frame":0,"kept":0,"miss":""# + miss.rawValue
                + #"","primary":"none","probe":null,"pts":-40,"schema":1,"subjects":[],"#
                + #""threshold":1,"time":-0.04,"type":"frame"}"# + "\n")
    }

    @Test("The file holds the lines in order and replaces an older one")
    func writing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Data("old".utf8), to: "events.ndjson")
        let writer = try EventWriter(path: path)
        try writer.write(Self.start)
        try writer.write(Self.end)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == (try Self.line(Self.start)) + (try Self.line(Self.end)))
    }

    @Test("A file that cannot be made is said so")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path("none/events"), folder.url.path] {
            let error = #expect(throws: MaskStreamError.self) { try EventWriter(path: path) }
            #expect(error?.code == .cannotCreate)
        }
    }
}
