import Foundation
import MaskStreamTestSupport
import Testing

/// No path that is written is one that is read, and none destroys what it leads to.
@Suite struct WrittenPathTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    func masking(_ more: [String]) -> [String] {
        [bench.clip, "--profile", bench.light, "--codec", "ffv1", "--progress", "none"] + more
    }

    /// What a run reads beside the input.
    private var models: [String] {
        ["profile.yaml", "model.onnx"].map { "\(bench.light)/\($0)" }
    }

    @Test("Nothing that is read is written", arguments: ["--events", "--report", "-o"])
    func readFiles(option: String) throws {
        symlink(bench.clip, bench.path("link.mkv"))
        link(bench.clip, bench.path("hard.mkv"))
        let names = [bench.clip, bench.path("link.mkv"), bench.path("hard.mkv")] + models
        for name in names {
            let before = try bytes(name)
            let more = [option, name, "--overwrite"] + (option == "-o" ? ["--format", "nut"] : [])
            try expectStatus(73, masking(more), says: [name])
            #expect(try bytes(name) == before)
        }
        let kept = try FileManager.default.contentsOfDirectory(atPath: bench.folder.url.path)
        #expect(!kept.contains { $0.hasSuffix(".part") })
    }

    @Test("A run that is refused leaves the events of an earlier one")
    func refusedRun() throws {
        let events = bench.path("e.ndjson")
        let masking = bench.masking(bench.clip, to: "out.mkv", ["--events", events])
        try expectStatus(0, masking)
        let before = try bytes(events)
        let missing = bench.masking(bench.path("missing.mkv"), to: "new.mkv")
        let later = [masking + ["--report", bench.path("none/r.html")], masking]
        for refused in later {
            try expectStatus(73, refused)
            #expect(try bytes(events) == before)
        }
        try expectStatus(66, missing + ["--events", events])
        try expectStatus(64, masking + ["--overwrite", "--video-stream", "4"])
        #expect(try bytes(events) == before)
        try expectStatus(0, masking + ["--overwrite", "--frames", "2"])
        #expect(try bytes(events).count < before.count && !bytes(events).isEmpty)
    }

    @Test("What bench reads is not written")
    func benchFigures() throws {
        for name in models {
            let before = try bytes(name)
            try expectStatus(
                73, ["bench", bench.clip, "-p", bench.light, "--json", name], says: [name])
            #expect(try bytes(name) == before)
        }
    }

    @Test("The standard input is read, too", arguments: ["-", "pipe:", "pipe:0", "cache:pipe:0"])
    func standardInput(input: String) throws {
        let before = try bytes(bench.clip)
        let command = try Program.command([
            input, "--profile", bench.light, "--overwrite", "-o", bench.clip,
        ])
        let result = try runProgram(["bash", "-c", "\"$@\" < \(bench.clip)", "bash"] + command)
        #expect(result.status == 73, "\(result.errors)")
        #expect(try bytes(bench.clip) == before)
    }

    @Test("A muxer's own files spare what is read and what was there")
    func muxersFiles() throws {
        let input = try Clips.make(
            "out0.ts", in: bench.folder,
            Clips.testSource(rate: "10", seconds: 1) + ["-c:v", "mpeg2video"])
        let before = try bytes(input)
        let list = bench.path("out.m3u8")
        let hls = ["--profile", bench.light, "--codec", "libx264", "-o", list]
        try expectStatus(73, [input, "--overwrite"] + hls, says: ["out0.ts"])
        #expect(!bench.has("out.m3u8"))
        try expectStatus(73, [bench.clip] + hls, says: ["out0.ts", "--overwrite"])
        #expect(!bench.has("out.m3u8"))
        #expect(try bytes(input) == before)
        try expectStatus(0, [bench.clip, "--overwrite"] + hls)
        #expect(try bytes(input) != before)
    }

    @Test(
        "So it does with files that are renamed when they are complete",
        arguments: [
            ("chunk-stream0-00001.m4s", "out.mpd", []),
            ("out0.ts", "out.m3u8", ["--muxer-option", "hls_flags=temp_file"]),
        ])
    func renamedFiles(name: String, output: String, more: [String]) throws {
        let input = bench.path(name)
        try Clips.ffmpeg(
            Clips.testSource(rate: "10", seconds: 1) + [
                "-c:v", "mpeg2video", "-f", "mpegts", input,
            ])
        let before = try bytes(input)
        let command =
            ["--profile", bench.light, "--codec", "libx264", "--audio", "drop"]
            + ["-o", bench.path(output)]
        try expectStatus(73, [input, "--overwrite"] + command + more, says: [name])
        #expect(try bytes(input) == before)
        #expect(!bench.has(output) && !bench.has("init-stream0.m4s"))
        try expectStatus(73, [bench.clip] + command + more, says: [name, "--overwrite"])
        #expect(try bytes(input) == before)
    }

    @Test(
        "An encoder writes no files of its own",
        arguments: [
            "flags=+pass1", "flags=bitexact+pass2", "flags=512", "stats=@", "passlogfile=@",
            "x264-params=pass=1:stats=@", "x264-params=stats=@", "x264opts=ref=1:dump_yuv=@",
            "x265-params=csv=@", "x265-params=log-level=none:recon=@",
            "x265-params=--analysis-save=@", "x265-params=analysis-reuse-file=@",
            "x264-params=opencl-clbin=@",
        ])
    func encodersFiles(option: String) throws {
        let codec = option.hasPrefix("x265") ? "libx265" : "libx264"
        let given = option.replacing("@", with: bench.path("own"))
        try expectStatus(
            64,
            bench.masking(bench.clip, to: "o.mkv", ["--codec", codec])
                + ["--encoder-option", given], says: ["--encoder-option", "leave it out"])
        #expect(!bench.has("own") && !bench.has("o.mkv"))
    }

    @Test(
        "HLS removes and renames nothing that was there",
        arguments: [
            (["hls_flags=append_list+delete_segments"], "append_list"),
            (["hls_flags=append_list", "hls_flags=+delete_segments"], "append_list"),
            (["hls_flags=second_level_segment_index"], "second_level_segment_index"),
            (["hls_flags=18"], "18"),
        ])
    func segmentsFlags(options: [String], says: String) throws {
        let muxer = options.flatMap { ["--muxer-option", $0] }
        try expectStatus(
            64, bench.masking(bench.clip, to: "o.m3u8", ["--codec", "libx264"]) + muxer,
            says: ["--muxer-option hls_flags", says])
        #expect(!bench.has("o.m3u8"))
    }

    @Test("Other flags of encoders and HLS may be set")
    func harmlessFlags() throws {
        let more = [
            "--codec", "libx264", "--encoder-option", "flags=+cgop-pass1", "--encoder-option",
            "x264-params=ref=1", "--muxer-option", "hls_flags=delete_segments-append_list",
        ]
        try expectStatus(0, bench.masking(bench.clip, to: "o.m3u8", more))
        #expect(bench.has("o.m3u8"))
    }

    @Test("A muxer's option names no file that is read")
    func muxersOption() throws {
        let before = try bytes(bench.clip)
        try expectStatus(
            73,
            bench.masking(bench.clip, to: "o.m3u8", ["--codec", "libx264", "--overwrite"])
                + ["--muxer-option", "hls_segment_filename=\(bench.clip)"],
            says: ["--muxer-option hls_segment_filename"])
        #expect(try bytes(bench.clip) == before)
    }

    @Test("A folder is never masked into itself")
    func folderIntoItself() throws {
        let folder = bench.path("pictures")
        mkdir(folder, 0o755)
        try Clips.ffmpeg(Clips.testSource(rate: "1", seconds: 1) + ["\(folder)/a.png"])
        symlink(folder, bench.path("same"))
        let before = try bytes("\(folder)/a.png")
        for out in [folder, bench.path("same"), folder + "/."] {
            try expectStatus(
                73, [folder, "--profile", bench.light, "-o", out, "--overwrite"],
                says: ["pictures"])
        }
        mkdir(bench.path("out"), 0o755)
        symlink("\(folder)/a.png", bench.path("out/a.png"))
        try expectStatus(
            73, [folder, "--profile", bench.light, "-o", bench.path("out"), "--overwrite"])
        #expect(try bytes("\(folder)/a.png") == before)
    }

    @Test("Two things are not written into one file")
    func twins() throws {
        let old = try bench.folder.write(Data("old".utf8), to: "x.mkv")
        symlink("new.mkv", bench.path("dangling.mkv"))
        for pair in [
            ["-o", old, "--events", old, "--overwrite"], ["--report", old, "--events", old],
            ["-o", bench.path("dangling.mkv"), "--events", bench.path("new.mkv")],
        ] {
            try expectStatus(64, masking(pair), says: ["--events"])
        }
        #expect(try bytes(old) == Data("old".utf8) && !bench.has("new.mkv"))
        let piped = try runProgram(
            ["bash", "-c", "\"$@\" | cat", "bash"]
                + Program.command(masking(["-o", "-", "--events", "/dev/stdout"])))
        #expect(piped.output.isEmpty && piped.errors.contains("one file"), "\(piped.errors)")
    }

    @Test("Devices and pipes are written as they are", arguments: ["--events", "--report", "-o"])
    func inPlace(option: String) throws {
        let device = bench.path("null")
        #expect(mknod(device, S_IFCHR | 0o600, 1 << 8 | 3) == 0)
        let fifo = bench.path("fifo")
        mkfifo(fifo, 0o600)
        let format = option == "-o" ? ["--format", "nut"] : []
        try expectStatus(0, masking([option, device] + format))
        let command = try Program.command(masking([option, fifo] + format))
        let through = try runProgram(
            ["bash", "-c", "cat \(fifo) & \"$@\"; wait", "bash"] + command)
        let substituted = try runProgram(
            ["bash", "-c", "\"$@\" \(option) >(cat); sleep 0.3", "bash"]
                + Program.command(masking(format)))
        for result in [through, substituted] {
            #expect(result.status == 0 && result.output.count > 500, "\(result.errors)")
        }
        var facts = stat()
        for (path, kind) in [(device, S_IFCHR), (fifo, S_IFIFO)] {
            #expect(stat(path, &facts) == 0 && facts.st_mode & S_IFMT == kind)
        }
    }

    @Test("Links are followed", arguments: ["--events", "--report", "-o"])
    func links(option: String) throws {
        mkdir(bench.path("far"), 0o755)
        let target = bench.path("far/target.mkv")
        symlink("far/target.mkv", bench.path("link.mkv"))
        let more = [option, bench.path("link.mkv")]
        try expectStatus(0, masking(more))
        let first = try bytes(target)
        #expect(first.count > 500)
        if option == "-o" { try expectStatus(73, masking(more), says: ["--overwrite"]) }
        try expectStatus(0, masking(more + ["--overwrite"]))
        let place = try FileManager.default.destinationOfSymbolicLink(
            atPath: bench.path("link.mkv"))
        #expect(place == "far/target.mkv")
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.path("far"))
        #expect(files == ["target.mkv"])
    }

    @Test("What standard output was redirected to is a file like any other")
    func descriptorLinks() throws {
        let out = bench.path("out.ndjson")
        let command = try Program.command(masking(["--events", "/proc/self/fd/1"]))
        let result = try runProgram(["bash", "-c", "\"$@\" > \(out)", "bash"] + command)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try String(contentsOfFile: out, encoding: .utf8).contains(#""type":"end""#))
    }

    @Test("Two runs with one output keep what is theirs")
    func twoRuns() throws {
        let long = try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource("320x240", rate: "50", seconds: 20) + ["-c:v", "ffv1"])
        let out = bench.path("out.mkv")
        let slow = try Program.start([
            long, "--profile", bench.light, "--codec", "ffv1", "-o", out, "--progress", "none",
        ])
        #expect(Companion.wait { bench.has("out.mkv.part") })
        slow.signal(SIGSTOP)
        try expectStatus(0, bench.masking(bench.clip, to: "out.mkv", ["--codec", "ffv1"]))
        let quick = try bytes(out)
        slow.signal(SIGCONT)
        #expect(Companion.wait { !slow.isRunning })
        #expect(slow.end(0) == 73)
        #expect(slow.errors.contains("out.mkv.part"), "\(slow.errors)")
        #expect(try bytes(out) == quick)
        let kept = try Clips.probe(
            out + ".part", ["-show_entries", "frame=pts", "-select_streams", "v"])
        #expect(kept.count == 1000)
    }

    @Test("A failed run names the file that holds what was good")
    func hint() throws {
        let whole = try Clips.make(
            "whole.mkv", in: bench.folder,
            Clips.testSource(rate: "10", seconds: 4) + ["-c:v", "mjpeg"])
        let cut = try bytes(whole)
        let bad = try bench.folder.write(cut.prefix(cut.count / 2), to: "bad.mkv")
        try expectStatus(
            65, bench.masking(bad, to: "out.mkv", ["--codec", "ffv1"]), says: ["out.mkv.part"])
    }
}
