import Foundation
import MaskStreamTestSupport
import Testing

/// Several inputs in one process: one profile, one file of events, an output each.
@Suite struct SeveralInputsTests {
    let bench: Workbench
    let other: String

    init() throws {
        bench = try Workbench()
        other = try Clips.make(
            "other.mkv", in: bench.folder,
            Clips.testSource("32x32", rate: "10", seconds: 2) + ["-c:v", "ffv1"])
    }

    private func masking(_ inputs: [String], _ more: [String]) -> [String] {
        inputs + ["--profile", bench.light, "--codec", "ffv1"] + more
    }

    private func pictures(_ path: String) throws -> Data {
        try Clips.rawVideo(path, pixelFormat: "yuv420p")
    }

    @Test func eachIsWhatItWouldBeAlone() throws {
        let folder = bench.path("masked")
        let events = bench.path("e.ndjson")
        let result = try expectStatus(
            0,
            masking(
                [bench.clip, other],
                ["--output-dir", folder, "--events", events, "--progress", "json"]))
        let alone = [bench.clip, other].enumerated().map { "alone\($0.offset).mkv" }
        for (input, name) in zip([bench.clip, other], alone) {
            let file = (input as NSString).lastPathComponent
            let out = try bench.mask(input, to: name)
            #expect(try pictures("\(folder)/\(file)") == pictures(out))
        }
        let lines = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 10 + 20 + 4)
        #expect(lines.allSatisfy { $0.contains(#""input":"\#(bench.folder.url.path)/"#) })
        let summaries = result.errors.split(separator: "\n").filter {
            $0.contains(#""type":"summary""#)
        }
        #expect(summaries.count == 1 && summaries[0].contains("other.mkv"))
    }

    @Test("Impossible times end their own input only")
    func impossibleTimes() throws {
        let bad = try ImpossibleTimes.numbers.enumerated().map { index, time in
            try ImpossibleTimes.matroska(
                time, cluster: index % 2, in: bench.folder, named: "bad\(index).mkv")
        }
        let folder = bench.path("masked")
        let result = try expectStatus(
            65, masking(bad + [bench.clip], ["--output-dir", folder]),
            says: ["impossible time stamp", "years", "bad0.mkv"])
        #expect(try pictures("\(folder)/clip.mkv").count == 10 * 64 * 48 * 3 / 2)
        #expect(
            result.errors.contains("\(bad.count + 1) inputs: 1 done, \(bad.count) not"),
            "\(result.errors)")
    }

    @Test func oneThatFailsDoesNotStopTheOthers() throws {
        let bad = try bench.folder.write(Data("no video".utf8), to: "bad.mkv")
        let folder = bench.path("masked")
        let result = try expectStatus(
            65, masking([bad, bench.path("none.mkv"), bench.clip], ["--output-dir", folder]),
            says: ["bad.mkv", "none.mkv"])
        #expect(try pictures("\(folder)/clip.mkv").count == 10 * 64 * 48 * 3 / 2)
        #expect(result.errors.contains("3 inputs: 1 done, 2 not"), "\(result.errors)")
        try expectStatus(
            66,
            masking(
                [bench.path("none.mkv"), bad], ["--output-dir", folder, "--overwrite"]))
    }

    @Test func namesThatClashAreRefusedBeforeAnything() throws {
        let twin = bench.path("twin")
        try FileManager.default.createDirectory(atPath: twin, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: bench.clip, toPath: twin + "/clip.mkv")
        try expectStatus(
            64, masking([bench.clip, twin + "/clip.mkv"], ["--output-dir", bench.path("m")]),
            says: ["clip.mkv", "twin/clip.mkv"])
        #expect(!bench.has("m"))
        try expectStatus(
            64, masking([bench.clip, other], ["-o", bench.path("o.mkv")]), says: ["--output-dir"])
        try expectStatus(
            64, masking([bench.clip], ["-o", "o.mkv", "--output-dir", "x"]), says: ["--output-dir"])
        try expectStatus(
            73, masking([bench.clip], ["--output-dir", bench.path("no/where")]),
            says: ["no/where"])
        try expectStatus(
            73, masking([bench.clip], ["--output-dir", bench.folder.url.path]),
            says: ["clip.mkv"])
    }

    @Test func oneInputGetsItsOwnName() throws {
        try expectStatus(0, masking([other], ["--output-dir", bench.path("single")]))
        #expect(try pictures(bench.path("single/other.mkv")).count == 20 * 32 * 32 * 3 / 2)
    }

    @Test func liveInputsRunSideBySide() throws {
        let ports = try (0..<2).map { _ in try Companion.freePort() }
        let senders = try ports.map { port in
            try Companion.ffmpeg(
                ["-re"] + Clips.testSource(seconds: 60)
                    + ["-c:v", "mpeg2video", "-g", "5", "-f", "mpegts", "udp://127.0.0.1:\(port)"])
        }
        let events = bench.path("e.ndjson")
        let run = try Program.start(
            ports.map { "udp://127.0.0.1:\($0)" }
                + ["-p", bench.light, "--output-dir", bench.path("m"), "--events", events])
        func frames(_ port: Int) -> Int {
            let text = (try? String(contentsOfFile: events, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").filter {
                $0.contains(#""type":"frame""#) && $0.contains(":\(port)\"")
            }.count
        }
        try #require(Companion.wait { ports.allSatisfy { frames($0) > 20 } }, "\(run.errors)")
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        senders.forEach { $0.end(SIGKILL) }
        for port in ports {
            let pictures = try pictures(bench.path("m/127.0.0.1-\(port).mkv"))
            #expect(pictures.count == frames(port) * 64 * 48 * 3 / 2)
        }
    }

    @Test func aSignalEndsAllAndBeginsNoMore() throws {
        let long = try Clips.make(
            "long.mkv", in: bench.folder,
            ["-stream_loop", "20", "-i", Program.sample("prints.mp4"), "-c", "copy"])
        let run = try Program.start(
            [long, bench.clip, "--profile", bench.light, "--output-dir", bench.path("m")]
                + ["--preset", "ultrafast", "--progress", "json"])
        try #require(Companion.wait { run.errors.contains(#""type":"progress""#) })
        #expect(run.end(SIGTERM) == 130)
        #expect(bench.has("m/long.mkv.part") && !bench.has("m/clip.mkv"), "\(run.errors)")
    }
}
