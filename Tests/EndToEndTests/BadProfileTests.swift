import Foundation
import MaskStreamTestSupport
import Testing

/// Profiles that are wrong: 78, with the file and what is wrong in it.
@Suite struct BadProfileTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func refuse(_ profile: String, says words: [String]) throws {
        try expectStatus(
            78, [bench.clip, "--profile", profile, "-o", bench.path("out.mkv")], says: words)
        #expect(!bench.has("out.mkv"))
    }

    private func refuse(_ profile: TestProfile, says words: [String]) throws {
        try refuse(profile.write(to: bench.folder, as: "bad"), says: words)
    }

    @Test func unknownKeys() throws {
        try refuse(TestProfile(top: "colour: red"), says: ["profile.yaml", "colour"])
        try refuse(TestProfile(mask: "  dilated: 1"), says: ["profile.yaml", "dilated"])
        try refuse(TestProfile(estimator: "  path: x"), says: ["profile.yaml", "path"])
    }

    @Test func wrongValues() throws {
        try refuse(TestProfile(mask: "  smoothing: .nan"), says: ["profile.yaml", "smoothing"])
        try refuse(TestProfile(top: "depth: 1"), says: ["profile.yaml", "depth", "4"])
        try refuse(
            TestProfile(estimator: "  activation: relu"),
            says: ["profile.yaml", "activation", "sigmoid"])
    }

    @Test func brokenManifest() throws {
        try refuse(TestProfile(top: "]["), says: ["profile.yaml"])
        let empty = bench.path("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        try refuse(empty, says: [empty])
    }

    @Test func missingModel() throws {
        let profile = try TestProfile().write(to: bench.folder, as: "bad")
        try FileManager.default.removeItem(atPath: profile + "/model.onnx")
        try refuse(profile, says: ["model.onnx"])
    }

    @Test func modelOutside() throws {
        try refuse(
            TestProfile(estimator: "  output: y").write(to: bench.folder, as: "bad")
                + "/../bad/./../nowhere", says: ["nowhere"])
        let profile = try TestProfile().write(to: bench.folder, as: "linked")
        try FileManager.default.removeItem(atPath: profile + "/model.onnx")
        try FileManager.default.createSymbolicLink(
            atPath: profile + "/model.onnx", withDestinationPath: bench.light + "/model.onnx")
        try refuse(profile, says: ["model.onnx"])
    }

    @Test func truncatedModel() throws {
        let whole = TestProfile().model.bytes
        for count in [0, 10, whole.count / 2] {
            try refuse(
                TestProfile(modelBytes: Array(whole.prefix(count))), says: ["model.onnx"])
        }
    }

    @Test func wrongHash() throws {
        let zeros = String(repeating: "0", count: 64)
        try refuse(
            TestProfile(estimator: "  sha256: '\(zeros)'"), says: ["model.onnx", zeros])
    }

    @Test func wrongTensors() throws {
        let model = TinyOnnx.one("Identity", input: [1, 7], output: [1, 7])
        try refuse(TestProfile(model: model), says: ["model.onnx"])
    }
}
