import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream compare` on a bright red box, and perhaps a larger dim blue one beside it.
///
/// Both are one subject, and the mask hides the blue one. The primary tells the colour of what it
/// sees.
@Suite struct CompareTests {
    let folder: TemporaryFolder
    let scene: CompareScene

    init() throws {
        folder = try TemporaryFolder()
        scene = CompareScene(folder)
    }

    private func compare(
        _ input: String, _ more: [String] = [], open: Bool = false
    ) throws -> (lines: [String], json: [String: Any]) {
        let path = folder.path("compare.json")
        let profile = try scene.profile(isOpen: open)
        let result = try expectStatus(
            0, ["compare", input, "--profile", profile, "--json", path] + more,
            environment: ["TMPDIR": try scene.temporary()])
        let left = try FileManager.default.contentsOfDirectory(atPath: try scene.temporary())
        #expect(left.isEmpty, "\(left)")
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let value = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return (result.lines, try #require(value))
    }

    private func variant(_ name: String, _ json: [String: Any]) throws -> [String: Any] {
        let variants = try #require(json["variants"] as? [[String: Any]])
        return try #require(variants.first { $0["variant"] as? String == name })
    }

    private func value(
        _ name: String, _ measure: String, _ json: [String: Any], field: String = "value"
    ) throws -> Double {
        let figures = try variant(name, json)[measure] as? [String: Any]
        return try #require(figures?[field] as? Double)
    }

    @Test func maskingHelpsWhereTheBoxMisleads() throws {
        let labels = try folder.write(Data("start,end,label\n0,100,red\n".utf8), to: "l.csv")
        let (lines, json) = try compare(scene.clip(distractor: true), ["--labels", labels])
        let headline = try #require(lines.first)
        #expect(
            headline.hasPrefix(
                "masked crop is right on 100.0 % of 100 labelled frames, the crop on 0.0 % "
                    + "(+100.0 points [+100.0, +100.0]): masking helped; it takes "), "\(headline)")
        #expect(headline.contains(" times the time of cropping and saves "), "\(headline)")
        #expect(json["outcome"] as? String == "better" && json["measure"] as? String == "accuracy")
        for name in ["full", "crop", "inverse"] {
            #expect(try value(name, "accuracy", json) == 0, "\(name)")
        }
        #expect(try value("masked_crop", "regret", json) < -0.5)
        #expect(json["labelled"] as? Int == 100 && json["blocks"] as? Int == 10)
    }

    /// A profile without a primary, and one whose primary is compared behind its estimator.
    @Test func anotherProfilesPrimary() throws {
        let (clip, judge) = (try scene.clip(distractor: true), try scene.profile())
        let light = TestProfile(threshold: "{control: fixed, initial: 0.45}")
        let path = try light.write(to: folder, as: "light")
        let json = folder.path("light.json")
        let result = try expectStatus(
            0, ["compare", clip, "--profile", path, "--primary", judge, "--json", json])
        #expect(result.lines.joined().contains(" light with colours's primary: 100 frames, "))
        let data = try Data(contentsOf: URL(fileURLWithPath: json))
        let value = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((value["profile"] as? [String: Any])?["name"] as? String == "light")
        #expect((value["primary"] as? [String: Any])?["profile"] as? String == "colours")
        let threshold = try #require(value["threshold"] as? [String: Double])
        #expect(abs(try #require(threshold["mean"]) - 0.45) < 1e-3)
        try expectStatus(
            64, ["compare", clip, "--profile", judge, "--primary", path],
            says: ["primary", "light"])
        try expectStatus(
            73,
            ["compare", clip, "--profile", path, "--primary", judge]
                + ["--json", "\(judge)/labels.txt"], says: ["labels.txt"])
    }

    @Test func withoutLabelsTheSameChangeIsALoss() throws {
        let (lines, json) = try compare(scene.clip(distractor: true))
        let headline = try #require(lines.first)
        #expect(headline.contains("agrees with the crop on 0.0 %"), "\(headline)")
        #expect(headline.contains("masking lost;"), "\(headline)")
        #expect(json["outcome"] as? String == "worse")
        #expect((json["notes"] as? [String])?.contains("no_labels") == true)
    }

    @Test func withoutADistractorNothingIsGained() throws {
        let (lines, json) = try compare(scene.clip(distractor: false))
        #expect(try #require(lines.first).contains("masking lost less than 2 points"))
        #expect(json["outcome"] as? String == "no_worse" && json["schema"] as? Int == 1)
        #expect(try value("masked_crop", "agreement", json) == 1)
        #expect(try value("masked_crop", "agreement", json, field: "low") == 0)
        let encoded = try #require(json["encoded"] as? [String: Any])
        #expect(try #require(encoded["masked_bytes"] as? Int) > 0)
        #expect(try #require(encoded["unmasked_psnr"] as? Double) > 20)
        #expect(json["sizes"] is NSNull)
    }

    @Test func fewFramesTellNothing() throws {
        let clip = try scene.clip(distractor: false)
        let (lines, json) = try compare(clip, ["--frames", "20", "--threshold", "0.4"])
        #expect(try #require(lines.first).contains("not enough frames to tell"))
        #expect(json["outcome"] as? String == "undecided" && json["frames"] as? Int == 20)
        let threshold = try #require(json["threshold"] as? [String: Double])
        #expect(threshold == ["min": 0.4, "mean": 0.4, "max": 0.4])
    }

    @Test func nothingToCompare() throws {
        let black = try Clips.make(
            "black.mkv", in: folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1", "-c:v", "ffv1"])
        let (lines, json) = try compare(black)
        #expect(lines.first == "no subject was found in 10 frames: nothing to compare")
        #expect(json["outcome"] is NSNull && json["subject_frames"] as? Int == 0)
    }

    @Test func picturesOfAFolder() throws {
        let pictures = try scene.pictures(distractor: true)
        let lines = ["1.png,red", "2.png,red", "3.png,blue"].joined(separator: "\n")
        let labels = try folder.write(Data(lines.utf8), to: "l.csv")
        let (_, json) = try compare(pictures, ["--labels", labels])
        #expect(json["block"] as? String == "picture" && json["blocks"] as? Int == 3)
        #expect(abs(try value("masked_crop", "accuracy", json) - 0.6667) < 1e-9)
        #expect(abs(try value("crop", "accuracy", json) - 0.3333) < 1e-9)
        let encoded = try #require(json["encoded"] as? [String: Any])
        #expect(try #require(encoded["masked_bytes"] as? Int) > 0)
    }

    @Test func sizesGiveACurve() throws {
        let (lines, json) = try compare(
            scene.clip(distractor: false), ["--sizes", "16,8,12"], open: true)
        let sizes = try #require(json["sizes"] as? [String: Any])
        let points = try #require(sizes["points"] as? [[String: Any]])
        #expect(points.compactMap { $0["size"] as? Int } == [8, 12, 16, 8, 12, 16, 8, 12, 16])
        let equal = try #require(sizes["equal"] as? [String: [String: Any]])
        #expect(Set(equal.keys) == ["full", "crop", "masked_crop"])
        #expect(equal["masked_crop"]?["size"] as? Int == 8)
        #expect(lines.contains { $0.hasPrefix("cost at equal agreement (at least 99.0 %): ") })
        #expect(lines.contains { $0.contains("F full frame, C crop, M masked crop") })
    }

    @Test func sameInputSameFigures() throws {
        let clip = try scene.clip(distractor: true)
        let runs = try (0..<2).map { _ in
            let json = try compare(clip, ["--sizes", "8,16"], open: true).json
            return try JSONSerialization.data(
                withJSONObject: withoutTimes(json), options: .sortedKeys)
        }
        #expect(runs[0] == runs[1])
    }

    /// JSON without the entries that hold milliseconds.
    private func withoutTimes(_ value: Any) -> Any {
        if let list = value as? [Any] { return list.map(withoutTimes) }
        guard let object = value as? [String: Any] else { return value }
        return object.filter { !$0.key.split(separator: "_").contains("ms") }
            .mapValues(withoutTimes)
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        let (clip, profile) = (try scene.clip(distractor: false), try scene.profile())
        let light = try TestProfile().write(to: folder, as: "light")
        try expectStatus(
            64, ["compare", clip, "--profile", light], says: ["compare", "primary", "light"])
        let start = ["compare", clip, "--profile", profile]
        try expectStatus(
            64, start + ["--sizes", "8,16"], says: ["--sizes", "primary.onnx", "[1, 3, 8, 8]"])
        try expectStatus(64, start + ["--sizes", "8,8"], says: ["--sizes"])
        try expectStatus(64, start + ["--crf", "99"], says: ["--crf"])
        try expectStatus(64, ["compare", "-", "--profile", profile], says: ["twice"])
        try expectStatus(66, ["compare", folder.path("none.mp4"), "--profile", profile])
        try expectStatus(
            73, start + ["--json", folder.path("none/compare.json")], says: ["none/compare.json"])
        let labels = try folder.write(Data("0,1,green\n".utf8), to: "l.csv")
        try expectStatus(65, start + ["--labels", labels], says: ["green"])
    }
}

/// The profile and the pictures of these tests.
struct CompareScene {
    let folder: TemporaryFolder

    init(_ folder: TemporaryFolder) { self.folder = folder }

    /// A folder for the program's temporary files.
    func temporary() throws -> String {
        let url = folder.url.appendingPathComponent("temporary")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    /// A profile whose confidence is luma and whose primary says whether red or blue is more.
    func profile(isOpen: Bool = false) throws -> String {
        var model = TinyOnnx()
        model.input("x", isOpen ? [1, 3, "height", "width"] : [1, 3, 8, 8])
        // Rows are red, green and blue.
        model.constant("weights", [3, 2], [20, 0, 0, 0, 0, 20])
        model.node("GlobalAveragePool", ["x"], ["means"])
        model.node("Flatten", ["means"], ["colours"])
        model.node("MatMul", ["colours", "weights"], ["y"])
        model.output("y", [1, 2])
        model.property("multiply_adds", "1000")
        var profile = TestProfile()
        profile.top = """
            primary:
              file: primary.onnx
              input: {width: 8, height: 8}
              labels: labels.txt
            """
        let home = URL(fileURLWithPath: try profile.write(to: folder, as: "colours"))
        _ = try model.write(to: home, as: "primary.onnx")
        try Data("red\nblue\n".utf8).write(to: home.appendingPathComponent("labels.txt"))
        return home.path
    }

    private func picture(distractor: Bool) -> String {
        let dim = "drawbox=x=20:y=10:w=28:h=28:t=fill:color=0x4040ff,"
        return (distractor ? dim : "") + "drawbox=x=8:y=18:w=12:h=12:t=fill:color=0xff8080"
    }

    /// A hundred pictures in ten seconds.
    func clip(distractor: Bool) throws -> String {
        try Clips.make(
            "clip.mkv", in: folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=10,format=rgb24"]
                + ["-vf", picture(distractor: distractor) + ",format=yuv420p", "-c:v", "ffv1"])
    }

    /// A folder of three pictures of the same.
    func pictures(distractor: Bool) throws -> String {
        let home = folder.url.appendingPathComponent("pictures")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try Clips.ffmpeg(
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=1:duration=3,format=rgb24"]
                + ["-vf", picture(distractor: distractor), home.path + "/%d.png"])
        return home.path
    }
}
