import Foundation
import MaskStreamTestSupport
import Testing

/// `--segment`: parts of a video, masked apart, are what the whole is.
@Suite struct SegmentTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    // MARK: Parts against the whole

    /// How a moving picture of 64x48 is made whose luma turns over at some times.
    struct Clip: Sendable, CustomTestStringConvertible {
        let name: String
        /// When it is negative; nil without cuts.
        var cuts: String? = "between(t,1.3,2.8)+between(t,4.1,6.2)+gt(t,7.3)"
        var rate = "25"
        var filter = ""
        var coding = ["-c:v", "libx264", "-bf", "2", "-g", "12", "-crf", "10"]
        var more: [String] = []
        var testDescription: String { name }

        func make(in folder: TemporaryFolder) throws -> String {
            let turn = cuts.map { ",negate=enable='\($0)'" } ?? ""
            return try Clips.make(
                name, in: folder,
                [
                    "-f", "lavfi", "-i",
                    "testsrc2=size=64x48:rate=\(rate):duration=9,format=yuv420p\(turn)\(filter)",
                ] + Clips.tone(seconds: 9) + ["-pix_fmt", "yuv420p"] + coding + ["-c:a", "aac"])
        }
    }

    static let openGOP = [
        "-c:v", "libx264", "-bf", "3", "-x264-params", "open-gop=1:keyint=15:min-keyint=15",
    ]

    static let clips: [Clip] = [
        Clip(name: "cuts.mp4"),
        Clip(name: "limit.mkv", cuts: nil, more: ["--scene-limit", "0.9"]),
        Clip(name: "ntsc.mp4", rate: "30000/1001", more: ["--scene-limit", "0.7"]),
        Clip(
            name: "vfr.mkv", filter: ",select='gt(mod(n,7),2)',setpts=PTS+mod(N\\,3)*0.005/TB",
            coding: ["-fps_mode", "vfr", "-c:v", "libx264", "-bf", "2", "-g", "12"]),
        Clip(name: "cuts.ts"),
        Clip(name: "open.ts", coding: openGOP),
        Clip(name: "open.mp4", coding: openGOP, more: ["--invert"]),
        Clip(
            name: "mpeg2.ts", coding: ["-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-q:v", "2"]),
        Clip(name: "sparse.mkv", rate: "5", more: ["--mask", "exact"]),
    ]

    static let splits = ["0-2.5", "2.5-3.9", "3.9-4", "4-6.5", "6.5-"]

    /// The file's decoded pictures, whole.
    private func pictures(_ path: String) throws -> Data {
        try Clips.rawVideo(path, pixelFormat: "yuv420p")
    }

    /// Masks an input whole and in parts, and looks for differences; gives the receipts' segments.
    @discardableResult
    private func compare(
        _ clip: String, _ profile: String, _ more: [String] = [], splits: [String] = splits
    ) throws -> [Segment] {
        func run(_ name: String, _ segment: [String]) throws -> Segment {
            let words = [
                clip, "-p", profile, "-o", bench.path("\(name).mkv"), "--codec", "ffv1",
                "--events", bench.path("\(name).ndjson"), "--receipt", bench.path("\(name).json"),
            ]
            try expectStatus(0, words + more + segment)
            return try Segment(bench, name)
        }
        let whole = try run("whole", [])
        var parts: [Segment] = []
        for (index, split) in splits.enumerated() {
            parts.append(try run("part\(index)", ["--segment", split]))
        }
        let full = parts.filter { $0.begins != nil }
        #expect(full.count > 1, "\(parts)")
        #expect(full.dropFirst().map(\.begins) == full.dropLast().map(\.ends))
        #expect(full.last?.ends == nil)
        let joined = try full.map { try pictures($0.output) }.reduce(Data(), +)
        #expect(try joined == pictures(whole.output))
        let times = ["-select_streams", "v", "-show_entries", "packet=pts"]
        #expect(
            try full.flatMap { try Clips.probe($0.output, times) }
                == Clips.probe(whole.output, times))
        #expect(parts.flatMap(\.frames).count == whole.frames.count)
        #expect(parts.flatMap(\.frames) == whole.frames)
        return parts
    }

    /// What was written of a segment.
    struct Segment {
        let output: String
        let begins: Double?
        let ends: Double?
        let receipt: [String: Any]
        /// The events of frames, without the numbers of frames.
        let frames: [String]

        init(_ bench: Workbench, _ name: String) throws {
            output = bench.path("\(name).mkv")
            let data = try Data(contentsOf: URL(fileURLWithPath: bench.path("\(name).json")))
            receipt = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            let segment = receipt["segment"] as? [String: Any]
            begins = segment?["begins"] as? Double
            ends = segment?["ends"] as? Double
            let lines = try String(contentsOfFile: bench.path("\(name).ndjson"), encoding: .utf8)
            frames = lines.split(separator: "\n").filter { $0.contains("\"type\":\"frame\"") }
                .map { String($0).replacing(/"frame":[0-9]+,"kept"/, with: "\"kept\"") }
        }
    }

    /// A profile that remembers: smoothing, hysteresis, hold, frames that look ahead.
    private func light() throws -> String {
        try TestProfile(
            mask: "  smoothing: 0.8\n  hysteresis: 0.1\n  hold: 0.3\n  dilate: 0.02",
            top: "lookahead: 3"
        ).write(to: bench.folder, as: "memory")
    }

    @Test(arguments: clips) func partsAreWhatTheWholeIs(_ clip: Clip) throws {
        try compare(clip.make(in: bench.folder), light(), clip.more)
    }

    /// A profile whose primary model tells how bright a subject is; its confidence moves the threshold.
    static func judging(in folder: TemporaryFolder) throws -> String {
        var model = TinyOnnx()
        model.input("x", [1, 3, 8, 8])
        model.constant("weights", [3, 2], [4, -4, 4, -4, 4, -4])
        model.constant("bias", [1, 2], [-6, 6])
        model.node("GlobalAveragePool", ["x"], ["means"])
        model.node("Flatten", ["means"], ["colours"])
        model.node("MatMul", ["colours", "weights"], ["sums"])
        model.node("Add", ["sums", "bias"], ["y"])
        model.output("y", [1, 2])
        var profile = TestProfile()
        profile.threshold = "{control: confidence, initial: 0.5}"
        profile.mask = "  smoothing: 0.5\n  hysteresis: 0.05\n  hold: 0.2"
        profile.top = """
            primary:
              file: primary.onnx
              input: {width: 8, height: 8}
              labels: labels.txt
              interval: 0.2
              max_subjects: 2
            """
        let home = try profile.write(to: folder, as: "primary")
        _ = try model.write(to: URL(fileURLWithPath: home), as: "primary.onnx")
        try Data("bright\ndark".utf8).write(to: URL(fileURLWithPath: home + "/labels.txt"))
        return home
    }

    /// What is asked of ``judging(in:)``.
    static let judged = [
        [], ["--control", "probe"], ["--classes", "bright"], ["--labels", "LABELS"],
        ["--detail", "4", "--turns", "2"],
    ]

    @Test(arguments: judged) func whatThePrimarySaysIsTheSame(_ words: [String]) throws {
        let home = try Self.judging(in: bench.folder)
        let labels = try bench.folder.write(Data("0,3.5,dark\n3.5,9,bright\n".utf8), to: "l.csv")
        let clip = try Self.clips[0].make(in: bench.folder)
        let parts = try compare(clip, home, words.map { $0 == "LABELS" ? labels : $0 })
        #expect(parts[0].frames.contains { $0.contains("\"label\":\"") })
    }

    @Test(arguments: ["face-emotion", "hair-color", "object-id"])
    func theSameWithAShippedProfile(name: String) throws {
        let clip = try Clips.make(
            "scenes.mp4", in: bench.folder,
            ["-i", Program.sample("scenes.mp4"), "-an", "-vf", "scale=256:144", "-crf", "10"])
        let parts = try compare(
            clip, "\(Program.checkout)/Profiles/\(name)", splits: ["0-2.5", "2.5-5", "5-"])
        #expect(parts.map(\.begins) == [0, 3.6, 5.8])
    }

    // MARK: What is written

    @Test func aPartHoldsTheVideoAlone() throws {
        let clip = try Self.clips[0].make(in: bench.folder)
        for name in ["part.mkv", "part.mp4", "part.nut", "part.ts"] {
            try expectStatus(
                0,
                bench.masking(clip, to: name, ["--segment", "2-3", "--receipt", bench.path("r")]))
            let streams = try Clips.probe(
                bench.path(name), ["-show_entries", "stream=codec_type"])
            #expect(Set(streams) == ["video"])
        }
        try expectStatus(
            64,
            bench.masking(clip, to: "p.avi", ["--segment", "2-3", "--receipt", bench.path("r")]),
            says: ["avi", "--segment", ".mkv"])
    }

    @Test func aReceiptTellsWhereAPartBeginsAndEnds() throws {
        let clip = try Self.clips[0].make(in: bench.folder)
        let words = bench.masking(
            clip, to: "part.mkv",
            ["--receipt", bench.path("part.json"), "--events", bench.path("part.ndjson")])
        let part = words + ["--segment", "00:02-00:00:06.25"]
        try expectStatus(0, part)
        let told = try Segment(bench, "part")
        let segment = try #require(told.receipt["segment"] as? [String: Any])
        for (key, value) in ["from": 2, "to": 6.25, "begins": 2.8, "ends": 7.32, "threshold": 0.5] {
            #expect(segment[key] as? Double == value, "\(key)")
        }
        #expect((segment["seen"] as? [String: Any])?["frames_before"] as? Int == 0)
        #expect((told.receipt["options"] as? [String: [String]])?.isEmpty == true)
        #expect(try expectStatus(0, part + ["--skip-done"]).errors.contains("done before"))
        let other = words + ["--segment", "2-6", "--skip-done"]
        #expect(try !expectStatus(0, other).errors.contains("done before"))
        #expect(try expectStatus(0, other).errors.contains("done before"))
        // A part is not the whole.
        #expect(try !expectStatus(0, words + ["--skip-done"]).errors.contains("done before"))
    }

    @Test func aSegmentWithoutABoundaryIsEmpty() throws {
        let clip = try Self.clips[0].make(in: bench.folder)
        let words = bench.masking(
            clip, to: "part.mkv",
            [
                "--segment", "3-4", "--receipt", bench.path("part.json"), "--events",
                bench.path("part.ndjson"),
            ])
        try expectStatus(0, words)
        #expect(!bench.has("part.mkv") && !bench.has("part.mkv.part"))
        let told = try Segment(bench, "part")
        #expect(told.receipt["segment"] as? [String: Double] == ["from": 3, "to": 4])
        #expect(told.receipt["exit"] as? Int == 0 && told.receipt["output"] == nil)
        #expect(told.frames.isEmpty)
        #expect(try expectStatus(0, words + ["--skip-done"]).errors.contains("done before"))
    }

    // MARK: What is refused

    static let refused: [(words: [String], says: [String])] = [
        (["CLIP", "--segment", "0-1"], ["--segment", "--receipt"]),
        (["CLIP", "--receipt", "R", "--segment", "1-1"], ["'1-1'", "--segment"]),
        (["CLIP", "--receipt", "R", "--segment", "1"], ["'1'", "--segment"]),
        (["CLIP", "--receipt", "R", "--segment", "1-2-3"], ["'1-2-3'", "--segment"]),
        (["CLIP", "--receipt", "R", "--segment", "1-nan"], ["'1-nan'", "--segment"]),
        (
            ["CLIP", "--receipt", "R", "--segment", "0-1", "--start", "1"],
            ["--segment", "--start"]
        ),
        (["CLIP", "--receipt", "R", "--segment", "0-1", "--end", "1"], ["--segment", "--end"]),
        (["CLIP", "--receipt", "R", "--segment", "0-1", "--frames", "1"], ["--frames"]),
        (["CLIP", "--receipt", "R", "--segment", "0-1", "--labels", "L"], ["--labels"]),
        (["-", "--receipt", "R", "--segment", "0-1"], ["--segment", "(-)"]),
        (["/dev/video0", "--receipt", "R", "--segment", "0-1"], ["--segment", "/dev/video0"]),
        (["rtsp://127.0.0.1:9/x", "--receipt", "R", "--segment", "0-1"], ["--segment", "rtsp"]),
        (["IMAGE", "--receipt", "R", "--segment", "0-1"], ["--segment", "image.png"]),
        (["FOLDER", "--receipt", "R", "--segment", "0-1"], ["--segment", "images"]),
    ]

    @Test(arguments: refused) func whatHasNoSegmentsIsRefused(
        _ item: (words: [String], says: [String])
    ) throws {
        let image = try Clips.make(
            "image.png", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        let images = bench.path("images")
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: image, toPath: images + "/a.png")
        let labels = try bench.folder.write(Data("0,red\n".utf8), to: "l.csv")
        let home = try TestProfile(
            top: "primary: {file: model.onnx, input: {width: 8, height: 8}, labels: labels.txt}"
        ).write(to: bench.folder, as: "primary")
        try Data("red\nblue".utf8).write(to: URL(fileURLWithPath: home + "/labels.txt"))
        let names = [
            "CLIP": bench.clip, "R": bench.path("r.json"), "L": labels, "IMAGE": image,
            "FOLDER": images,
        ]
        let words = item.words.map { names[$0] ?? $0 }
        try expectStatus(
            64, words + ["-p", home, "-o", bench.path("out.mkv")], says: item.says)
        #expect(!bench.has("out.mkv") && !bench.has("r.json"))
    }
}
