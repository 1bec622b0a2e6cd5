import Foundation
import MaskStreamTestSupport
import Testing

/// `--classes`: a red box on the left and a blue box on the right, and a primary model that tells
/// the colours of what the mask lets it see.
@Suite struct ClassTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Labels 0 to 5 are kinds of red, 6 to 11 kinds of blue: the five best never mix them.
    func profile(interval: Double = 0, hold: Double = 0.2) throws -> String {
        var model = TinyOnnx()
        model.input("x", [1, 3, 8, 8])
        // Rows are red, green and blue.
        model.constant(
            "weights", [3, 12], (0..<36).map { (0..<6).contains($0) || $0 >= 30 ? 20 : 0 })
        model.node("GlobalAveragePool", ["x"], ["means"])
        model.node("Flatten", ["means"], ["colours"])
        model.node("MatMul", ["colours", "weights"], ["y"])
        model.output("y", [1, 12])
        var profile = TestProfile()
        profile.mask = "  smoothing: 0\n  hold: \(hold)"
        profile.top = """
            primary:
              file: primary.onnx
              input: {width: 8, height: 8}
              labels: labels.txt
              groups: groups.txt
              interval: \(interval)
              max_subjects: 2
            """
        let path = try profile.write(to: folder, as: "colours")
        let home = URL(fileURLWithPath: path)
        _ = try model.write(to: home, as: "primary.onnx")
        let labels = (0..<12).map { $0 < 6 ? "red \($0)" : "blue \($0)" }
        for (name, text) in [
            ("labels.txt", labels.joined(separator: "\n")),
            ("groups.txt", "red: 0-5 # warm\nblue: 6-11\nboth: 5, 6\n"),
        ] {
            try Data(text.utf8).write(to: home.appendingPathComponent(name))
        }
        return path
    }

    /// A red box, and a blue one that comes later.
    func boxes() throws -> String { try clip([(8, "red", 0...9), (40, "blue", 3...9)]) }

    /// Ten pictures in a second, black but for boxes: where and from when to when they are there.
    private func clip(_ boxes: [(x: Int, colour: String, frames: ClosedRange<Int>)]) throws
        -> String
    {
        let drawn = boxes.map { box in
            "drawbox=x=\(box.x):y=16:w=16:h=16:t=fill:color=\(box.colour)"
                + ":enable='between(n,\(box.frames.lowerBound),\(box.frames.upperBound))'"
        }
        return try Clips.make(
            "clip.mkv", in: folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1,format=rgb24"]
                + ["-vf", drawn.joined(separator: ",") + ",format=yuv420p", "-c:v", "ffv1"])
    }

    private static let (red, blue) = ("0xff8080", "0x8080ff")

    /// For each picture which of the boxes' centres are shown, `L` and `R`.
    private func shown(
        _ clip: String, _ profile: String, _ options: [String]
    ) throws -> [String] {
        let out = folder.path("out.mkv")
        try expectStatus(
            0,
            [clip, "--profile", profile, "-o", out, "--codec", "ffv1", "--overwrite"] + options)
        let (original, masked) = (try Planes(clip), try Planes(out))
        _ = masked.compare(masked: original)
        return (0..<masked.count).map { picture in
            let left = masked.luma(picture, 12, 24) > 16 ? "L" : "-"
            return left + (masked.luma(picture, 44, 24) > 16 ? "R" : "-")
        }
    }

    private var twoBoxes: String {
        get throws { try clip([(4, Self.red, 0...9), (36, Self.blue, 0...9)]) }
    }

    @Test(arguments: [("red", "L-"), ("blue", "-R"), ("red,blue", "LR"), ("Blue 9", "-R")])
    func theListedClassIsShown(classes: String, expected: String) throws {
        let shown = try shown(twoBoxes, profile(), ["--classes", classes])
        #expect(shown == Array(repeating: expected, count: 10))
    }

    @Test func theMaskAndTheEventsTellWhatIsShown() throws {
        let (clip, profile) = (try twoBoxes, try profile())
        let (out, events) = (folder.path("mask.mkv"), folder.path("events.ndjson"))
        try expectStatus(
            0,
            [clip, "--profile", profile, "-o", out, "--codec", "ffv1", "--classes", "red"]
                + ["--emit", "mask", "--events", events, "--mask", "exact"])
        let mask = try GrayPictures(out)
        let kept = mask.bytes.filter { $0 == 255 }.count
        #expect(kept == 10 * 16 * 16)
        #expect(mask.value(0, 12, 24) == 255 && mask.value(0, 44, 24) == 0)
        let lines = try String(contentsOfFile: events, encoding: .utf8)
            .split(separator: "\n").filter { $0.contains(#""type":"frame""#) }
        #expect(lines.count == 10)
        for line in lines {
            #expect(line.contains(#""kept":0.0833,"#), "\(line)")
            let fields = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let subjects = try #require(fields["subjects"] as? [[String: Any]])
            #expect(subjects.count == 2)
            #expect(subjects.allSatisfy { ($0["scores"] as? [String: Double])?.count == 5 })
        }
    }

    @Test func aSubjectIsMaskedUntilItIsRecognised() throws {
        // The box on the right turns from blue to red and back to blue.
        let clip = try clip([
            (4, Self.red, 0...9), (36, Self.blue, 0...3), (36, Self.red, 4...5),
            (36, Self.blue, 6...9),
        ])
        let shown = try shown(clip, profile(hold: 0.1), ["--classes", "red"])
        #expect(shown == ["L-", "L-", "L-", "L-", "LR", "LR", "LR", "L-", "L-", "L-"])
    }

    @Test func aNewSubjectIsMaskedUntilThePrimaryRuns() throws {
        // The primary runs on pictures 0, 3, 6 and 9.
        let clip = try clip([(4, Self.red, 0...9), (36, Self.red, 1...9)])
        let shown = try shown(clip, profile(interval: 0.3, hold: 0.3), ["--classes", "red"])
        #expect(shown == ["L-", "L-", "L-"] + Array(repeating: "LR", count: 7))
    }

    @Test func aHoldThatIsTooShortIsTold() throws {
        let clip = try clip([(4, Self.red, 0...9)])
        let arguments = [clip, "--profile", try profile(interval: 0.3, hold: 0.1)]
        let result = try expectStatus(
            0, arguments + ["-o", folder.path("o.mkv"), "--classes", "red"])
        #expect(result.errors.contains("mask.hold"))
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        let (clip, profile) = (try twoBoxes, try profile())
        let start = [clip, "--profile", profile, "-o", folder.path("o.mkv"), "--classes"]
        try expectStatus(64, start + ["read"], says: ["--classes", "read", "red, blue"])
        try expectStatus(64, start + ["red,"], says: ["--classes"])
        try expectStatus(64, start + ["red", "--invert"], says: ["--classes", "--invert"])
        try expectStatus(
            64, start + ["red", "--on-miss", "hold"], says: ["--classes", "--on-miss hold"])
        let light = try TestProfile().write(to: folder, as: "light")
        try expectStatus(
            64, [clip, "--profile", light, "-o", folder.path("o.mkv"), "--classes", "red"],
            says: ["--classes", "primary", "light"])
        #expect(!FileManager.default.fileExists(atPath: folder.path("o.mkv")))
    }
}
