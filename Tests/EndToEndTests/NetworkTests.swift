import Foundation
import MaskStreamTestSupport
import Testing

/// Live inputs and outputs on 127.0.0.1, with the `ffmpeg` program as the peer.
@Suite struct NetworkTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Sends moving pictures with a tone at their own pace, for a minute.
    private func sender(_ url: String, rate: String = "25") throws -> Companion {
        try Companion.ffmpeg(
            ["-re"] + Clips.testSource(rate: rate, seconds: 60) + ["-re"] + Clips.tone(seconds: 60)
                + [
                    "-c:v", "mpeg2video", "-g", "5", "-q:v", "2", "-c:a", "aac", "-f", "mpegts",
                    url,
                ]
        )
    }

    /// The program on a live input, its events in `name.ndjson`.
    private func program(
        _ input: String, _ name: String, _ more: [String], profile: String? = nil
    ) throws -> Companion {
        try Program.start(
            [input, "--profile", profile ?? bench.light, "--progress", "none"]
                + ["--events", bench.path("\(name).ndjson")] + more)
    }

    private func events(_ name: String, _ type: String) -> [String] {
        let text =
            (try? String(contentsOfFile: bench.path("\(name).ndjson"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
            .filter { $0.contains("\"type\":\"\(type)\"") }
    }

    private func waitForFrames(_ count: Int, _ name: String) throws {
        try #require(Companion.wait { events(name, "frame").count >= count }, "\(count) frames")
    }

    private func times(_ path: String) throws -> [Double] {
        try Clips.probe(
            path, ["-select_streams", "v", "-show_entries", "packet=pts_time"]
        ).compactMap { Double($0) }
    }

    @Test func aLostInputComesBackOnRequest() throws {
        let url = "tcp://127.0.0.1:\(try Companion.freePort())"
        let first = try sender(url + "?listen=1")
        Thread.sleep(forTimeInterval: 0.5)
        let run = try program(url, "in", ["--reconnect", "-o", bench.path("in.mkv")])
        try waitForFrames(20, "in")
        first.end(SIGKILL)
        Thread.sleep(forTimeInterval: 0.5)
        let before = events("in", "frame").count
        let second = try sender(url + "?listen=1")
        try waitForFrames(before + 20, "in")
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        second.end(SIGKILL)
        #expect(run.errors.contains("the input was lost after frame"), "\(run.errors)")
        #expect(run.errors.contains("the input is back at frame"))
        let times = try times(bench.path("in.mkv"))
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "times go on")
        let pause = try #require(zip(times.dropFirst(), times).map { $0 - $1 }.max())
        #expect(pause > 0.4, "the time without pictures is told: \(pause) s")
        #expect(
            try Clips.probe(bench.path("in.mkv"), ["-show_entries", "stream=codec_type"])
                == ["video", "audio"])
    }

    @Test func aLostOutputIsOpenedAgainOnRequest() throws {
        let (from, to) = (try Companion.freePort(), try Companion.freePort())
        let source = try sender("udp://127.0.0.1:\(from)?pkt_size=1316")
        func receiver(_ name: String) throws -> Companion {
            let receiver = try Companion.ffmpeg([
                "-i", "tcp://127.0.0.1:\(to)?listen=1", "-c", "copy", bench.path(name),
            ])
            Thread.sleep(forTimeInterval: 0.5)
            return receiver
        }
        let first = try receiver("one.mkv")
        let run = try program(
            "udp://127.0.0.1:\(from)", "out",
            ["--reconnect", "-o", "tcp://127.0.0.1:\(to)", "--format", "mpegts"])
        try waitForFrames(20, "out")
        first.end(SIGKILL)
        try #require(Companion.wait { run.errors.contains("opening it again") }, "\(run.errors)")
        let second = try receiver("two.mkv")
        try #require(Companion.wait { run.errors.contains("the output is back") }, "\(run.errors)")
        try waitForFrames(events("out", "frame").count + 40, "out")
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        try #require(Companion.wait { !second.isRunning })
        source.end(SIGKILL)
        let keys = try Clips.probe(
            bench.path("two.mkv"), ["-select_streams", "v", "-show_entries", "packet=flags"])
        #expect(keys.count > 20 && keys[0].hasPrefix("K"), "it begins at a key frame: \(keys)")
    }

    @Test func anInputThatIsNotThereYetIsWaitedForOnRequest() throws {
        let url = "tcp://127.0.0.1:\(try Companion.freePort())"
        let run = try program(url, "late", ["--reconnect"])
        try #require(Companion.wait { run.errors.contains("Connection refused") }, "\(run.errors)")
        let source = try sender(url + "?listen=1")
        try waitForFrames(5, "late")
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        source.end(SIGKILL)
        #expect(run.errors.components(separatedBy: "Connection refused").count == 2, "said once")
        let nobody = "tcp://127.0.0.1:\(try Companion.freePort())"
        let waiting = try program(nobody, "no", ["--reconnect"])
        try #require(Companion.wait { waiting.errors.contains("trying again") })
        #expect(waiting.end(SIGINT) == 0, "\(waiting.errors)")
    }

    @Test func aFileWhoseOutputIsAwayAtTheEndIsNotDone() throws {
        let to = try Companion.freePort()
        let receiver = try Companion.ffmpeg([
            "-i", "tcp://127.0.0.1:\(to)?listen=1", "-f", "null", "-",
        ])
        Thread.sleep(forTimeInterval: 0.5)
        let pipe = bench.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let source = try Companion.ffmpeg(
            ["-re"] + Clips.testSource(seconds: 4) + ["-c:v", "mpeg2video", "-f", "mpegts", pipe])
        let run = try program(
            pipe, "away", ["--reconnect", "-o", "tcp://127.0.0.1:\(to)", "--format", "mpegts"])
        try waitForFrames(20, "away")
        receiver.end(SIGKILL)
        try #require(Companion.wait { !run.isRunning })
        #expect(run.end(SIGTERM) == 74, "\(run.errors)")
        #expect(run.errors.contains("frames were not sent"), "\(run.errors)")
        source.end(SIGKILL)
    }

    @Test(arguments: ["401 Unauthorized", "403 Forbidden", "404 Not Found"])
    func whatWaitingDoesNotMendEndsTheRun(answer: String) throws {
        let port = try Companion.freePort()
        let server = try Answerer(port: port, answer: "RTSP/1.0 \(answer)\r\nCSeq: 1\r\n\r\n")
        try withExtendedLifetime(server) {
            _ = try expectStatus(
                66,
                ["rtsp://127.0.0.1:\(port)/x", "--input-option", "rtsp_transport=tcp"]
                    + ["-p", bench.light, "--reconnect", "-o", bench.path("x.mkv")],
                says: [String(answer.prefix(3))])
        }
        try expectStatus(
            66, ["foo://127.0.0.1/x", "-p", bench.light, "--reconnect", "-o", bench.path("x.mkv")])
    }

    @Test func anOutputThatIsNotThereYetIsWaitedForOnRequest() throws {
        let (from, to) = (try Companion.freePort(), try Companion.freePort())
        let source = try sender("udp://127.0.0.1:\(from)?pkt_size=1316")
        let output = ["-o", "tcp://127.0.0.1:\(to)", "--format", "mpegts"]
        let run = try program("udp://127.0.0.1:\(from)", "wait", ["--reconnect"] + output)
        try waitForFrames(10, "wait")
        #expect(run.errors.contains("Connection refused"), "\(run.errors)")
        let receiver = try Companion.ffmpeg([
            "-i", "tcp://127.0.0.1:\(to)?listen=1", "-c", "copy", bench.path("late.mkv"),
        ])
        try #require(Companion.wait { run.errors.contains("the output is back") }, "\(run.errors)")
        try waitForFrames(events("wait", "frame").count + 40, "wait")
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        try #require(Companion.wait { !receiver.isRunning })
        #expect(try times(bench.path("late.mkv")).count > 20)
        try expectStatus(
            73, ["udp://127.0.0.1:\(from)", "-p", bench.light] + output, says: ["refused"])
        source.end(SIGKILL)
        // A file does not wait, so it would be lost.
        try expectStatus(
            73, [bench.clip, "-p", bench.light, "--reconnect"] + output, says: ["refused"])
    }

    @Test func anOutputThatIsBeingOpenedDelaysNoFrame() throws {
        let (from, to) = (try Companion.freePort(), try Companion.freePort())
        let source = try sender("udp://127.0.0.1:\(from)?pkt_size=1316")
        let receiver = try Companion.ffmpeg([
            "-i", "tcp://127.0.0.1:\(to)?listen=1", "-f", "null", "-",
        ])
        Thread.sleep(forTimeInterval: 0.5)
        let run = try program(
            "udp://127.0.0.1:\(from)", "hole",
            ["--reconnect", "-o", "tcp://127.0.0.1:\(to)", "--format", "mpegts"])
        try waitForFrames(20, "hole")
        receiver.end(SIGKILL)
        let hole = try Answerer(port: to)
        try #require(Companion.wait { run.errors.contains("opening it again") }, "\(run.errors)")
        // An attempt takes ten seconds.
        Thread.sleep(forTimeInterval: 1.5)
        let before = events("hole", "frame").count
        Thread.sleep(forTimeInterval: 4)
        let count = events("hole", "frame").count - before
        withExtendedLifetime(hole) { #expect(count > 60, "\(count) frames in 4 s at 25 fps") }
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        #expect(run.errors.contains("frames were not sent"), "\(run.errors)")
        source.end(SIGKILL)
    }

    @Test func syncIsAFixedDelay() throws {
        let port = try Companion.freePort()
        let source = try sender("udp://127.0.0.1:\(port)?pkt_size=1316", rate: "30")
        let run = try program(
            "udp://127.0.0.1:\(port)", "sync",
            ["--live", "sync", "--event-timings", "-o", bench.path("sync.mkv")])
        try waitForFrames(90, "sync")
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        source.end(SIGKILL)
        struct Line: Decodable {
            let timings: [String: Double]
        }
        let delays = try events("sync", "frame").compactMap {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8)).timings["latency_ms"]
        }.sorted()
        let (least, most) = (delays[0], delays[delays.count * 95 / 100])
        // As long as the slots of the profile take at 30 frames a second.
        #expect(least >= 190 && least < 280, "\(least) ms")
        #expect(most - least <= 40, "\(least) to \(most) ms")
    }

    @Test func withoutReconnectALostOutputEndsTheRun() throws {
        let (from, to) = (try Companion.freePort(), try Companion.freePort())
        let source = try sender("udp://127.0.0.1:\(from)?pkt_size=1316")
        let receiver = try Companion.ffmpeg([
            "-i", "tcp://127.0.0.1:\(to)?listen=1", "-c", "copy", bench.path("one.mkv"),
        ])
        Thread.sleep(forTimeInterval: 0.5)
        let run = try program(
            "udp://127.0.0.1:\(from)", "end", ["-o", "tcp://127.0.0.1:\(to)", "--format", "mpegts"])
        try waitForFrames(20, "end")
        receiver.end(SIGKILL)
        try #require(Companion.wait { !run.isRunning })
        #expect(run.end(SIGTERM) == 74)
        source.end(SIGKILL)
    }

    @Test(arguments: ["mp4", "mkv"])
    func aKilledRecordingPlays(kind: String) throws {
        let port = try Companion.freePort()
        let source = try sender("udp://127.0.0.1:\(port)?pkt_size=1316")
        let run = try program(
            "udp://127.0.0.1:\(port)", "killed", ["-o", bench.path("killed.\(kind)")])
        try waitForFrames(75, "killed")
        run.end(SIGKILL)
        source.end(SIGKILL)
        let part = bench.path("killed.\(kind).part")
        let pictures = try Clips.rawVideo(part, pixelFormat: "gray").count / (64 * 48)
        #expect(pictures >= 25, "all but the last second or two: \(pictures)")
        #expect(
            try Clips.probe(part, ["-show_entries", "stream=codec_type"])
                == ["video", "audio"])
    }

    @Test func aSignalBeforeTheFirstPictureIsNoError() throws {
        let run = try program("udp://127.0.0.1:\(try Companion.freePort())", "none", ["-o", "-"])
        Thread.sleep(forTimeInterval: 0.5)
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        #expect(!run.errors.contains("error:"))
        let pipe = bench.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let waiting = try Program.start(bench.masking(pipe, to: "out.mkv"))
        Thread.sleep(forTimeInterval: 0.5)
        #expect(waiting.end(SIGINT) == 130)
        #expect(!bench.has("out.mkv"))
    }

    @Test func rtspGoesBothWays() throws {
        let (from, to) = (try Companion.freePort(), try Companion.freePort())
        let receiver = try Companion.ffmpeg([
            "-rtsp_flags", "listen", "-i", "rtsp://127.0.0.1:\(to)/out", "-c", "copy",
            bench.path("rtsp.mkv"),
        ])
        let run = try program(
            "rtsp://someone:secret@127.0.0.1:\(from)/in", "rtsp",
            ["--input-option", "rtsp_flags=listen", "--muxer-option", "rtsp_transport=tcp"]
                + ["-o", "rtsp://someone:secret@127.0.0.1:\(to)/out"])
        Thread.sleep(forTimeInterval: 1)
        let source = try Companion.ffmpeg(
            ["-re"] + Clips.testSource(seconds: 60) + ["-re"] + Clips.tone(seconds: 60)
                + ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", "aac"]
                + ["-rtsp_transport", "tcp", "-f", "rtsp", "rtsp://127.0.0.1:\(from)/in"])
        try waitForFrames(40, "rtsp")
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        source.end(SIGKILL)
        try #require(Companion.wait { !receiver.isRunning })
        #expect(
            try Clips.probe(bench.path("rtsp.mkv"), ["-show_entries", "stream=codec_name"])
                == ["h264", "aac"])
        let told = events("rtsp", "start") + [run.errors]
        #expect(told.allSatisfy { !$0.contains("secret") && !$0.contains("someone") })
    }

    @Test func aSlowPrimaryDelaysNothing() throws {
        let port = try Companion.freePort()
        let source = try sender("udp://127.0.0.1:\(port)?pkt_size=1316", rate: "30")
        let run = try program(
            "udp://127.0.0.1:\(port)", "slow", ["-o", bench.path("slow.mkv")],
            profile: try TestProfile.slowPrimary(in: bench.folder))
        try waitForFrames(120, "slow")
        #expect(run.end(SIGINT) == 0, "\(run.errors)")
        source.end(SIGKILL)
        let frames = events("slow", "frame")
        let (ran, late) = (
            frames.filter { $0.contains(#""primary":"ran""#) }.count,
            frames.filter { $0.contains(#""primary":"late""#) }.count
        )
        #expect(ran >= 2 && late > ran, "\(ran) ran, \(late) late")
        let end = try #require(events("slow", "end").first)
        let counts = try #require(
            try JSONSerialization.jsonObject(with: Data(end.utf8)) as? [String: Any])
        let live = try #require(counts["live"] as? [String: Any])
        let latency = try #require(live["latency"] as? [String: Double])
        #expect(try #require(latency["p50"]) < 100, "ms, where the primary takes more: \(end)")
        let captured = try #require(live["captured"] as? Int)
        let (dropped, out) = (counts["dropped"] as? Int, counts["frames_out"] as? Int)
        #expect(captured == (dropped ?? 0) + (out ?? 0), "every picture is accounted for")
    }
}

extension TestProfile {
    /// A profile whose primary takes some tenths of a second: it multiplies large matrices.
    static func slowPrimary(in folder: TemporaryFolder) throws -> String {
        var model = TinyOnnx()
        model.input("x", [1, 1, 8, 8])
        model.constant("shape", [1400, 1400])
        model.constant("weights", [1, 2], [1, 2])
        model.node("GlobalAveragePool", ["x"], ["mean"])
        model.node("Flatten", ["mean"], ["flat"])
        model.node("Expand", ["flat", "shape"], ["m0"])
        for step in 0..<6 {
            model.node("MatMul", ["m\(step)", "m0"], ["p\(step)"])
            model.node("Tanh", ["p\(step)"], ["m\(step + 1)"])
        }
        model.node("ReduceMean", ["m6"], ["all"], [("axes", .ints([0, 1]))])
        model.node("MatMul", ["all", "weights"], ["y"])
        model.output("y", [1, 2])
        var profile = TestProfile()
        profile.top = """
            primary:
              file: primary.onnx
              input: {width: 8, height: 8, colour: gray}
              labels: labels.txt
              max_subjects: 1
            """
        let path = try profile.write(to: folder, as: "slow")
        _ = try model.write(to: URL(fileURLWithPath: path), as: "primary.onnx")
        try Data("some\nmore".utf8).write(
            to: URL(fileURLWithPath: path).appendingPathComponent("labels.txt"))
        return path
    }
}
