import Foundation
import MaskStreamTestSupport
import Testing

/// `threshold.where: subject`: two subjects, one of which is taken for something else unless its
/// darker rim is shown, too.
///
/// Confidence is the luma, and the primary tells how light what it sees is. On the left a dark box
/// has a lighter core: through a mask at 0.5 it looks light. On the right a light box has a darker
/// rim, which it can do without.
@Suite struct SubjectThresholdTests {
    let folder: TemporaryFolder
    let clip: String

    init() throws {
        folder = try TemporaryFolder()
        func box(_ x: Int, _ y: Int, _ side: Int, _ color: String) -> String {
            "drawbox=x=\(x):y=\(y):w=\(side):h=\(side):t=fill:color=\(color)"
        }
        clip = try Clips.make(
            "clip.mkv", in: folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=4", "-vf"]
                + [
                    [
                        "format=gray", box(8, 16, 16, "0x4d4d4d"), box(12, 20, 6, "0x999999"),
                        box(40, 16, 16, "0x666666"), box(42, 18, 12, "0xe6e6e6"),
                    ].joined(separator: ",")
                ]
                + ["-pix_fmt", "yuv420p", "-c:v", "ffv1"])
    }

    private func profile(_ scope: String, _ control: String = "probe") throws -> String {
        var profile = TestProfile()
        profile.threshold =
            "{control: \(control), where: \(scope), initial: 0.5, min: 0.2, max: 0.9}"
        profile.mask = "  smoothing: 0.3\n  hysteresis: 0.02\n  hold: 0.1"
        profile.top = """
            primary:
              file: primary.onnx
              input: {width: 8, height: 8, colour: gray}
              labels: labels.txt
              max_subjects: 2
            lookahead: 2
            """
        let path = try profile.write(to: folder, as: scope)
        _ = try TinyOnnx.lightness().write(to: URL(fileURLWithPath: path), as: "primary.onnx")
        try Data("light\ndark\n".utf8).write(to: URL(fileURLWithPath: path + "/labels.txt"))
        return path
    }

    private struct FrameLine: Decodable {
        struct Subject: Decodable {
            let track: Int
            let box: [Int]
            let threshold: Double?
        }
        let threshold: Double
        let subjects: [Subject]
    }

    private func frames(_ name: String) throws -> [FrameLine] {
        try String(contentsOfFile: folder.path(name), encoding: .utf8).split(separator: "\n")
            .filter { $0.contains(#""type":"frame""#) }
            .map { try JSONDecoder().decode(FrameLine.self, from: Data($0.utf8)) }
    }

    /// Masks the clip and gives its frames' events and pixels.
    private func run(_ profile: String, _ options: [String] = []) throws -> ([FrameLine], Planes) {
        let (out, events) = (folder.path("out.mkv"), folder.path("events.ndjson"))
        try expectStatus(
            0,
            [clip, "-p", profile, "-o", out, "--codec", "ffv1", "--overwrite", "--events", events]
                + options)
        return (try frames("events.ndjson"), try Planes(out))
    }

    @Test("Where one subject's probes fail, more of it is shown, and not of the other")
    func around() throws {
        let (frames, planes) = try run(profile("subject"))
        #expect(frames.count == 40)
        for frame in frames {
            let own = frame.subjects.compactMap(\.threshold)
            #expect(own.count == 2 && frame.threshold == own.max(), "\(frame)")
        }
        let last = try #require(frames.last)
        let left = last.subjects.first { $0.box[0] < 32 }?.threshold
        let right = last.subjects.first { $0.box[0] >= 32 }?.threshold
        #expect(left ?? 1 < 0.3 && right ?? 0 >= 0.5, "\(last)")
        // Cores are shown on both sides; the rim on the left alone, in the end.
        for frame in [0, 39] {
            #expect(planes.luma(frame, 15, 23) > 100 && planes.luma(frame, 48, 24) > 100)
            #expect(planes.luma(frame, 40, 24) == 16, "the right rim in frame \(frame)")
            #expect((planes.luma(frame, 9, 24) > 16) == (frame > 0), "the left rim \(frame)")
        }
    }

    @Test("In the whole picture it falls for both")
    func everywhere() throws {
        let (frames, planes) = try run(profile("picture"))
        #expect(frames.flatMap(\.subjects).allSatisfy { $0.threshold == nil })
        #expect(frames.last?.threshold ?? 1 < 0.3)
        #expect(planes.luma(39, 9, 24) > 16 && planes.luma(39, 40, 24) > 16)
    }

    @Test("A threshold of the user's, an inverted mask and a fixed one hold for the whole picture")
    func oneForAll() throws {
        let profile = try profile("subject")
        for options in [["--threshold", "0.35"], ["--invert"], ["--control", "fixed"]] {
            let (frames, _) = try run(profile, options)
            #expect(frames.flatMap(\.subjects).allSatisfy { $0.threshold == nil }, "\(options)")
            #expect(Set(frames.map(\.threshold)).count == 1)
        }
    }

    @Test("A render of an analysis is the direct run", arguments: [[], ["--mask", "exact"]])
    func renders(options: [String]) throws {
        let profile = try profile("subject")
        func files(_ name: String) -> [String] {
            ["-o", folder.path(name + ".mkv"), "--events", folder.path(name + ".ndjson")]
                + ["--codec", "ffv1"]
        }
        try expectStatus(0, [clip, "-p", profile] + options + files("direct"))
        try expectStatus(0, ["analyze", clip, "-p", profile, "-o", folder.path("a")] + options)
        try expectStatus(
            0, ["render", folder.path("a")] + files("again"),
            environment: ["MASKSTREAM_ONNXRUNTIME": "/nowhere"])
        func data(_ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
        }
        #expect(try data("again.mkv") == data("direct.mkv"))
        func lines(_ name: String) throws -> [Data.SubSequence] {
            Array(try data(name).split(separator: 10).dropFirst())
        }
        #expect(try lines("again.ndjson") == lines("direct.ndjson"))
        let thresholds = try frames("direct.ndjson").flatMap(\.subjects).map(\.threshold)
        #expect(Set(thresholds).count > 2, "they move")
    }

    @Test("A threshold of an edit holds for the whole picture, where subjects had their own")
    func edited() throws {
        try expectStatus(
            0, ["analyze", clip, "-p", profile("subject"), "-o", folder.path("a")])
        let edits = try folder.write(
            Data("spans:\n  - {from: 3, to: 3.5, threshold: 0.25}\n".utf8), to: "edits.yaml")
        try expectStatus(
            0,
            ["render", folder.path("a"), "--edits", edits, "-o", folder.path("out.mkv")]
                + ["--codec", "ffv1", "--events", folder.path("out.ndjson")])
        let (frames, planes) = (try frames("out.ndjson"), try Planes(folder.path("out.mkv")))
        for frame in [29, 30, 34] {
            let isEdited = frame >= 30
            #expect((planes.luma(frame, 40, 24) > 16) == isEdited, "the right rim \(frame)")
            #expect((frames[frame].threshold == 0.25) == isEdited)
            #expect((frames[frame].subjects[0].threshold == nil) == isEdited)
        }
    }
}
