import Foundation
import MaskStreamTestSupport
import Testing

/// With `--estimate-every` the estimator runs on key frames, and their maps follow the motion.
@Suite struct EstimateEveryTests {
    let bench: Workbench
    /// Twelve frames of 256x192, gray with a white square of 48 pixels that goes to the right by 4.
    let clip: String

    static let (width, height) = (256, 192)

    init() throws {
        bench = try Workbench()
        clip = try Self.film("square.mkv", in: bench, "overlay=x=28+4*n:y=64")
    }

    /// Films a white square over gray.
    private static func film(
        _ name: String, in bench: Workbench, _ overlay: String
    ) throws -> String {
        try Clips.make(
            name, in: bench.folder,
            ["-f", "lavfi", "-i", "color=0x404040:size=\(width)x\(height):rate=25:duration=0.48"]
                + ["-f", "lavfi", "-i", "color=white:size=48x48:rate=25:duration=0.48"]
                + ["-filter_complex", overlay, "-c:v", "ffv1", "-pix_fmt", "yuv420p"])
    }

    private func profile(_ name: String, _ estimator: String = "") throws -> String {
        try TestProfile(input: "{area: 49152, multiple: 1}", estimator: estimator)
            .write(to: bench.folder, as: name)
    }

    /// The masks of a run, and what the estimator did on each frame.
    private func run(
        _ clip: String, _ options: [String]
    ) throws -> (masks: Planes, estimates: [String?]) {
        let (out, events) = (bench.path("masks.mkv"), bench.path("events.ndjson"))
        try expectStatus(
            0,
            [clip, "-o", out, "--emit", "mask", "--codec", "ffv1", "--overwrite"]
                + ["--threshold", "0.5", "--events", events] + options)
        let lines = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
        let frames = try lines.map(object).filter { $0["type"] as? String == "frame" }
        return (
            try Planes(out, width: Self.width, height: Self.height),
            frames.map { $0["estimate"] as? String }
        )
    }

    private func object(_ line: Substring) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    /// The columns that the mask keeps in the square's middle row.
    private func kept(_ masks: Planes, _ frame: Int) -> [Int] {
        (0..<Self.width).filter { masks.luma(frame, $0, 88) > 127 }
    }

    @Test func theMaskFollowsTheMotion() throws {
        let every = try run(clip, ["--profile", try profile("plain")])
        #expect(every.estimates == Array(repeating: nil, count: 12))
        let keyed = try run(
            clip, ["--profile", bench.path("plain"), "--estimate-every", "4"])
        let cycle: [String?] = ["ran", "moved", "moved", "moved"]
        #expect(keyed.estimates == cycle + cycle + cycle)
        for frame in 0..<12 {
            #expect(kept(every.masks, frame) == Array(32 + 4 * frame..<80 + 4 * frame))
            #expect(kept(keyed.masks, frame) == kept(every.masks, frame))
        }
    }

    @Test func theProfileSaysHowOften() throws {
        let own = try profile("own", "  interval: {video: 3, invert: 2}")
        let video = try run(clip, ["--profile", own])
        #expect(video.estimates.prefix(4) == ["ran", "moved", "moved", "ran"])
        let invert = try run(clip, ["--profile", own, "--invert"])
        #expect(invert.estimates.prefix(3) == ["ran", "moved", "ran"])
        for options in [["--estimate-every", "1"], ["--mask", "exact"]] {
            let all = try run(clip, ["--profile", own] + options)
            #expect(all.estimates == Array(repeating: nil, count: 12))
        }
        let never = try profile("never", "  interval: 0")
        try expectStatus(
            78, [clip, "--profile", never, "-o", bench.path("n.mkv")],
            says: ["estimator.interval"])
    }

    @Test func whereNothingChangesItDoesNotRun() throws {
        let still = try Self.film("still.mkv", in: bench, "overlay=x=32:y=64")
        let run = try run(still, ["--profile", try profile("plain"), "--estimate-every", "2"])
        #expect(run.estimates == ["ran"] + Array(repeating: "skipped", count: 11))
        #expect((0..<12).allSatisfy { kept(run.masks, $0) == Array(32..<80) })
    }

    /// The square appears in the third frame, between two key frames: the second one knows it.
    @Test(arguments: [false, true])
    func whatAppearsIsKnownFromTheNextKeyFrame(inverts: Bool) throws {
        let sudden = try Self.film("sudden.mkv", in: bench, "overlay=x=32:y=64:enable='gte(n,2)'")
        let run = try run(
            sudden,
            ["--profile", try profile("plain"), "--estimate-every", "8"]
                + (inverts ? ["--invert"] : []))
        let waited: [String?] = Array(repeating: "moved", count: 6)
        let still: [String?] = Array(repeating: "skipped", count: 3)
        #expect(run.estimates == ["ran", "skipped"] + waited + ["ran"] + still)
        let rest = Array(0..<32) + Array(80..<Self.width)
        for frame in 2..<12 {
            #expect(kept(run.masks, frame) == (inverts ? rest : Array(32..<80)))
        }
    }

    /// The square is seen in one frame only, between two key frames that know nothing of it.
    @Test(arguments: ["4", "9"])
    func whatNoKeyFrameKnowsIsEstimated(interval: String) throws {
        let flash = try Self.film("flash.mkv", in: bench, "overlay=x=32:y=64:enable='eq(n,2)'")
        let run = try run(
            flash, ["--profile", try profile("plain"), "--estimate-every", interval])
        #expect(run.estimates[2] == "ran")
        #expect(kept(run.masks, 2) == Array(32..<80))
        #expect(kept(run.masks, 1) == [] && kept(run.masks, 3) == [])
    }

    @Test func theStartAndTheSummaryTell() throws {
        let events = bench.path("e.ndjson")
        let result = try expectStatus(
            0,
            bench.masking(
                clip, to: "out.mkv",
                ["--estimate-every", "4", "--events", events, "--progress", "json"]))
        let start = try String(contentsOfFile: events, encoding: .utf8).prefix { $0 != "\n" }
        #expect(start.contains(#""estimate_every":4"#), "\(start)")
        #expect(result.errors.contains(#""estimate_every":4"#), "\(result.errors)")
        #expect(result.errors.contains(#""maps_carried":9"#), "\(result.errors)")
    }
}
