import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct HTMLReportTests {
    private static let hostile = "<script>alert('x')</script>&\"\u{0}\u{202E}"

    /// Six seconds with a gap, a miss, a cut, moves and probes.
    private static func run(
        label: String = "happiness", seed: Int = 1
    ) -> (log: ReportRecorder, counts: PipelineCounts) {
        let format = FrameFormat(width: 8, height: 4, pixelFormat: .gray)
        var log = ReportRecorder(fill: .zero, tolerance: 0.05)
        var counts = PipelineCounts()
        counts.framesIn = 60
        for frame in 0..<60 {
            var noise = SeededGenerator(seed + frame)
            let picture = Frame.painted(format, pts: Int64(frame) * 100) { _, x, _ in
                x < 2 ? 120 : Int.random(in: 0...255, using: &noise)
            }
            var work = FrameWork(
                index: frame, source: picture,
                threshold: frame < 10 ? 0.5 : frame < 40 ? 0.45 : 0.4)
            if frame == 50 {
                work.miss = .nan
            } else {
                work.map = ConfidenceMap(width: 2, height: 1, values: [1, 0])
                var mask = Mask(width: 8, height: 4)
                for cell in 0..<32 where cell % 8 < 2 { mask.cells[cell] = Mask.kept }
                work.mask = mask
                if !(20..<25).contains(frame) {
                    let prediction = Prediction(labels: [label, "fear"], scores: [0.75, 0.25])
                    let box = Box(x: 0, y: 0, width: 4, height: 4)
                    work.subjects = [
                        Subject(box: box, area: 4, track: 3, prediction: prediction),
                        Subject(box: box, area: 1, track: 12),
                    ]
                }
            }
            work.beginsScene = frame == 40
            let move: ThresholdMove? = frame == 10 ? .loosen : frame == 40 ? .cut : nil
            if frame % 20 == 5 { work.probe = ReportRecorderTests.probe(regret: 0.04) }
            log.add(work, move: move)
            counts.count(work)
        }
        return (log, counts)
    }

    private static func log(label: String = "happiness", seed: Int = 1) -> ReportRecorder {
        run(label: label, seed: seed).log
    }

    private static func page(
        _ log: ReportRecorder, counts: PipelineCounts = PipelineCounts(),
        input: String = "clips/a.mp4", profile: String = "face-emotion",
        warnings: [String] = ["cover art was dropped"]
    ) throws -> String {
        try HTMLReport(
            recorder: log, report: counts,
            facts: ReportFacts(
                version: "1.0", input: input, profile: profile,
                settings: [("control", "probe"), ("fill", "zero")], corrupt: 1,
                warnings: warnings, exit: 0)
        ).html { $0.pixels }
    }

    @Test("The page's text is known")
    func golden() throws {
        let (log, counts) = Self.run()
        let page = try Self.page(log, counts: counts)
        let reader = try #require(PageReader(try Browser.rendered(page)))
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("report.txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try Data((reader.lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            return
        }
        let recorded = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n").map(String.init)
        #expect(recorded.count == reader.lines.count)
        for (line, recorded) in zip(reader.lines, recorded) { #expect(line == recorded) }
    }

    @Test("Names from outside are text and nothing else")
    func hostile() throws {
        let hostile = Self.hostile
        let page = try Self.page(
            Self.log(label: hostile), input: "a/" + hostile + "\"x", profile: hostile,
            warnings: [hostile])
        let reader = try #require(PageReader(page))
        // Its own data and its own script.
        #expect(reader.elements["script"] == 2)
        #expect(!page.contains("<script>alert"))
        #expect(!page.unicodeScalars.contains { $0.value == 0 || $0.value == 0x202E })
        #expect(reader.lines.contains { $0.contains("<script>alert('x')</script>&\"") })
    }

    @Test("What a second look finds is listed; names in it are text")
    func secondLook() throws {
        func page(_ found: [VerificationFinding], isExamined: Bool = true) throws -> String {
            var verification = Verification()
            verification.count(isExamined: isExamined)
            verification.add(found)
            var facts = ReportFacts(version: "1", input: "a", profile: "b", exit: 70)
            facts.verified = (
                SecondLook(
                    profile: ["name": Self.hostile], level: 0.2, sameEstimator: true, verification),
                verification.findings
            )
            return try HTMLReport(recorder: Self.log(), report: PipelineCounts(), facts: facts)
                .html { _ in [] }
        }
        let box = Box(x: 1, y: 2, width: 30, height: 40)
        let found = [
            VerificationFinding(from: 1.5, to: 2.25, frames: 20, box: box, score: 0.876),
            VerificationFinding(
                file: Self.hostile, from: 0, to: 0, frames: 1, box: box, score: 0.5),
        ]
        let listed = try page(found)
        let reader = try #require(PageReader(listed))
        #expect(reader.elements["script"] == 2 && !listed.contains("<script>alert"))
        #expect(reader.lines.contains("1.50 s | 0.75 s | 20 | 30×40 at 1, 2 | 0.88 |"))
        #expect(listed.contains("finds 2 subjects at scores above 0.20 in 1 frame"))
        #expect(
            listed.contains("Something is not hidden") && listed.contains("network that masked"))
        let blind = try page([], isExamined: false)
        #expect(blind.contains("1 could not be examined") && PageReader(blind) != nil)
    }

    @Test("Nothing is fetched, everything has its words, every reference its target")
    func selfContained() throws {
        let page = try Self.page(Self.log())
        let reader = try #require(PageReader(page))
        for address in reader.addresses {
            #expect(address.hasPrefix("data:image/jpeg;base64,") || address.hasPrefix("#"))
            if address.hasPrefix("#") {
                #expect(reader.identifiers.contains(String(address.dropFirst())))
            }
        }
        #expect(!page.contains("url(") && !page.contains("@import"))
        #expect(reader.hasAlternatives)
        #expect(Set(reader.identifiers).count == reader.identifiers.count)
        #expect(reader.references.allSatisfy(reader.identifiers.contains))
        #expect(reader.elements["img"] == 2 * 15)
        #expect(reader.elements["caption"] == 2)
    }

    @Test("The same run gives the same page; masked pixels have no part in it")
    func deterministic() throws {
        let page = try Self.page(Self.log())
        #expect(try Self.page(Self.log()) == page)
        #expect(try Self.page(Self.log(seed: 1000)) == page)
    }

    @Test("Times and counts differ between runs in the section on latency alone")
    func latency() throws {
        var clock = StageClock(name: "estimate <1>")
        for _ in 0..<20 { clock.measure {} }
        var report = PipelineCounts()
        let facts = ReportFacts(version: "1", input: "a", profile: "b", exit: 65)
        let log = Self.log()
        let without = try HTMLReport(recorder: log, report: report, facts: facts).html { _ in [] }
        report.clocks = [clock]
        let with = try HTMLReport(recorder: log, report: report, facts: facts).html { _ in [] }
        #expect(PageReader(with) != nil)
        let parts = [without, with].map { $0.components(separatedBy: "<section id=\"latency\"") }
        #expect(parts[0][0] == parts[1][0])
        let ends = parts.map { $0[1].components(separatedBy: "</section>").last }
        #expect(ends[0] == ends[1])
        #expect(with.contains("Input damaged or ends early (exit 65)"))
    }

    @Test("A run without frames and one of a single image have pages")
    func short() throws {
        var log = ReportRecorder(fill: .zero)
        let empty = try #require(PageReader(try Self.page(log)))
        #expect(empty.lines.contains("No frame was written."))
        let format = FrameFormat(width: 8, height: 4)
        let work = FrameWork(index: 0, source: Frame.noise(format, seed: 1), threshold: 0.5)
        log.add(work, move: nil)
        let single = try #require(PageReader(try Self.page(log)))
        #expect(single.lines.contains { $0.hasPrefix("One image") })
        #expect(single.elements["img"] == 1)
    }

    @Test("Nothing in the data can end its element, and it is what the charts show")
    func data() throws {
        let page = try Self.page(Self.log(label: Self.hostile))
        let parts = page.components(separatedBy: "id=\"data\">")
        let data = try #require(parts.last?.components(separatedBy: "</script>").first)
        #expect(parts.count == 2 && !data.contains { "<>&".contains($0) })
        let label = "charts.length + data.charts.at(-1).rows[0].groups[0].name"
        let expression =
            "((data) => data.\(label))(JSON.parse(document.getElementById('data').text))"
        #expect(
            try Browser.value(of: expression, in: page)
                == "6<script>alert('x')</script>&\"\u{FFFD}\u{FFFD}")
    }

    @Test("Scales have round marks that span their values")
    func scales() throws {
        let highs = [0.04, 0.1, 0.37, 0.5, 1, 3, 27, 100]
        let lengths = [0.04, 1, 7, 59, 61, 119, 121, 3599, 3700, 86_400, 33_333_333]
        let expression = """
            JSON.stringify([\(highs).map((high) => charts.valueScale(-0.02, high)), \
            \(lengths).map((l) => charts.timeScale(l < 115 ? 'seconds' : 'clock', 5, 5 + l))])
            """
        struct Scale: Decodable {
            struct Tick: Decodable { let text: String }
            var low: Double?
            var high: Double?
            let ticks: [Tick]
        }
        let page = try Self.page(Self.log())
        let text = try Browser.value(of: expression, in: page)
        let scales = try JSONDecoder().decode([[Scale]].self, from: Data(text.utf8))
        try #require(scales.map(\.count) == [highs.count, lengths.count])
        for (high, scale) in zip(highs, scales[0]) {
            #expect(scale.low ?? 0 <= -0.02 && scale.high ?? 0 >= high)
            #expect((3...7).contains(scale.ticks.count), "\(high): \(scale.ticks)")
        }
        for (length, scale) in zip(lengths, scales[1]) {
            #expect((2...7).contains(scale.ticks.count), "\(length): \(scale.ticks)")
            #expect(Set(scale.ticks.map(\.text)).count == scale.ticks.count)
        }
    }
}
