import Foundation
import MaskStreamTestSupport
import Testing

/// A second look at what was edited: what an edit keeps wholly is no finding.
@Suite struct VerifyEditsTests {
    let bench: Workbench
    let folder: String
    /// A profile that finds what is not black, by another network than the one that hides.
    let finder: String

    /// A white square that is found and hidden, and a gray one that is missed.
    init() throws {
        bench = try Workbench()
        folder = bench.path("a")
        let input = "{area: 3072, multiple: 1}"
        let hider = try TestProfile(input: input).write(to: bench.folder, as: "hider")
        finder = try TestProfile(
            model: TinyOnnx.one(
                "Abs", input: [1, 1, "height", "width"], output: [1, 1, "height", "width"]),
            input: input
        ).write(to: bench.folder, as: "finder")
        let boxes = "drawbox=4:4:12:12:white:fill,drawbox=40:24:8:8:0x707070:fill"
        let clip = try Clips.make(
            "squares.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1,format=yuv420p"]
                + ["-vf", boxes, "-c:v", "ffv1"])
        try expectStatus(
            0,
            ["analyze", clip, "-p", hider, "--invert", "--threshold", "0.7", "-o", folder])
    }

    private struct Document: Decodable {
        struct Finding: Decodable {
            let box: [Int]
            let from: Double
            let to: Double
        }
        let findings: [Finding]
    }

    private func write(_ edits: String) throws {
        try edits.write(toFile: "\(folder)/edits.yaml", atomically: true, encoding: .utf8)
    }

    private func findings(_ path: String) throws -> [[Int]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try JSONDecoder().decode(Document.self, from: data).findings.map(\.box)
    }

    private static let white = [4, 4, 12, 12]
    private static let gray = [40, 24, 8, 8]

    @Test(
        "What is kept wholly is shown on purpose, all else is found",
        arguments: [
            ("", [gray]),
            ("tracks: {1: keep}", [gray]),
            ("regions: [{do: keep, box: [38, 22, 12, 12], from: 0, to: 1}]", []),
            ("regions: [{do: keep, box: [40, 24, 8, 8], from: 0, to: 1}]", []),
            // Partly, for a while, and where it is hidden all the same.
            ("regions: [{do: keep, box: [38, 22, 9, 12], from: 0, to: 1}]", [gray]),
            ("regions: [{do: keep, box: [38, 22, 12, 12], from: 0, to: 0.5}]", [gray]),
            (
                "regions: [{do: keep, box: [38, 22, 12, 12], from: 0, to: 1}, "
                    + "{do: hide, box: [48, 22, 2, 2], from: 0, to: 1}]", [gray]
            ),
            (
                "{tracks: {1: keep}, regions: [{do: keep, box: [38, 22, 12, 12], from: 0, to: 1}]}",
                []
            ),
        ])
    func whatIsKept(edits: String, expected: [[Int]]) throws {
        try write(edits)
        let out = bench.path("out.mkv")
        let status: Int32 = expected.isEmpty ? 0 : 70
        try expectStatus(
            status, ["render", folder, "-o", out, "--codec", "ffv1", "--verify-with", finder])
        #expect(bench.has("out.mkv") == expected.isEmpty)
        let written = expected.isEmpty ? out : "\(out).part"
        #expect(try findings("\(folder)/findings.json") == expected)
        let rights = try FileManager.default.attributesOfItem(atPath: "\(folder)/findings.json")
        #expect(rights[.posixPermissions] as? Int == 0o600)
        try FileManager.default.removeItem(atPath: "\(folder)/findings.json")
        let json = ["--json", bench.path("f.json")]
        let again = try Program.run(
            ["verify", written, "--with", finder, "--analysis", folder] + json)
        #expect(again.status == status, "\(again.errors)")
        #expect(try findings("\(folder)/findings.json") == expected)
        #expect(try findings(bench.path("f.json")) == expected)
    }

    @Test("A look that knows no edits finds all, and so does one at another video")
    func withoutEdits() throws {
        try write("tracks: {1: keep}")
        let out = bench.path("out.mkv")
        try expectStatus(0, ["render", folder, "-o", out, "--codec", "ffv1"])
        func look(_ path: String, _ more: [String]) throws -> [[Int]] {
            let json = bench.path("f.json")
            let result = try Program.run(
                ["verify", path, "--with", finder, "--json", json] + more)
            #expect(result.status == 70, "\(result.errors)")
            return try findings(json)
        }
        #expect(try look(out, []) == [Self.white, Self.gray])
        #expect(try look(out, ["--analysis", folder]) == [Self.gray])
        #expect(
            try look(out, ["--analysis", folder, "--edits", "/dev/null"])
                == [Self.white, Self.gray])
        let larger = try Clips.make(
            "larger.mkv", in: bench.folder, ["-i", out, "-vf", "pad=80:48", "-c:v", "ffv1"])
        #expect(try look(larger, ["--analysis", folder]).count == 2)
        try expectStatus(
            64, ["verify", out, "--with", finder, "--edits", "/dev/null"], says: ["--analysis"])
        try expectStatus(
            73,
            ["verify", out, "--with", finder, "--analysis", folder]
                + ["--json", "\(folder)/edits.yaml"], says: ["would replace an input"])
    }
}
