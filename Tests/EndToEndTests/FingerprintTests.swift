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

    @Test func whatDoesNotLoadHasNone() throws {
        try expectStatus(78, ["fingerprint", "-p", "nosuch"])
        try expectStatus(64, ["fingerprint"], says: ["--profile"])
        try expectStatus(69, ["fingerprint", "-p", bench.light, "--device", "none"])
        _ = try TestProfile(modelBytes: [1]).write(to: bench.folder, as: "light")
        try expectStatus(78, ["fingerprint", "-p", bench.light], says: ["model.onnx"])
    }
}
