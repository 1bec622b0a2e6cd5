import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream fingerprint`: the same on one machine, another for other models.
@Suite struct FingerprintTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func json(_ more: [String]) throws -> [String: Any] {
        let result = try expectStatus(0, ["fingerprint", "--json"] + more)
        return try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    }

    @Test(arguments: ["face-emotion", "object-id"]) func itIsTheSameEveryTime(name: String) throws {
        let profile = "\(Program.checkout)/Profiles/\(name)"
        let first = try json(["-p", profile])
        let parts = try #require(first["parts"] as? [String: String])
        #expect(parts.keys.sorted() == ["estimator", "math", "primary", "swscale"])
        for _ in 0..<2 {
            #expect(
                try expectStatus(0, ["fingerprint", "-p", profile]).lines
                    == [first["fingerprint"] as? String])
        }
    }

    @Test func otherAnswersAreAnotherFingerprint() throws {
        let before = try json(["-p", bench.light])
        let parts = try #require(before["parts"] as? [String: String])
        #expect(parts.keys.sorted() == ["estimator", "math", "swscale"])
        _ = try TestProfile(mean: 0.001).write(to: bench.folder, as: "light")
        let after = try json(["-p", bench.light])
        let changed = try #require(after["parts"] as? [String: String])
        #expect(after["fingerprint"] as? String != before["fingerprint"] as? String)
        #expect(changed["estimator"] != parts["estimator"])
        #expect(changed["swscale"] == parts["swscale"])
    }

    @Test func filesIn8BitsRunWhereTheProcessorIsFastWithThem() throws {
        let cpuinfo = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let isFast = cpuinfo.contains(" avx512_vnni")
        // What runs is told from the other by its answers.
        let inverse = TinyOnnx.one(
            "Neg", input: [1, 1, "height", "width"], output: [1, 1, "height", "width"])
        let other = try TestProfile(model: inverse).write(to: bench.folder, as: "inverse")
        let both = try TestProfile(estimator: "  int8: {file: inverse.onnx}").write(
            to: bench.folder, as: "both", adding: ["inverse.onnx": inverse.bytes])
        let found = try json(["-p", both])
        let expected = try json(["-p", isFast ? other : bench.light])
        #expect(found["device"] as? String == "cpu, 1 thread" + (isFast ? ", int8" : ""))
        #expect(
            (found["parts"] as? [String: String])?["estimator"]
                == (expected["parts"] as? [String: String])?["estimator"])
        try Data([1]).write(to: URL(fileURLWithPath: both + "/inverse.onnx"))
        try expectStatus(isFast ? 78 : 0, ["fingerprint", "-p", both])
        let doctor = try Program.run(
            ["doctor"], environment: ["MASKSTREAM_PROFILES": bench.folder.url.path])
        #expect(doctor.lines.contains { $0.hasPrefix("fail  profile both") })
        try FileManager.default.removeItem(atPath: both + "/inverse.onnx")
        try expectStatus(
            78, ["fingerprint", "-p", both], says: ["inverse.onnx", "estimator.int8.file"])
    }

    @Test func whatDoesNotLoadHasNone() throws {
        try expectStatus(78, ["fingerprint", "-p", "nosuch"])
        try expectStatus(64, ["fingerprint"], says: ["--profile"])
        try expectStatus(69, ["fingerprint", "-p", bench.light, "--device", "none"])
        _ = try TestProfile(modelBytes: [1]).write(to: bench.folder, as: "light")
        try expectStatus(78, ["fingerprint", "-p", bench.light], says: ["model.onnx"])
    }
}
