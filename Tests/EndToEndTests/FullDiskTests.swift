import Foundation
import MaskStreamTestSupport
import Testing

/// Files that cannot be written to their end; a limit on their size stands for a full disk.
@Suite struct FullDiskTests {
    let bench: Workbench
    /// Frames of which each output below takes more than the limit.
    let clip: String

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource("320x240", rate: "25", seconds: 4) + ["-c:v", "ffv1"])
    }

    /// Runs the program, which may write a number of kibibytes into each file.
    private func limited(
        _ kibibytes: Int, _ arguments: [String], of input: String? = nil
    ) throws -> ProgramResult {
        let command = try Program.command([input ?? clip, "-p", bench.light] + arguments)
        return try runProgram(
            ["bash", "-c", "ulimit -f \(kibibytes); \"$@\"", "bash"] + command)
    }

    @Test(
        "A file that cannot be written is told",
        arguments: [
            ["--events", "e.ndjson"], ["--report", "r.html"], ["-o", "o.mkv"], ["-o", "o.mp4"],
            ["-o", "o.m3u8"], ["-o", "o.mpd"],
        ])
    func told(words: [String]) throws {
        let name = words[1]
        let codec = words[0] == "-o" ? ["--codec", "libx264", "--crf", "1"] : []
        let result = try limited(4, [words[0], bench.path(name)] + codec)
        #expect(result.status == 74, "\(result.errors)")
        #expect(result.errors.contains("error: "), "\(result.errors)")
        #expect(words[0] == "--events" || !bench.has(name))
    }

    @Test("What could not be written beside a complete output says that this one is complete")
    func besides() throws {
        let output = bench.path("o.mkv")
        let words = ["-o", output, "--codec", "libx264", "--crf", "51"]
        let result = try limited(64, words + ["--report", bench.path("r.html")])
        #expect(result.status == 74, "\(result.errors)")
        #expect(result.errors.contains("the output is complete (\(output))"), "\(result.errors)")
        #expect(bench.has("o.mkv") && !bench.has("r.html"))
    }

    @Test("Only what is complete keeps a final name", arguments: [false, true])
    func cutOff(isOneFile: Bool) throws {
        // Two seconds are small, what follows is not.
        let clip = try Clips.make(
            "rising.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=gray:size=320x240:rate=25:duration=4"]
                + ["-vf", "noise=alls=80:allf=t:enable='gte(t,2)',format=yuv420p", "-c:v", "ffv1"])
        let flags = isOneFile ? ["--muxer-option", "hls_flags=single_file"] : []
        let result = try limited(
            100,
            ["-o", bench.path("a.m3u8"), "--threshold", "0", "--codec", "libx264", "--crf", "10"]
                + ["--encoder-option", "g=25", "--muxer-option", "hls_time=1"] + flags, of: clip)
        #expect(result.status == 74, "\(result.errors)")
        let part = isOneFile ? "a.ts.part" : "a2.ts.part"
        #expect(result.errors.contains("what was good is in \(bench.path(part))"))
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.path(""))
        #expect(
            names.filter { $0.hasPrefix("a") }.sorted()
                == (isOneFile ? [part] : ["a.m3u8.part", "a0.ts", "a1.ts", part]))
        let good = try Clips.rawVideo(
            bench.path(isOneFile ? part : "a.m3u8.part"), pixelFormat: "gray")
        #expect(good.count >= 50 * 320 * 240)
        guard !isOneFile else { return }
        let list = try String(contentsOfFile: bench.path("a.m3u8.part"), encoding: .utf8)
        #expect(list.hasSuffix("#EXT-X-ENDLIST\n"))
    }

    @Test(
        "What needs one file refuses a playlist before anything is made",
        arguments: ["--receipt", "--certificate", "--verify-with"], ["o.m3u8", "o.mpd"])
    func oneFile(option: String, name: String) throws {
        let value = option == "--verify-with" ? bench.light : bench.path("record.json")
        let before = try FileManager.default.contentsOfDirectory(atPath: bench.path(""))
        try expectStatus(
            64,
            bench.masking(clip, to: name, ["--codec", "libx264", option, value, "--invert"]),
            says: [option, name])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.path("")).sorted()
                == before.sorted())
    }
}
