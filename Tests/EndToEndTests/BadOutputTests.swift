import Foundation
import MaskStreamTestSupport
import Testing

/// Output that cannot be written, and requests that contradict themselves.
@Suite struct BadOutputTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test func missingFolder() throws {
        try expectStatus(73, bench.masking(bench.clip, to: "no/such/out.mkv"), says: ["no/such"])
    }

    @Test func fileAsFolder() throws {
        try expectStatus(73, bench.masking(bench.clip, to: "clip.mkv/out.mkv"))
    }

    @Test func outputIsInput() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: bench.clip))
        let names = ["clip.mkv", "../\(bench.folder.url.lastPathComponent)/clip.mkv", "link.mkv"]
        try FileManager.default.createSymbolicLink(
            atPath: bench.path("link.mkv"), withDestinationPath: bench.clip)
        for name in names {
            try expectStatus(73, bench.masking(bench.clip, to: name, ["--overwrite"]))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: bench.clip)) == before)
    }

    @Test("With too many open files the hint says what to do, whichever file it was")
    func tooManyOpenFiles() throws {
        let command = try Program.command(
            bench.masking(
                bench.clip, to: "out.mkv",
                ["--overwrite", "--report", bench.path("r.html"), "--events", bench.path("e")]))
        var statuses: Set<Int32> = []
        for limit in 8...24 {
            let result = try runProgram(
                ["bash", "-c", "ulimit -n \(limit); exec \"$@\"", "bash"] + command)
            statuses.insert(result.status)
            guard result.status != 0 else { break }
            #expect(result.errors.contains("Too many open files"), "\(limit): \(result.errors)")
            #expect(result.errors.contains("hint: allow more open files"), "\(result.errors)")
        }
        #expect(statuses.isSuperset(of: [0, 66, 73]), "\(statuses)")
    }

    @Test func fullStandardOutput() throws {
        let command = try Program.command([
            bench.clip, "--profile", bench.light, "-o", "-", "--format", "y4m",
        ])
        let result = try runProgram(["bash", "-c", "\"$@\" >/dev/full", "bash"] + command)
        #expect(result.status == 74, "\(result.errors)")
        #expect(result.errors.contains("error: "))
    }

    @Test("What has no index for want of space is said not to be playable")
    func noIndex() throws {
        let line = "trap '' XFSZ; ulimit -f 4; exec \"$@\""
        for (name, isPlayable) in [("out.mp4", false), ("out.mkv", true)] {
            let options = ["--codec", "libx264", "--crf", "0", "--audio-codec", "aac"]
            let command = try Program.command(bench.masking(bench.clip, to: name, options))
            let result = try runProgram(["bash", "-c", line, "bash"] + command)
            #expect(result.status == 74 && bench.has("\(name).part"), "\(result.errors)")
            #expect(result.errors.contains("\(name).part cannot be played") != isPlayable)
        }
    }

    @Test func readerThatGoesAway() throws {
        let command = try Program.command([
            Program.sample("scenes.mp4"), "--profile", bench.light, "-o", "-", "--format", "y4m",
            "--progress", "none",
        ])
        let result = try runProgram(
            ["bash", "-c", "\"$@\" | head -c 1000 >/dev/null; exit ${PIPESTATUS[0]}", "bash"]
                + command)
        #expect(result.status == 74)
        #expect(!result.errors.contains("error:"), "\(result.errors)")
    }

    @Test(arguments: [
        (["--codec", "nosuchcodec"], ["nosuchcodec"]),
        (["--codec", "pcm_s16le"], ["pcm_s16le"]),
        (["--format", "nosuchformat"], ["nosuchformat"]),
        (["--codec", "libvpx-vp9", "--format", "avi", "--preset", "veryfast"], []),
        (["--encoder-option", "no_such_option=1"], ["no_such_option"]),
        (["--muxer-option", "no_such_option=1"], ["no_such_option"]),
        (["--output-pix-fmt", "nosuchformat"], ["nosuchformat"]),
    ])
    func impossibleEncoding(options: [String], words: [String]) throws {
        try expectStatus(64, bench.masking(bench.clip, to: "out.mkv", options), says: words)
        #expect(!bench.has("out.mkv"))
        #expect(!bench.has("out.mkv.part"))
    }

    @Test func codecThatTheContainerCannotHold() throws {
        try expectStatus(
            64, bench.masking(bench.clip, to: "out.webm", ["--codec", "libx264"]),
            says: ["libx264", "webm"])
    }

    @Test func copiedPicturesWouldLeaveUnmasked() throws {
        try expectStatus(
            64, bench.masking(bench.clip, to: "out.mkv", ["--codec", "copy"]),
            says: ["unmasked", "--codec copy"])
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
    }

    @Test func unknownContainer() throws {
        try expectStatus(64, bench.masking(bench.clip, to: "out.unknown"), says: ["out.unknown"])
    }

    @Test(arguments: [
        ["--threshold", "nan"], ["--threshold", "inf"], ["--threshold", "-0.1"],
        ["--threshold", "1.1"], ["--threshold", ""], ["--crf", "nan"], ["--crf", "-inf"],
        ["--start", "nan"], ["--start", "-1"], ["--end", "inf"], ["--rate", "nan"],
        ["--rate", "0"], ["--rate", "-25"], ["--rate", "25/0"], ["--size", "0x0"],
        ["--size", "64"], ["--size", "-1x5"], ["--frames", "0"], ["--frames", "-1"],
        ["--frames", "1.5"], ["--threads", "0"], ["--video-stream", "-1"], ["--fill", "#12"],
        ["--fill", "blur:-3"], ["--fill", "blur:nan"], ["--fill", "mauve"], ["--mask", "soft"],
        ["--emit", "nothing"], ["--on-miss", "reveal"], ["--range", "wide"],
        ["--start", "2", "--end", "1"], ["--input-option", "novalue"],
    ])
    func impossibleValue(options: [String]) throws {
        try expectStatus(64, bench.masking(bench.clip, to: "out.mkv", options))
        #expect(!bench.has("out.mkv"))
    }

    @Test(arguments: [
        ["--invert", "--control", "fixed"], ["--threshold", "0.5", "--control", "confidence"],
    ])
    func contradictions(options: [String]) throws {
        let names = options.filter { $0.hasPrefix("--") }
        try expectStatus(64, bench.masking(bench.clip, to: "out.mkv", options), says: names)
    }

    @Test func controlWithoutPrimary() throws {
        try expectStatus(
            64, bench.masking(bench.clip, to: "out.mkv", ["--control", "confidence"]),
            says: ["--control"])
    }
}
