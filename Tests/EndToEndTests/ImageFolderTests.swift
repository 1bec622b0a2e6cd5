import Foundation
import MaskStreamTestSupport
import Testing

/// Folders of pictures: what is taken, what it becomes, and what happens to the rest.
@Suite struct ImageFolderTests {
    let bench: Workbench

    init() throws {
        bench = try Workbench()
        for name in ["in/sub/deep", "other"] {
            try FileManager.default.createDirectory(
                atPath: bench.path(name), withIntermediateDirectories: true)
        }
        let picture = try Clips.make(
            "one.png", in: bench.folder, Clips.testSource(rate: "1") + ["-frames:v", "1"])
        for name in ["in/x.png", "in/y.png", "in/sub/z.png", "in/sub/deep/w.PNG"] {
            try FileManager.default.copyItem(atPath: picture, toPath: bench.path(name))
        }
        try Clips.ffmpeg(["-i", picture, bench.path("in/x.jpg")])
    }

    private func names(_ folder: String) throws -> [String] {
        let found = FileManager.default.enumerator(atPath: bench.path(folder))
        return (found?.allObjects as? [String] ?? []).filter { $0.contains(".") }.sorted()
    }

    private func masking(_ out: String, _ more: [String] = []) -> [String] {
        bench.masking(bench.path("in"), to: out, more)
    }

    @Test func whatIsNoPictureIsNamed() throws {
        _ = try bench.folder.write(Data("text".utf8), to: "in/notes.txt")
        let result = try expectStatus(0, masking("out"))
        #expect(try names("out") == ["x.jpg.png", "x.png.png", "y.png"])
        #expect(result.errors.contains("no images or videos (1): notes.txt"))
        #expect(result.errors.contains("folders (1): sub; --recursive takes them"))
    }

    @Test func foldersAreTakenOnRequest() throws {
        try FileManager.default.createSymbolicLink(
            atPath: bench.path("in/sub/loop"), withDestinationPath: bench.path("in"))
        let all = ["sub/deep/w.png", "sub/z.png", "x.jpg.png", "x.png.png", "y.png"]
        let result = try expectStatus(0, masking("in/masked", ["--recursive"]))
        #expect(try names("in/masked") == all)
        #expect(result.errors.contains("links to folders (1): sub/loop"))
        // What was written is not taken for an input.
        try expectStatus(0, masking("in/masked", ["--recursive", "--overwrite"]))
        #expect(try names("in/masked") == all)
        let events = bench.path("events")
        try expectStatus(
            0, [bench.path("in"), "-p", bench.light, "--recursive", "--events", events])
        #expect(try String(contentsOfFile: events, encoding: .utf8).contains(#""sub/z.png""#))
        try expectStatus(
            64, bench.masking(bench.clip, to: "out.mkv", ["--recursive"]), says: ["--recursive"])
    }

    @Test(arguments: [
        (["--codec", "mjpeg"], "jpg"), (["--format", "webp"], "webp"),
        (["--codec", "tiff"], "tif"),
    ]) func theKindOfPictureIsChosen(_ item: (options: [String], ending: String)) throws {
        try expectStatus(0, masking("out", item.options))
        let expected = ["x.jpg", "x.png", "y"].map { "\($0).\(item.ending)" }
        #expect(try names("out") == expected)
        let codecs = ["jpg": "mjpeg", "webp": "webp", "tif": "tiff"]
        #expect(
            try Clips.probe(
                bench.path("out/\(expected[2])"), ["-show_entries", "stream=codec_name"])
                == [codecs[item.ending]])
    }

    @Test func whatIsNoFolderIsRefused() throws {
        for out in ["t2.mp4", "t2.png"] {
            try expectStatus(64, masking(out), says: [out, "folder"])
            #expect(!bench.has(out))
        }
        let folder = bench.path("t2.mp4") + "/"
        try expectStatus(0, [bench.path("in"), "-p", bench.light, "-o", folder])
        #expect(try names("t2.mp4").count == 3)
        for options in [["--codec", "libx264"], ["--format", "mp4"]] {
            try expectStatus(64, masking("out", options), says: [options[1]])
        }
        try expectStatus(64, [bench.path("in"), "-p", bench.light, "-o", "-"])
        try expectStatus(64, masking("out", ["--start", "1"]), says: ["--start"])
        try expectStatus(
            64, bench.masking(bench.path("in/y.png"), to: "y.png", ["--codec", "mjpeg"]))
        #expect(!bench.has("out"))
    }

    @Test func aBrokenPictureDoesNotStopTheOthers() throws {
        for (name, data) in [("a.png", ""), ("b.png", "text"), ("z.jpg", "text")] {
            _ = try bench.folder.write(Data(data.utf8), to: "in/\(name)")
        }
        let result = try expectStatus(
            65, masking("out"), says: ["3 of 6 images failed", "a.png"])
        #expect(try names("out") == ["x.jpg.png", "x.png.png", "y.png"])
        for name in ["a.png", "b.png", "z.jpg"] {
            #expect(result.errors.contains("in/\(name)"), "\(result.errors)")
        }
        try expectStatus(65, masking("out"), says: ["3 of 3 images failed"])
    }

    @Test func aStoppedRunGoesOn() throws {
        try expectStatus(0, masking("out", ["--frames", "1"]))
        #expect(try names("out") == ["x.jpg.png"])
        let kept = try bench.folder.write(Data("complete".utf8), to: "out/x.jpg.png")
        let result = try expectStatus(0, masking("out"))
        #expect(result.errors.contains("1 of 3 outputs exist"), "\(result.errors)")
        #expect(try names("out") == ["x.jpg.png", "x.png.png", "y.png"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == Data("complete".utf8))
        try expectStatus(73, masking("out"), says: ["all 3 outputs exist", "--overwrite"])
        try expectStatus(0, masking("out", ["--overwrite"]))
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) != Data("complete".utf8))
    }

    @Test func aFolderThatIsCalledByADotHasAName() throws {
        let run = try runProgram([
            "sh", "-c", "cd \(bench.path("in/sub")) && exec \"$0\" \"$@\"", Program.path, ".", "-p",
            bench.light, "--output-dir", bench.path("other"),
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try names("other") == ["sub/z.png"])
    }
}
