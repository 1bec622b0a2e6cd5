import Foundation
import MaskStreamTestSupport
import Testing

/// What the program tells: help, versions, profiles, events, progress, benchmarks.
@Suite struct CommandTests {
    let bench: Workbench
    let shipped = ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"]

    init() throws { bench = try Workbench() }

    private func object(_ text: some StringProtocol) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? [String: Any])
    }

    private func text(_ result: ProgramResult) -> String {
        String(decoding: result.output, as: UTF8.self)
    }

    @Test func help() throws {
        for arguments in [["--help"], ["run", "--help"], ["profiles", "--help"]] {
            #expect(text(try expectStatus(0, arguments)).contains("maskstream"))
        }
        #expect(text(try expectStatus(0, ["--help"])).contains("profiles"))
        let options = text(try expectStatus(0, ["run", "--help"]))
            .split(separator: "\n").filter { $0.hasPrefix("  -") }
            .compactMap { $0.split { " ,".contains($0) }.first { $0.hasPrefix("--") } }
        #expect(
            options.prefix(10) == [
                "--profile", "--invert", "--classes", "--threshold", "--output", "--overwrite",
                "--fill", "--emit", "--canvas", "--codec",
            ])
        let version = text(try expectStatus(0, ["--version"]))
        #expect(version.hasPrefix("maskstream "))
        #expect(version.contains("libavformat"))
    }

    @Test func profiles() throws {
        let list = text(try expectStatus(0, ["profiles", "list"], environment: shipped))
        #expect(list.contains("face-emotion"))
        let shown = try expectStatus(
            0, ["profiles", "show", "face-emotion", "--json"], environment: shipped)
        let card = try object(text(shown))
        for key in ["parameters", "multiply_adds", "input", "levels", "labels", "sha256"] {
            #expect(card[key] != nil, "\(key)")
        }
        try expectStatus(0, ["profiles", "check", bench.light])
        try expectStatus(78, ["profiles", "show", "no-such-profile"], says: ["no-such-profile"])
    }

    @Test(arguments: [
        ("face-emotion", 100e6, 8), ("hair-color", 100e6, 7), ("object-id", 200e6, 1000),
        ("text", 3e9, 0),
    ])
    func shippedProfile(name: String, limit: Double, labels: Int) throws {
        try expectStatus(0, ["profiles", "check", name, bench.clip], environment: shipped)
        let shown = try expectStatus(0, ["profiles", "show", name, "--json"], environment: shipped)
        let card = try object(text(shown))
        #expect(try #require(card["multiply_adds"] as? Double) < limit)
        #expect((card["labels"] as? [String] ?? []).count == labels)
    }

    /// A detector, free to use, without a primary.
    @Test func shippedDetector() throws {
        try expectStatus(0, ["profiles", "check", "faces", bench.clip], environment: shipped)
        let shown = try expectStatus(
            0, ["profiles", "show", "faces", "--json"], environment: shipped)
        let card = try object(text(shown))
        #expect((card["license"] as? String)?.hasPrefix("MIT") == true)
        #expect(try #require(card["multiply_adds"] as? Double) < 1.4e9)
        #expect((card["labels"] as? [String])?.isEmpty == true)
    }

    /// Shapes alone: whether there are cameras here depends on the machine.
    @Test func devices() throws {
        let listing = try object(text(try expectStatus(0, ["devices", "--json"])))
        for key in ["cameras", "virtual_cameras", "not_permitted"] {
            #expect(listing[key] is [Any], "\(key)")
        }
        let inference = try #require(listing["inference"] as? [[String: Any]])
        #expect(inference.contains { $0["name"] as? String == "cpu" && $0["version"] is String })
        let told = text(try expectStatus(0, ["devices"]))
        #expect(told.contains("cpu  ONNX Runtime 1."))
        if (listing["cameras"] as? [Any])?.isEmpty == true {
            #expect(told.hasPrefix("no cameras found"))
        }
        if (listing["virtual_cameras"] as? [Any])?.isEmpty == true {
            #expect(told.contains("sudo modprobe v4l2loopback exclusive_caps=1"))
        }
        try expectStatus(
            66, ["/dev/video77", "-p", bench.light, "-o", bench.path("out.mkv")],
            says: ["no such camera", "maskstream devices"])
    }

    @Test func groupsAreShown() throws {
        let shown = try expectStatus(
            0, ["profiles", "show", "object-id", "--json"], environment: shipped)
        let groups = try object(text(shown))["groups"] as? [String: [Int]]
        #expect(groups?["dog"]?.contains(207) == true)
    }

    @Test func events() throws {
        try expectStatus(
            0, [bench.clip, "--profile", bench.light, "--events", bench.path("events")])
        let lines = try String(contentsOfFile: bench.path("events"), encoding: .utf8)
            .split(separator: "\n").map { try object($0) }
        #expect(lines.compactMap { $0["type"] as? String }.first == "start")
        #expect(lines.first?["schema"] as? Int == 1)
        let frames = lines.filter { $0["type"] as? String == "frame" }
        #expect(frames.compactMap { $0["frame"] as? Int } == Array(0..<10))
        #expect(frames.compactMap { $0["pts"] as? Int } == (0..<10).map { $0 * 100 })
        for key in ["file", "time", "threshold", "kept", "subjects", "probe", "miss", "primary"] {
            #expect(frames.allSatisfy { $0[key] != nil }, "\(key)")
        }
        #expect(frames.allSatisfy { $0["threshold"] as? Double == 0.5 })
        let end = try #require(lines.last)
        #expect(end["type"] as? String == "end")
        #expect(end["frames_in"] as? Int == 10 && end["frames_out"] as? Int == 10)
        #expect(end["exit"] as? Int == 0)
    }

    @Test func failuresAreInTheEvents() throws {
        let profile = try TestProfile.failing.write(to: bench.folder, as: "failing")
        try expectStatus(
            70, [bench.clip, "--profile", profile, "--events", bench.path("events")])
        let last = try String(contentsOfFile: bench.path("events"), encoding: .utf8)
            .split(separator: "\n").last
        #expect(try object(#require(last))["exit"] as? Int == 70)
    }

    @Test func jsonProgress() throws {
        let result = try expectStatus(
            0, bench.masking(bench.clip, to: "out.mkv", ["--progress", "json"]))
        let lines = try result.errors.split(separator: "\n").map { try object($0) }
        let last = try #require(lines.last)
        #expect(last["type"] as? String == "summary")
        #expect(last["frames"] as? Int == 10)
    }

    @Test func silence() throws {
        let result = try expectStatus(
            0, bench.masking(bench.clip, to: "out.mkv", ["--progress", "none"]))
        #expect(result.errors.isEmpty, "\(result.errors)")
    }

    @Test func dryRunWritesNothing() throws {
        let result = try expectStatus(0, bench.masking(bench.clip, to: "out.mkv", ["--dry-run"]))
        #expect(text(result).contains("ffv1"))
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
    }

    @Test func benchmark() throws {
        let result = try expectStatus(
            0,
            ["bench", Program.sample("portrait.mp4"), "--profile", "face-emotion", "--runs", "1"]
                + ["--frames", "5", "--preset", "ultrafast", "--json", bench.path("bench.json")]
                + ["--detail", "2"],
            environment: shipped)
        #expect(text(result).contains("ratio") && text(result).contains("detail 2"))
        let figures = try String(contentsOfFile: bench.path("bench.json"), encoding: .utf8)
        #expect(try object(figures)["detail"] as? Int == 2)
    }
}
