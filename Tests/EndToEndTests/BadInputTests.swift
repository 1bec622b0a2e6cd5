import Foundation
import MaskStreamTestSupport
import Testing

/// Input that cannot be masked: the right status, a hint, and no output under its final name.
@Suite struct BadInputTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func refuse(_ input: String, status: Int32 = 65, says words: [String] = []) throws {
        try expectStatus(status, bench.masking(input, to: "out.mkv"), says: [input] + words)
        #expect(!bench.has("out.mkv"))
    }

    @Test func emptyFile() throws { try refuse(bench.folder.write(Data(), to: "empty.mp4")) }

    @Test func garbage() throws {
        for name in ["garbage.mp4", "garbage.png", "garbage.txt"] {
            var random = SystemRandomNumberGenerator()
            let bytes = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            try refuse(bench.folder.write(Data(bytes), to: name))
        }
    }

    @Test func text() throws {
        let lines = String(repeating: "This is no video.\n", count: 100)
        try refuse(bench.folder.write(Data(lines.utf8), to: "text.mp4"))
    }

    @Test func audioOnly() throws {
        let tone = try Clips.make("tone.m4a", in: bench.folder, Clips.tone() + ["-c:a", "aac"])
        try refuse(tone)
    }

    @Test func audioWithCoverArt() throws {
        let cover = try Clips.make(
            "cover.png", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        let song = try Clips.make(
            "song.m4a", in: bench.folder,
            Clips.tone() + [
                "-i", cover, "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "copy",
                "-disposition:v", "attached_pic",
            ])
        try refuse(song)
    }

    @Test func noPictures() throws {
        let clip = try Clips.make(
            "zero.mkv", in: bench.folder, Clips.testSource() + ["-frames:v", "0"])
        try refuse(clip)
    }

    /// The first half of a file of 4 seconds, by its bytes.
    private func half(_ kind: String) throws -> String {
        let whole = try Clips.make(
            "whole.\(kind)", in: bench.folder,
            Clips.testSource("320x240", seconds: 4)
                + ["-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart"])
        let data = try Data(contentsOf: URL(fileURLWithPath: whole))
        return try bench.folder.write(data.prefix(data.count / 2), to: "half.\(kind)")
    }

    @Test("A playlist of what was good has no final name", arguments: ["o.m3u8", "o.mpd"])
    func truncatedPlaylist(name: String) throws {
        let half = try half("mp4")
        try expectStatus(65, bench.masking(half, to: name, ["--codec", "libx264"]))
        #expect(!bench.has(name))
        let good = try Clips.rawVideo(bench.path("\(name).part"), pixelFormat: "gray")
        #expect(good.count >= 320 * 240 * 25)
    }

    @Test("Control characters of a name do not reach the terminal")
    func controlCharacters() throws {
        let path = bench.path("a\u{1b}[31m\nb.mp4")
        let result = try Program.run(bench.masking(path, to: "out.mkv"))
        #expect(result.status == 66)
        #expect(result.errors.contains("a\\u{1B}[31m\\nb.mp4"), "\(result.errors)")
        #expect(!result.errors.contains("\u{1b}"))
    }

    @Test(arguments: ["mp4", "mkv"])
    func truncatedFile(kind: String) throws {
        let half = try half(kind)
        try refuse(half)
        // What was good is there to play.
        let good = try Clips.rawVideo(bench.path("out.mkv.part"), pixelFormat: "gray")
        #expect(good.count >= 320 * 240 * 25)
        // Its analysis cannot go on, and nothing says so.
        let folder = bench.path("analysis")
        try expectStatus(65, ["analyze", half, "-p", bench.light, "-o", folder])
        let render = try expectStatus(
            65, ["render", folder, "-o", bench.path("no.mkv")],
            says: ["not complete", "analyze a whole one"])
        #expect(!render.errors.contains("goes on"))
    }

    @Test func truncatedRawFrame() throws {
        let raw = Data(count: 64 * 48 * 3 / 2 * 2 + 100)
        let path = try bench.folder.write(raw, to: "short.yuv")
        try expectStatus(
            65,
            bench.masking(
                path, to: "out.mkv",
                ["--input-format", "rawvideo", "--size", "64x48", "--pix-fmt", "yuv420p"]))
    }

    @Test func emptyPipe() throws {
        try expectStatus(65, bench.masking("-", to: "out.mkv"), input: Data())
    }

    @Test func folderWithoutPictures() throws {
        let empty = bench.path("nothing")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let result = try Program.run(
            [empty, "--profile", bench.light, "-o", bench.path("pictures")])
        #expect([65, 66].contains(result.status), "\(result.errors)")
    }

    @Test func noSuchStream() throws {
        let result = try Program.run(
            bench.masking(bench.clip, to: "out.mkv", ["--video-stream", "3"]))
        #expect([64, 65, 66].contains(result.status), "\(result.errors)")
        #expect(result.errors.contains("error: "))
    }
}
