import Foundation
import MaskStreamTestSupport
import Testing

/// Probes, labels and gaps, with models of a few nodes: what is light is relevant, and the primary
/// tells how light what it sees is.
@Suite struct LoopTests {
    let folder: TemporaryFolder
    let profile: String

    init() throws {
        folder = try TemporaryFolder()
        var profile = TestProfile()
        profile.threshold =
            "{control: probe, initial: 0.5, min: 0.2, max: 0.9, burst_interval: 0.2}"
        profile.top = """
            primary:
              file: primary.onnx
              input: {width: 8, height: 8, colour: gray}
              labels: labels.txt
            lookahead: 2
            """
        self.profile = try profile.write(to: folder, as: "light")
        _ = try TinyOnnx.lightness().write(
            to: URL(fileURLWithPath: self.profile), as: "primary.onnx")
        let labels = URL(fileURLWithPath: self.profile + "/labels.txt")
        try Data("light\ndark\n".utf8).write(to: labels)
    }

    /// A light box on black, gone from the picture `from` to before `to`.
    private func clip(
        gone from: Int = 999, _ to: Int = 999, rate: Int = 10, seconds: Int = 3
    ) throws -> String {
        let here = "not(between(n,\(from),\(to - 1)))"
        return try Clips.make(
            "clip.mkv", in: folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=\(rate):duration=\(seconds)"]
                + [
                    "-vf",
                    "format=gray,drawbox=x=16:y=16:w=16:h=16:t=fill:color=0xf0f0f0:enable='\(here)'",
                ]
                + ["-pix_fmt", "yuv420p", "-c:v", "ffv1"])
    }

    /// The events of a run as dictionaries.
    private func events(_ options: [String], status: Int32 = 0) throws -> [[String: Any]] {
        let path = folder.path("events.ndjson")
        let result = try Program.run(options + ["--profile", profile, "--events", path])
        #expect(result.status == status, "\(result.errors)")
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("A probe's event holds four views, and two runs write the same bytes")
    func probes() throws {
        let events = try events([clip()])
        #expect(events.first?["lookahead"] as? Int == 2)
        let frames = events.filter { $0["type"] as? String == "frame" }
        #expect(frames.count == 30)
        let probes = frames.compactMap { $0["probe"] as? [String: Any] }
        #expect((3...15).contains(probes.count), "\(probes.count) probes")
        for probe in probes {
            #expect(probe["gain"] as? Bool == false)
            for name in ["reference", "current", "tighter", "looser"] {
                let view = try #require(probe[name] as? [String: Any])
                #expect(Set(view.keys) == ["threshold", "label", "confidence", "regret", "js"])
                #expect(view["threshold"] is NSNull == (name == "reference"))
                #expect(view["label"] as? String == "light")
            }
        }
        let first = try Data(contentsOf: URL(fileURLWithPath: folder.path("events.ndjson")))
        _ = try self.events([clip()])
        let second = try Data(contentsOf: URL(fileURLWithPath: folder.path("events.ndjson")))
        #expect(first == second)
    }

    @Test("A mask that costs nothing is tightened, within its bounds")
    func tightens() throws {
        let thresholds = try events([clip(seconds: 8)]).compactMap { $0["threshold"] as? Double }
        #expect((thresholds.last ?? 0) > 0.5)
        #expect(thresholds.allSatisfy { $0 <= 0.9 })
    }

    @Test("The true label is what probes are measured by")
    func truth() throws {
        let labels = try folder.write(Data("start,end,label\n0,9,dark\n".utf8), to: "labels.csv")
        let frames = try events([clip(), "--labels", labels])
        let probes = frames.compactMap { $0["probe"] as? [String: Any] }
        let regrets = probes.compactMap { ($0["looser"] as? [String: Any])?["regret"] as? Double }
        #expect(!regrets.isEmpty)
        // The model never takes it for dark: there is no vote, and nothing moves.
        #expect(frames.compactMap { $0["threshold"] as? Double }.allSatisfy { $0 == 0.5 })
    }

    @Test("Labels that cannot be used are told apart")
    func badLabels() throws {
        let clip = try clip()
        let out = ["--profile", profile, "-o", folder.path("out.mkv")]
        let labels = try folder.write(Data("0,1,light\n1,2,lihgt\n".utf8), to: "bad.csv")
        try expectStatus(
            65, [clip, "--labels", labels] + out, says: ["bad.csv", "line 2", "light"])
        try expectStatus(66, [clip, "--labels", folder.path("none.csv")] + out, says: ["none.csv"])
        try expectStatus(
            64, [clip, "--labels", labels, "--invert"] + out, says: ["--labels", "--invert"])
        let plain = try TestProfile().write(to: folder, as: "plain")
        try expectStatus(
            64, [clip, "--labels", labels, "--profile", plain, "--dry-run"],
            says: ["--labels", "primary"])
    }

    @Test("A subject lost for longer than allowed fails the run and leaves the part")
    func gaps() throws {
        let clip = try clip(gone: 10, 16)
        let out = folder.path("out.mkv")
        let run = [clip, "--profile", profile, "-o", out, "--codec", "ffv1"]
        try expectStatus(70, run + ["--fail-on-gap", "0.5"], says: ["0.70 s", "0.90", "1.60"])
        #expect(!FileManager.default.fileExists(atPath: out))
        let part = try Planes(out + ".part")
        #expect(part.count == 30)
        try expectStatus(0, run + ["--fail-on-gap", "0.7"])
        let end = try events([clip, "--fail-on-gap", "0.1"], status: 70).last
        #expect(end?["longest_gap"] as? Double == 0.7 && end?["exit"] as? Int == 70)
        try expectStatus(64, run + ["--fail-on-gap", "-1"])
    }

    @Test("What is lost for two frames stays hidden, with a lookahead", arguments: [1, 2])
    func hidden(frames: Int) throws {
        let clip = try clip(gone: 10, 10 + frames, rate: 30)
        let out = folder.path("out.mkv")
        try expectStatus(
            0,
            [clip, "--profile", profile, "-o", out, "--codec", "ffv1", "--invert"]
                + ["--emit", "mask"])
        let mask = try GrayPictures(out)
        for picture in 8..<14 {
            #expect(mask.value(picture, 24, 24) == 0, "picture \(picture)")
            #expect(mask.value(picture, 4, 4) == 255)
        }
    }
}

extension TinyOnnx {
    /// A primary of two classes, `light` and `dark`: how light what it sees is.
    static func lightness() -> TinyOnnx {
        var model = TinyOnnx()
        model.input("x", [1, 1, 8, 8])
        model.constant("weights", [1, 2], [8, -8])
        model.constant("bias", [2], [-4, 4])
        model.node("GlobalAveragePool", ["x"], ["means"])
        model.node("Flatten", ["means"], ["light"])
        model.node("MatMul", ["light", "weights"], ["product"])
        model.node("Add", ["product", "bias"], ["y"])
        model.output("y", [1, 2])
        return model
    }
}
