import Foundation
import MaskStreamTestSupport
import Testing

/// Pictures and folders of pictures.
@Suite struct PictureTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func picture(_ name: String, size: String = "64x48") throws -> String {
        try Clips.make(name, in: bench.folder, Clips.testSource(size) + ["-frames:v", "1"])
    }

    private func size(_ path: String) throws -> [String] {
        try Clips.probe(path, ["-show_entries", "stream=width,height"])
    }

    @Test(arguments: [("in.png", "out.png"), ("in.jpg", "out.png"), ("in.png", "out.jpg")])
    func picture(input: String, output: String) throws {
        let input = try picture(input, size: "65x47")
        try expectStatus(0, bench.masking(input, to: output))
        #expect(try size(bench.path(output)) == ["65,47"])
    }

    @Test func folderOfPictures() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("in"), withIntermediateDirectories: true)
        for (name, size) in [("b.png", "64x48"), ("a.jpg", "48x64"), ("c.png", "31x17")] {
            _ = try picture("in/\(name)", size: size)
        }
        try expectStatus(0, bench.masking(bench.path("in"), to: "out"))
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.path("out")).sorted()
        #expect(names == ["a.png", "b.png", "c.png"])
        #expect(try size(bench.path("out/a.png")) == ["48,64"])
        #expect(try size(bench.path("out/c.png")) == ["31,17"])
    }

    @Test func folderWithoutAParent() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("in"), withIntermediateDirectories: true)
        _ = try picture("in/a.png")
        try expectStatus(73, bench.masking(bench.path("in"), to: "no/out"))
    }

    @Test func firstPictureOfAVideo() throws {
        let result = try expectStatus(0, bench.masking(bench.clip, to: "out.png"))
        #expect(try size(bench.path("out.png")) == ["64,48"])
        #expect(result.errors.contains("warning: "))
    }

    @Test func transparencyIsNeverLost() throws {
        let clear = try Clips.make(
            "clear.png", in: bench.folder,
            ["-f", "lavfi", "-i", "color=white@0.0:size=64x48,format=rgba", "-frames:v", "1"])
        try expectStatus(0, bench.masking(clear, to: "out.png", ["--threshold", "0"]))
        #expect(try size(bench.path("out.png")) == ["64,48"])
    }
}
