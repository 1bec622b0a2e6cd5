import Foundation
import MaskStreamTestSupport
import Testing

/// Runs that find no subject at all say so.
@Suite struct UndetectedTests {
    let bench: Workbench
    /// Two seconds in which nothing is bright.
    let dark: String

    init() throws {
        bench = try Workbench()
        dark = try Clips.make(
            "dark.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=2", "-c:v", "ffv1"])
    }

    private func image(_ name: String, _ color: String) throws -> String {
        try Clips.make(
            name, in: bench.folder,
            ["-f", "lavfi", "-i", "color=\(color):size=64x48", "-frames:v", "1"])
    }

    private func events(_ type: String) throws -> [[String: Any]] {
        try String(contentsOfFile: bench.path("e.ndjson"), encoding: .utf8).split(separator: "\n")
            .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
            .filter { $0["type"] as? String == type }
    }

    @Test(arguments: [[], ["--invert"]])
    func aClip(direction: [String]) throws {
        let records = ["--events", bench.path("e.ndjson"), "--report", bench.path("r.html")]
        let result = try expectStatus(0, bench.masking(dark, to: "out.mkv", direction + records))
        #expect(result.errors.contains("warning: no subject was found in any of 20 frames"))
        #expect(result.errors.contains("no subject found: 20 frames"))
        #expect(try events("warning").map { $0["code"] as? String } == ["nothing_found"])
        let end = try #require(events("end").first)
        #expect(end["undetected"] as? Int == 20 && end["exit"] as? Int == 0)
        let page = try String(contentsOfFile: bench.path("r.html"), encoding: .utf8)
        #expect(page.contains("No subject was found in any of 20 frames."))
    }

    @Test func aClipWithASubjectSaysNothing() throws {
        let result = try expectStatus(
            0, bench.masking(bench.clip, to: "out.mkv", ["--events", bench.path("e.ndjson")]))
        #expect(!result.errors.contains("no subject"))
        #expect(try events("end").first?["undetected"] as? Int == 0)
    }

    @Test func theWholeClipIsTheGapWhereSubjectsAreHidden() throws {
        let limit = ["--overwrite", "--fail-on-gap"]
        try expectStatus(0, bench.masking(dark, to: "out.mkv", limit + ["0.5"]))
        try expectStatus(
            70, bench.masking(dark, to: "out.mkv", ["--invert"] + limit + ["1.9"]),
            says: ["no subject was found for 2.00 s, from 0.00 s to 2.00 s"])
        try expectStatus(0, bench.masking(dark, to: "out.mkv", ["--invert"] + limit + ["2.1"]))
        let image = try image("dark.png", "black")
        try expectStatus(0, bench.masking(image, to: "out.png", limit + ["1"]))
        try expectStatus(
            70, bench.masking(image, to: "out.png", ["--invert"] + limit + ["1"]),
            says: ["no subject was found in 1 of 1 images"])
    }

    @Test func imagesOfAFolderAreNamed() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("in"), withIntermediateDirectories: false)
        for (name, color) in [("a", "white"), ("b", "black"), ("c", "white"), ("d", "black")] {
            _ = try image("in/\(name).png", color)
        }
        let result = try expectStatus(0, bench.masking(bench.path("in"), to: "out", ["--invert"]))
        #expect(
            result.errors.contains("no subject was found in 2 of 4 images: b.png, d.png"),
            "\(result.errors)")
        try expectStatus(
            70,
            bench.masking(bench.path("in"), to: "again", ["--invert", "--fail-on-gap", "9"]),
            says: ["2 of 4 images"])
    }

    @Test func allThatIsHiddenIsListed() throws {
        // Nine small lights; a profile lists four.
        let spots = (0..<9).map { n in
            "drawbox=x=\(2 + n % 3 * 20):y=\(2 + n / 3 * 16):w=3:h=3:color=white:t=fill"
        }
        let clip = try Clips.make(
            "spots.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=0.2,format=gray"]
                + ["-vf", spots.joined(separator: ","), "-c:v", "ffv1"])
        let events = ["--events", bench.path("e.ndjson")]
        try expectStatus(0, bench.masking(clip, to: "out.mkv", ["--invert"] + events))
        for frame in try self.events("frame") {
            #expect((frame["subjects"] as? [Any])?.count == 9)
        }
    }
}
