import Foundation
import MaskStreamTestSupport
import Testing

/// What an input leads to is read, and never written.
@Suite struct ReadLocationTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    @Test("A playlist's segments are read", arguments: ["--events", "--report", "-o"])
    func segments(option: String) throws {
        let list = bench.path("list.m3u8")
        try Clips.ffmpeg(
            Clips.testSource(rate: "10", seconds: 2) + ["-c:v", "mpeg2video", "-f", "hls", list])
        let segment = bench.path("list0.ts")
        let before = try bytes(segment)
        let more = [option, segment, "--overwrite"]
        try expectStatus(73, [list, "--profile", bench.light] + more, says: ["list0.ts"])
        #expect(try bytes(segment) == before)
    }

    @Test(
        "What FFmpeg opens by a protocol or a filter graph is read",
        arguments: [
            ("concat:@a.ts|@b.ts", []), ("cache:@a.ts", []), ("async:file:@a.ts", []),
            ("subfile,,start,0,end,0,,:@a.ts", []), ("concatf:@list", []),
            ("movie=@a.ts", ["--input-format", "lavfi"]),
            ("@list.txt", ["--input-format", "concat", "--input-option", "safe=0"]),
            ("@cached.txt", ["--input-format", "concat", "--input-option", "safe=0"]),
        ])
    func protocols(location: String, more: [String]) throws {
        let video = Clips.testSource(rate: "10", seconds: 1) + ["-c:v", "mpeg2video"]
        let input = try Clips.make("a.ts", in: bench.folder, video)
        try Clips.ffmpeg(video + [bench.path("b.ts")])
        _ = try bench.folder.write(Data("\(input)\n".utf8), to: "list")
        _ = try bench.folder.write(Data("# A list\nfile\t'\(input)'\n".utf8), to: "list.txt")
        _ = try bench.folder.write(Data("file cache:\(input)\n".utf8), to: "cached.txt")
        let before = try bytes(input)
        let source = location.replacing("@", with: bench.folder.url.path + "/")
        let command = [source, "--profile", bench.light, "--overwrite"] + more
        for option in ["-o", "--events", "--report"] {
            try expectStatus(73, command + [option, input], says: ["a.ts"])
            #expect(try bytes(input) == before)
        }
    }

    @Test(
        "What options of the input and the encoder name is read",
        arguments: [
            ["--input-format", "lavfi", "--input-option", "graph_file=@graph"],
            ["--codec", "libx264", "--encoder-option", "x264-params=ref=1:cqmfile=@graph"],
        ])
    func options(more: [String]) throws {
        let graph = try bench.folder.write(Data("testsrc=duration=1".utf8), to: "graph")
        let prefix = bench.folder.url.path + "/"
        let options = more.map { $0.replacing("@", with: prefix) }
        let input = more.contains("lavfi") ? "graph" : bench.clip
        let before = try bytes(graph)
        for option in ["--events", "--report", "-o"] {
            try expectStatus(
                73, [input, "--profile", bench.light, "--overwrite", option, graph] + options,
                says: ["graph", "choose"])
            #expect(try bytes(graph) == before)
        }
    }

    @Test("The file of a key of HLS is read", arguments: ["--events", "-o"], ["key", "info"])
    func key(option: String, name: String) throws {
        let key = try bench.folder.write(Data("0123456789abcdef".utf8), to: "key")
        let info = try bench.folder.write(Data("https://a.example/key\n\(key)\n".utf8), to: "info")
        let muxer = ["--muxer-option", "hls_key_info_file=\(info)"]
        try expectStatus(
            73,
            [bench.clip, "--profile", bench.light, "--overwrite", option, bench.path(name)]
                + (option == "-o" ? ["--format", "hls"] : []) + muxer, says: [name])
        #expect(try bytes(key) == Data("0123456789abcdef".utf8))
    }

    @Test("A manifest's segments are read wherever they lie", arguments: ["--events", "--masks"])
    func foldersOfSegments(option: String) throws {
        mkdir(bench.path("v"), 0o755)
        let list = bench.path("d.mpd")
        try Clips.ffmpeg(
            Clips.testSource(rate: "10", seconds: 1) + [
                "-c:v", "libx264", "-f", "dash", "-init_seg_name", "v/i$RepresentationID$.m4s",
                "-media_seg_name", "v/c$RepresentationID$-$Number$.m4s", list,
            ])
        for name in ["v/i0.m4s", "v/c0-1.m4s"] {
            let before = try bytes(bench.path(name))
            let input =
                option == "--masks"
                ? [bench.clip, option, list] : [list, "--profile", bench.light]
            for output in ["--events", "-o"] {
                try expectStatus(
                    73, input + ["--overwrite", output, bench.path(name)], says: [name])
                #expect(try bytes(bench.path(name)) == before)
            }
        }
    }

    @Test(
        "What a file refers to is not read",
        arguments: [
            ("a.mov", ["enable_drefs=1", "use_absolute_path=1"]), ("list.txt", ["safe=0"]),
        ])
    func references(input: String, options: [String]) throws {
        let clip = try Clips.make("a.mov", in: bench.folder, Clips.testSource(seconds: 0.2))
        let list = "ffconcat version 1.0\nfile \(clip)\noption enable_drefs 1\n"
        _ = try bench.folder.write(Data(list.utf8), to: "list.txt")
        let other = try bench.folder.write(Data("other".utf8), to: "other.mkv")
        for option in ["--events", "--report", "-o"] {
            try expectStatus(
                64,
                [bench.path(input), "--profile", bench.light, "--overwrite", option, other]
                    + options.flatMap { ["--input-option", $0] }, says: ["enable_drefs"])
            #expect(try bytes(other) == Data("other".utf8))
        }
    }
}
