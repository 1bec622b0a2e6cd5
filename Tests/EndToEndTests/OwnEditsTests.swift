import Foundation
import MaskStreamTestSupport
import Testing

/// `edits.yaml` in the folder of an analysis: a render takes it where it is given no other.
@Suite struct OwnEditsTests {
    let bench: Workbench
    let folder: String

    /// A white square on black, kept by the analysis.
    init() throws {
        bench = try Workbench()
        folder = bench.path("a")
        let clip = try Clips.make(
            "square.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1,format=yuv420p"]
                + ["-vf", "drawbox=16:16:16:16:white:fill", "-c:v", "ffv1"])
        try expectStatus(0, ["analyze", clip, "-p", bench.light, "-o", folder])
    }

    private func write(_ edits: String) throws {
        try edits.write(toFile: "\(folder)/edits.yaml", atomically: true, encoding: .utf8)
    }

    /// Whether a render shows the square.
    private func isShown(_ more: [String] = [], says word: String? = nil) throws -> Bool {
        let result = try expectStatus(
            0,
            ["render", folder, "-o", bench.path("out.mkv"), "--codec", "ffv1", "--overwrite"]
                + more,
            environment: ["MASKSTREAM_ONNXRUNTIME": "/nowhere"])
        #expect(result.errors.contains("edited as") == (word != nil), "\(result.errors)")
        if let word { #expect(result.errors.contains("edited as \(word)"), "\(result.errors)") }
        return try Planes(bench.path("out.mkv")).luma(4, 24, 24) == 235
    }

    @Test func theFoldersOwnEditsAreTaken() throws {
        #expect(try isShown())
        try write("tracks: {1: hide}")
        #expect(try !isShown(says: "\(folder)/edits.yaml"))
        #expect(try isShown(["--edits", "/dev/null"], says: "/dev/null"))
        let other = try bench.folder.write(Data("spans: []".utf8), to: "other.yaml")
        #expect(try isShown(["--edits", other], says: other))
        try expectStatus(
            0, ["export", folder, "--format", "coco", "-o", bench.path("a.json")])
        let text = try String(contentsOfFile: bench.path("a.json"), encoding: .utf8)
        #expect(!text.contains("image_id"))
        try write("tracks: {1: show}")
        try expectStatus(
            78, ["render", folder, "-o", bench.path("b.mkv")], says: ["edits.yaml", "tracks.1"])
    }

    @Test func aCertificateHoldsTheirHashAndWhatTheModelsAnswered() throws {
        let run = ["--certificate", bench.path("c.json")]
        func record() throws -> [String: Any] {
            let data = try Data(contentsOf: URL(fileURLWithPath: bench.path("c.json")))
            return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        #expect(try isShown(run))
        #expect(try record()["edits"] == nil)
        try write("tracks: {1: hide}")
        #expect(try !isShown(run, says: folder))
        let sum = try runProgram(["sha256sum", "\(folder)/edits.yaml"]).lines[0].prefix(64)
        #expect((try record()["edits"] as? [String: Any])?["sha256"] as? String == String(sum))
        #expect(
            try record()["fingerprint"] as? String
                == expectStatus(0, ["fingerprint", "-p", bench.light]).lines.first)
    }

    @Test func changedEditsAreWorkToDo() throws {
        let run = ["--receipt", bench.path("r.json"), "--skip-done"]
        #expect(try isShown(run))
        #expect(try isShown(run))
        try write("tracks: {1: hide}")
        #expect(try !isShown(run, says: folder))
    }

    @Test func anotherAnalysisIsNotEditedAsTheFirst() throws {
        try write("tracks: {1: hide}")
        try expectStatus(
            0,
            ["analyze", bench.path("square.mkv"), "-p", bench.light, "-o", folder, "--overwrite"])
        #expect(try isShown())
        let kept = try String(contentsOfFile: "\(folder)/earlier-edits.yaml", encoding: .utf8)
        #expect(kept == "tracks: {1: hide}")
    }
}
