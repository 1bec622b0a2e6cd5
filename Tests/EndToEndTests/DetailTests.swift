import Foundation
import MaskStreamTestSupport
import Testing

/// With `--detail` the estimator sees more of the frame.
///
/// The one here gives the mean luma of its cells, 8 pixels wide at detail 1 and 4 at detail 4.
@Suite struct DetailTests {
    let bench: Workbench
    /// Three frames, black with a white square of 8 pixels across four cells, and one of 192.
    let clip: String

    static let side = 512
    /// The middles of the squares.
    static let small = (x: 104, y: 104)
    static let large = (x: 352, y: 352)
    static let squares =
        "drawbox=x=100:y=100:w=8:h=8:color=white:t=fill,"
        + "drawbox=x=256:y=256:w=192:h=192:color=white:t=fill"

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "squares.mkv", in: bench.folder, Self.source + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
    }

    private static let source =
        ["-f", "lavfi", "-i", "color=black:size=512x512:rate=10:duration=0.3", "-vf", squares]

    private func profile(_ name: String, detail: String) throws -> String {
        try TestProfile(input: "{area: 4096, multiple: 1, detail: \(detail)}")
            .write(to: bench.folder, as: name)
    }

    /// The luma in the middle of the small and of the large square, in the last frame.
    private func squares(_ path: String) throws -> [UInt8] {
        let planes = try Planes(path, width: Self.side, height: Self.side)
        return [Self.small, Self.large].map { planes.luma(planes.count - 1, $0.x, $0.y) }
    }

    private func masked(_ input: String, _ more: [String]) throws -> [UInt8] {
        try squares(
            bench.mask(input, to: "out.mkv", ["--threshold", "0.5", "--overwrite"] + more))
    }

    static let white: UInt8 = 235
    static let black: UInt8 = 16

    @Test(arguments: ["stable", "exact"])
    func whatOneMissesIsHiddenAtFour(mode: String) throws {
        let options = ["--invert", "--mask", mode]
        #expect(try masked(clip, options + ["--detail", "1"]) == [Self.white, Self.black])
        #expect(try masked(clip, options + ["--detail", "4"]) == [Self.black, Self.black])
    }

    @Test func whatOneMissesIsShownAtFour() throws {
        #expect(try masked(clip, ["--detail", "1"]) == [Self.black, Self.white])
        #expect(try masked(clip, ["--detail", "4"]) == [Self.white, Self.white])
    }

    @Test(arguments: [1, 4])
    func aLiveInputIsSeenAsClosely(detail: Int) throws {
        let url = "udp://127.0.0.1:\(try Companion.freePort())?pkt_size=1316"
        let sender = try Companion.ffmpeg(
            ["-re", "-f", "lavfi", "-i", "color=black:size=512x512:rate=10", "-vf", Self.squares]
                + ["-c:v", "mpeg2video", "-g", "1", "-q:v", "2", "-f", "mpegts", url])
        let events = bench.path("live.ndjson")
        let run = try Program.start(
            bench.masking(url, to: "live.mkv", ["--codec", "ffv1"])
                + ["--threshold", "0.5", "--invert", "--detail", "\(detail)", "--events", events])
        let hasSeenSome = Companion.wait {
            let lines = (try? String(contentsOfFile: events, encoding: .utf8)) ?? ""
            return lines.split(separator: "\n").count > 10
        }
        #expect(run.end(SIGINT) == 0 && hasSeenSome, "\(run.errors)")
        sender.end(SIGKILL)
        let luma = try squares(bench.path("live.mkv"))
        #expect(luma[1] == Self.black && (luma[0] == Self.black) == (detail > 1), "\(luma)")
    }

    @Test func theProfileSaysWhere() throws {
        let own = ["--profile", try profile("own", detail: "{invert: 4, images: 4}")]
        func run(_ input: String, _ more: [String]) throws -> [UInt8] {
            try expectStatus(
                0,
                [input, "-o", bench.path("out.mkv"), "--codec", "ffv1", "--overwrite"] + own
                    + ["--threshold", "0.5"] + more)
            return try squares(bench.path("out.mkv"))
        }
        #expect(try run(clip, []) == [Self.black, Self.white])
        #expect(try run(clip, ["--invert"]) == [Self.black, Self.black])
        #expect(try run(clip, ["--invert", "--detail", "1"]) == [Self.white, Self.black])
        let image = try Clips.make(
            "squares.png", in: bench.folder, Self.source + ["-frames:v", "1"])
        #expect(try run(image, []) == [Self.white, Self.white])
        #expect(try run(image, ["--detail", "1"]) == [Self.black, Self.white])
    }

    @Test func theDetailIsTold() throws {
        let events = ["--events", bench.path("e.ndjson"), "--overwrite"]
        func start(_ more: [String]) throws -> (line: String, errors: String) {
            let result = try expectStatus(0, bench.masking(clip, to: "out.mkv", events + more))
            let lines = try String(contentsOfFile: bench.path("e.ndjson"), encoding: .utf8)
                .split(separator: "\n")
            return (String(try #require(lines.first)), result.errors)
        }
        let plain = try start([])
        #expect(!plain.line.contains(#""detail":"#) && !plain.errors.contains("times its area"))
        let detailed = try start(["--detail", "4"])
        #expect(detailed.line.contains(#""detail":4"#), "\(detailed.line)")
        #expect(detailed.errors.contains("detail 4"), "\(detailed.errors)")
        let dry = try expectStatus(
            0, bench.masking(clip, to: "new.mkv", ["--dry-run", "--detail", "16"]))
        #expect(String(decoding: dry.output, as: UTF8.self).contains("detail 16"))
    }

    @Test func theSmallestSubjectIsTold() throws {
        // 64 rows of 512: a cell of the input is 8 pixels high.
        let own = try TestProfile(
            input: "{area: 4096, multiple: 1}", estimator: "  smallest: 3"
        ).write(to: bench.folder, as: "own")
        let events = bench.path("e.ndjson")
        func run(_ more: [String]) throws -> (errors: String, events: String) {
            let result = try expectStatus(
                0,
                [clip, "--profile", own, "-o", bench.path("out.mkv"), "--overwrite", "--threshold"]
                    + ["0.5", "--events", events] + more)
            return (result.errors, try String(contentsOfFile: events, encoding: .utf8))
        }
        let shown = try run([])
        let told = "subjects are found from 24 pixels high on, 4.7 % of the frame's height"
        #expect(shown.errors.contains("info: \(told); --detail 4 finds those of 12\n"))
        #expect(shown.events.contains(#""smallest":24,"type":"start""#), "\(shown.events)")
        #expect(!shown.events.contains("smallest_subject"))
        #expect(try !run(["--progress", "none"]).errors.contains("subjects are found"))
        let hidden = try run(["--invert"])
        #expect(hidden.errors.contains("warning: \(told)"), "\(hidden.errors)")
        #expect(hidden.events.contains(#""code":"smallest_subject""#), "\(hidden.events)")
        let most = try run(["--detail", "16", "--progress", "json"]).errors
        #expect(most.contains(#""level":"info","message":"subjects are found from 6 pixels high"#))
        #expect(!most.contains("finds those of"), "\(most)")
        let dry = try expectStatus(
            0, [clip, "--profile", own, "-o", bench.path("new.mkv"), "--dry-run"])
        #expect(String(decoding: dry.output, as: UTF8.self).contains("smallest \(told)"))
    }

    @Test func twoRunsAreAlike() throws {
        let files = try (0..<2).map { run in
            let events = bench.path("\(run).ndjson")
            let out = try bench.mask(
                bench.clip, to: "\(run).mkv", ["--detail", "4", "--invert", "--events", events])
            return try (
                Planes(out).bytes, String(contentsOfFile: events, encoding: .utf8)
            )
        }
        #expect(files[0].0 == files[1].0 && files[0].1 == files[1].1)
    }

    @Test func aModelOfOneSizeHasNoDetail() throws {
        let fixed = TinyOnnx.one("Identity", input: [1, 1, 64, 64], output: [1, 1, 64, 64])
        let model = try TestProfile(model: fixed).write(to: bench.folder, as: "fixed")
        let own = try TestProfile(model: fixed, input: "{detail: {invert: 4}}")
            .write(to: bench.folder, as: "own")
        let out = ["-o", bench.path("out.mkv")]
        let refused = try expectStatus(
            64, [clip, "--profile", model, "--detail", "4"] + out,
            says: ["fixed/model.onnx", "64x64", "--detail"])
        #expect(!refused.errors.contains(".part"), "\(refused.errors)")
        #expect(!bench.has("out.mkv.part"))
        try expectStatus(0, [clip, "--profile", own] + out)
        try expectStatus(
            78, [clip, "--profile", own, "--invert", "--overwrite"] + out,
            says: ["own/model.onnx", "estimator.input.detail"])
        try expectStatus(
            78, ["profiles", "check", own], says: ["own/model.onnx", "estimator.input.detail"])
    }

    @Test func whatIsTooLargeIsRefused() throws {
        let huge = try TestProfile(input: "{area: 4194304}").write(to: bench.folder, as: "huge")
        try expectStatus(
            64, [clip, "--profile", huge, "--detail", "8", "-o", bench.path("out.mkv")],
            says: ["detail 8", "4194304", "16777216"])
        try expectStatus(
            64, bench.masking(clip, to: "out.mkv", ["--detail", "3"]), says: ["detail"])
    }
}
