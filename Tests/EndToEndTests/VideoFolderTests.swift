import Foundation
import MaskStreamTestSupport
import Testing

/// Folders of videos: each is an input of its own and keeps its name.
@Suite struct VideoFolderTests {
    let bench: Workbench

    init() throws {
        bench = try Workbench()
        try FileManager.default.createDirectory(
            atPath: bench.path("in/sub/deep"), withIntermediateDirectories: true)
        for name in ["in/a.mkv", "in/sub/b.MKV", "in/sub/deep/c.mkv"] {
            try FileManager.default.copyItem(atPath: bench.clip, toPath: bench.path(name))
        }
        for name in ["in/bad.mp4", "in/notes.txt", "in/.hidden.mkv"] {
            _ = try bench.folder.write(Data("text".utf8), to: name)
        }
    }

    private func names(_ folder: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: bench.path(folder))
        return (found?.allObjects as? [String] ?? []).filter { $0.contains(".") }.sorted()
    }

    private func masking(_ more: [String]) -> [String] {
        [bench.path("in"), "-p", bench.light, "--codec", "ffv1"] + more
    }

    private var output: [String] { ["-o", bench.path("out")] }

    @Test func eachKeepsItsNameAndABrokenOneStopsNone() throws {
        let flat = try expectStatus(65, masking(output), says: ["bad.mp4"])
        #expect(names("out") == ["a.mkv"])
        #expect(flat.errors.contains("folders (1): sub; --recursive takes them"), "\(flat.errors)")
        #expect(flat.errors.contains("no images or videos (1): notes.txt"), "\(flat.errors)")
        #expect(flat.errors.contains("2 inputs: 1 done, 1 not"), "\(flat.errors)")
        let deep = try expectStatus(
            65, masking(output + ["--recursive", "--overwrite"]), says: ["bad.mp4"])
        #expect(names("out") == ["a.mkv", "sub/b.MKV", "sub/deep/c.mkv"])
        #expect(deep.errors.contains("4 inputs: 3 done, 1 not"), "\(deep.errors)")
        let alone = try Clips.rawVideo(
            bench.mask(bench.clip, to: "alone.mkv"), pixelFormat: "yuv420p")
        for name in names("out") {
            #expect(try Clips.rawVideo(bench.path("out/\(name)"), pixelFormat: "yuv420p") == alone)
        }
    }

    @Test func aFolderOfOutputsHoldsTheFolder() throws {
        try FileManager.default.removeItem(atPath: bench.path("in/bad.mp4"))
        let command = masking(["--output-dir", bench.path("all"), "--recursive"])
        try expectStatus(0, command)
        #expect(names("all") == ["in/a.mkv", "in/sub/b.MKV", "in/sub/deep/c.mkv"])
        // What was written into the input's folder is not taken for an input.
        let inside = masking(["-o", bench.path("in/masked"), "--recursive"])
        try expectStatus(0, inside)
        let again = try expectStatus(0, inside + ["--overwrite"])
        #expect(again.errors.contains("3 inputs: 3 done, 0 not"), "\(again.errors)")
    }

    @Test func imagesAreMaskedBesideVideos() throws {
        try Clips.ffmpeg(Clips.testSource(rate: "1") + ["-frames:v", "1", bench.path("in/x.jpg")])
        try expectStatus(65, [bench.path("in"), "-p", bench.light] + output, says: ["bad.mp4"])
        #expect(names("out") == ["a.mkv", "x.png"])
    }

    @Test func aStoppedRunGoesOn() throws {
        for index in 0..<12 {
            try Clips.ffmpeg(
                Clips.testSource("320x240", rate: "25", seconds: 2)
                    + ["-c:v", "ffv1", bench.path("in/sub/\(index).mkv")])
        }
        let command = masking(
            output + ["--recursive", "--skip-done", "--receipt", bench.path("rs")])
        let run = try Program.start(command)
        try #require(Companion.wait { names("out").count >= 4 }, "\(run.errors)")
        run.end(SIGKILL)
        let before = names("out").filter { !$0.hasSuffix(".part") }.count
        #expect(before < 15, "too fast to be stopped")
        let rest = try expectStatus(65, command, says: ["bad.mp4"])
        let count = rest.errors.components(separatedBy: ": done before").count - 1
        // The last one may have its name and no receipt.
        #expect((before - 1...before).contains(count), "\(rest.errors)")
        #expect(names("out").count == 15 && !names("out").contains { $0.hasSuffix(".part") })
        #expect(names("rs").count == 16 && names("rs").contains("sub/deep/c.mkv.receipt.json"))
        let again = try expectStatus(65, command)
        #expect(again.errors.contains("16 inputs: 15 done (15 before), 1 not"), "\(again.errors)")
    }

    /// What an option means does not depend on how many videos there are.
    @Test func oneVideoIsAFolderToo() throws {
        try expectStatus(
            0,
            [bench.path("in/sub"), "-p", bench.light, "--codec", "ffv1", "--receipt"]
                + [bench.path("rs")] + output)
        #expect(names("out") == ["b.MKV"] && names("rs") == ["b.MKV.receipt.json"])
    }

    @Test func whatIsNoFolderIsRefused() throws {
        _ = try bench.folder.write(Data("old".utf8), to: "file.mkv")
        try expectStatus(
            73, masking(["-o", bench.path("file.mkv"), "--overwrite"]), says: ["folder"])
        try expectStatus(64, masking(["-o", "-"]), says: ["folder"])
        try expectStatus(73, masking(["-o", bench.path("no/where")]), says: ["no/where"])
        try expectStatus(73, masking(["-o", bench.path("in"), "--overwrite"]), says: ["an input"])
    }
}
