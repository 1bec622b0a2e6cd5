import Foundation
import MaskStreamTestSupport
import Testing

/// With `--turns` the estimator also sees frames turned.
///
/// The one here finds where it is bright on the left and dark on the right; the clip is bright above
/// and dark below a line that moves down.
@Suite struct TurnTests {
    let bench: Workbench
    let clip: String

    private static let side = 512
    private static let frames = 8
    private static let source = [
        "-f", "lavfi", "-i", "color=black:size=512x512:rate=10:duration=0.8", "-vf",
        "geq=lum='if(lt(Y,160+8*N),235,16)':cb=128:cr=128",
    ]

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "line.mkv", in: bench.folder, Self.source + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
    }

    /// A profile whose estimator subtracts from each cell the one seven to its right.
    private func profile(_ name: String, turns: String = "1") throws -> String {
        var model = TinyOnnx()
        model.input("x", [1, 1, "height", "width"])
        model.constant("kernel", [1, 1, 1, 8], [1, 0, 0, 0, 0, 0, 0, -1])
        model.node("Conv", ["x", "kernel"], ["difference"])
        model.node("Relu", ["difference"], ["y"])
        model.output("y", [1, 1, "height", "less"])
        return try TestProfile(
            model: model, input: "{area: 4096, multiple: 1, turns: \(turns)}"
        ).write(to: bench.folder, as: name)
    }

    /// The luma of each frame a little above the line, where a turned view finds something.
    private func line(_ input: String, _ profile: String, _ more: [String]) throws -> [UInt8] {
        let out = bench.path("out.mkv")
        try expectStatus(
            0,
            [input, "--profile", profile, "-o", out, "--overwrite", "--codec", "ffv1"]
                + ["--threshold", "0.25"] + more)
        let planes = try Planes(out, width: Self.side, height: Self.side)
        return (0..<planes.count).map { planes.luma($0, Self.side / 2, 136 + 8 * $0) }
    }

    private static let black = [UInt8](repeating: 16, count: frames)
    private static let white = [UInt8](repeating: 235, count: frames)

    @Test(arguments: ["stable", "exact"])
    func whatIsFoundTurnedIsHidden(mode: String) throws {
        let (own, options) = (try profile("own"), ["--invert", "--mask", mode])
        #expect(try line(clip, own, options) == Self.white)
        #expect(try line(clip, own, options + ["--turns", "2"]) == Self.white)
        #expect(try line(clip, own, options + ["--turns", "4"]) == Self.black)
        let planes = try Planes(bench.path("out.mkv"), width: Self.side, height: Self.side)
        #expect((0..<planes.count).allSatisfy { planes.luma($0, 256, 40) == 235 })
    }

    @Test func whatIsFoundTurnedIsShown() throws {
        let own = try profile("own")
        #expect(try line(clip, own, []) == Self.black)
        #expect(try line(clip, own, ["--turns", "4"]) == Self.white)
    }

    @Test func theProfileSaysWhere() throws {
        let own = try profile("own", turns: "{invert: 4, images: 4}")
        #expect(try line(clip, own, []) == Self.black)
        #expect(try line(clip, own, ["--invert"]) == Self.black)
        #expect(try line(clip, own, ["--invert", "--turns", "1"]) == Self.white)
        let image = try Clips.make("line.png", in: bench.folder, Self.source + ["-frames:v", "1"])
        #expect(try line(image, own, []) == [235])
        #expect(try line(image, own, ["--turns", "2"]) == [16])
    }

    @Test func theTurnsAreTold() throws {
        let own = try profile("own")
        let events = ["--events", bench.path("e.ndjson")]
        let result = try expectStatus(
            0,
            [clip, "--profile", own, "-o", bench.path("out.mkv"), "--turns", "4"] + events)
        #expect(result.errors.contains("turns 4: "), "\(result.errors)")
        let lines = try String(contentsOfFile: bench.path("e.ndjson"), encoding: .utf8)
        #expect(lines.contains(#""turns":4,"type":"start""#), "\(lines)")
        try expectStatus(64, bench.masking(clip, to: "new.mkv", ["--turns", "3"]), says: ["turns"])
    }

    @Test func aModelThatIsNotSquareIsRefused() throws {
        let wide = TinyOnnx.one("Identity", input: [1, 1, 64, 96], output: [1, 1, 64, 96])
        let own = try TestProfile(model: wide, input: "{turns: {invert: 4}}")
            .write(to: bench.folder, as: "wide")
        let out = ["-o", bench.path("out.mkv"), "--overwrite"]
        try expectStatus(0, [clip, "--profile", own] + out)
        try expectStatus(
            64, [clip, "--profile", own, "--turns", "4"] + out,
            says: ["wide/model.onnx", "96x64", "--turns"])
        try expectStatus(
            78, [clip, "--profile", own, "--invert"] + out,
            says: ["wide/model.onnx", "estimator.input.turns"])
    }
}
