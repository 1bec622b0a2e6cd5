import Foundation
import MaskStreamTestSupport
import Testing

/// What opens an input or output to others is told nowhere; `SECRET` stands for it.
@Suite struct SecretTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Everything that runs wrote beside their outputs.
    private func told(_ result: ProgramResult) throws -> String {
        let files = ["events.ndjson", "report.html"].filter(bench.has)
        return try files.reduce(result.errors + result.lines.joined()) {
            try $0 + String(contentsOfFile: bench.path($1), encoding: .utf8)
        }
    }

    private func expectNoSecret(_ result: ProgramResult) throws {
        let told = try told(result)
        #expect(!told.contains("SECRET"), "\(told)")
    }

    private var records: [String] {
        ["--events", bench.path("events.ndjson"), "--report", bench.path("report.html")]
    }

    @Test func inputsThatDifferInWhatIsNotToldAreNumbered() throws {
        let channels = [1, 2, 1].map { "tcp://me:SECRET@127.0.0.1:9?timeout=100000&channel=\($0)" }
        let rows = (channels + ["tcp://127.0.0.1:9"]).enumerated().map {
            "\($1),\(bench.path("\($0).mkv"))\n"
        }
        _ = try bench.folder.write(Data(("input,output\n" + rows.joined()).utf8), to: "table.csv")
        let result = try Program.run(
            ["--inputs", bench.path("table.csv"), "--profile", bench.light])
        try expectNoSecret(result)
        let names = result.errors.split(separator: "\n").filter { $0.contains("nothing done") }
            .compactMap { $0.components(separatedBy: ": nothing").first }
        #expect(
            names == [" (2)", " (3)", " (4)", ""].map { "tcp://127.0.0.1:9\($0)" },
            "\(result.errors)")
    }

    @Test(arguments: [
        "rtmp://127.0.0.1:9/live/SECRET", "rtsp://me:SECRET@127.0.0.1:9/a?token=SECRET",
        "http://127.0.0.1:9/v.m3u8?access_token=SECRET&X-Amz-Signature=SECRET",
        "srt://127.0.0.1:9?passphrase=SECRETSECRET&connect_timeout=200",
        "tcp://127.0.0.1:9?timeout=100000&key=SECRET", "nosuch://h/a?password=SECRET",
        "concat:http://127.0.0.1:9/a?k=SECRET",
    ])
    func whatCannotBeOpened(location: String) throws {
        for mode in ["plain", "json"] {
            let reading = try Program.run(
                [location, "--profile", bench.light, "-o", bench.path("out.mkv")]
                    + ["--input-option", "headers=Authorization: SECRET", "--progress", mode]
                    + records)
            #expect(reading.status != 0)
            try expectNoSecret(reading)
            let writing = try Program.run(
                [bench.clip, "--profile", bench.light, "-o", location, "--progress", mode]
                    + ["--format", "flv", "--audio", "drop"] + records)
            #expect(writing.status != 0)
            try expectNoSecret(writing)
        }
        let plan = try Program.run(
            [bench.clip, "--profile", bench.light, "-o", location, "--format", "flv", "--dry-run"])
        try expectNoSecret(plan)
    }

    @Test func whatIsRead() throws {
        let port = try Companion.freePort()
        let server = try Companion.ffmpeg([
            "-i", bench.clip, "-c", "copy", "-f", "matroska", "-listen", "1",
            "http://127.0.0.1:\(port)/in",
        ])
        defer { server.end(SIGKILL) }
        Thread.sleep(forTimeInterval: 1)
        let location = "http://127.0.0.1:\(port)/in?access_token=SECRET"
        let run = try Program.run(
            [location, bench.clip, "--profile", bench.light, "--output-dir", bench.path("out")]
                + ["--progress", "json", "--events", bench.path("events.ndjson")])
        #expect(run.status == 0, "\(run.errors)")
        try expectNoSecret(run)
        #expect(bench.has("out/in.mkv"))
    }

    @Test(arguments: [
        ("rtmp://h/live/SECRET", "live.mkv"), ("rtmp://h/SECRET", "h.mkv"),
        ("https://h/a.mp4?t=SECRET", "a.mp4"), ("srt://h:9?passphrase=SECRET", "h-9.mkv"),
        ("rtsp://cam:554/user=me_password=SECRET", "cam-554.mkv"),
    ])
    func namesOfOutputs(location: String, name: String) throws {
        // The name is told where two inputs would have the same.
        let result = try expectStatus(
            64,
            [
                location, location + "2", "--profile", bench.light, "--output-dir",
                bench.path("out"),
            ],
            says: ["out/\(name) "])
        #expect(!result.errors.contains("SECRET"))
    }

    @Test(arguments: [
        ["--input-option", "decryption_key=SECRET"], ["--input-option", "no_such_key=SECRET"],
        ["--muxer-option", "encryption_key=SECRET"], ["--muxer-option", "no_such=SECRET"],
        ["--encoder-option", "no_such=SECRET"],
    ])
    func optionsThatAreRefused(option: [String]) throws {
        let clip = try Clips.make(
            "c.mp4", in: bench.folder, Clips.testSource(seconds: 0.2) + ["-c:v", "libx264"])
        let result = try Program.run(bench.masking(clip, to: "out.mp4", option))
        #expect(result.status != 0 && !result.errors.contains("SECRET"), "\(result.errors)")
    }
}
