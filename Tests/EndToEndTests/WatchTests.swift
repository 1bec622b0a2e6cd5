import Foundation
import MaskStreamTestSupport
import Testing

/// The page of `--watch`, on the program itself.
@Suite struct WatchTests {
    let bench: Workbench
    private let events: String

    init() throws {
        bench = try Workbench()
        events = bench.path("e.ndjson")
    }

    /// A run that lasts as long as it is watched, and where its page is.
    private final class Watched {
        let run: Companion
        let peer: Companion
        let port: Int
        let url: String

        init(
            _ bench: Workbench, _ more: [String], host: String = "127.0.0.1",
            sound: [String] = [], environment: [String: String] = [:], profile: String? = nil
        ) throws {
            let stream = try Companion.freePort()
            port = try Companion.freePort()
            peer = try Companion.ffmpeg(
                ["-re"] + Clips.testSource("96x64", seconds: 90) + sound
                    + ["-c:v", "mpeg2video", "-g", "5", "-q:v", "2", "-f", "mpegts"]
                    + ["udp://127.0.0.1:\(stream)?pkt_size=1316"])
            let run = try Program.start(
                ["udp://127.0.0.1:\(stream)", "-p", profile ?? bench.light, "--watch"]
                    + ["--progress", "none"]
                    + ["--watch-address", "\(host):\(port)", "--events", bench.path("e.ndjson")]
                    + more, environment: environment)
            self.run = run
            let isServed = Companion.wait { run.errors.contains("watch: http") }
            try #require(isServed, "\(run.errors)")
            let line = run.errors.split(separator: "\n").first { $0.hasPrefix("watch: ") }
            url = String(try #require(line).dropFirst(7))
        }

        /// Waits for the first frame.
        func begin() throws {
            let hasBegun = try Companion.wait {
                try get("/picture?view=masked").status == 200
            }
            try #require(hasBegun, "\(run.errors)")
        }

        struct Answer {
            let status: Int
            let head: String
            let body: Data
        }

        func get(_ path: String, _ headers: [String] = []) throws -> Answer {
            try ask("GET \(path) HTTP/1.1", headers)
        }

        /// Four clients at once ask for the page's texts, each so many times; whether all were
        /// answered.
        func hammer(_ times: Int) throws -> Bool {
            let requests = ["/status", "/metrics", "/health"].map { path in
                "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
            }
            let text = requests.map { "'\($0.replacing("\r\n", with: #"\r\n"#))'" }
            let script = """
                client() {
                    for ((i = 0; i < \(times); i++)); do
                        for request in \(text.joined(separator: " ")); do
                            exec 3<>/dev/tcp/127.0.0.1/\(port) || return 1
                            printf "$request" >&3 && IFS= read -r line <&3 || return 1
                            [[ $line == *' 200 '* ]] || return 1
                            exec 3>&-
                        done
                    done
                }
                for n in 1 2 3 4; do client & all="$all $!"; done
                for one in $all; do wait $one || exit 1; done
                """
            return try runProgram(["bash", "-c", script]).status == 0
        }

        func post(_ body: String, _ headers: [String]? = nil) throws -> Int {
            try answer(body, headers).status
        }

        func answer(_ body: String, _ headers: [String]? = nil) throws -> Answer {
            let own = ["Origin: http://127.0.0.1:\(port)", "Content-Type: application/json"]
            let all = (headers ?? own) + ["Content-Length: \(body.utf8.count)"]
            return try ask("POST /control HTTP/1.1", all, body)
        }

        func status() throws -> [String: Any] {
            let answer = try get("/status")
            return try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] ?? [:]
        }

        /// One request over a connection of its own.
        private func ask(
            _ line: String, _ headers: [String], _ body: String = ""
        ) throws -> Answer {
            let host = headers.contains { $0.hasPrefix("Host:") } ? [] : ["Host: 127.0.0.1:\(port)"]
            let lines = [line] + host + headers + ["Connection: close", "", body]
            let result = try runProgram(
                ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port) && cat >&3 && cat <&3"],
                input: Data(lines.joined(separator: "\r\n").utf8))
            let end = result.output.firstRange(of: Data("\r\n\r\n".utf8))
            let head = result.output.prefix(end?.lowerBound ?? 0)
            let text = String(decoding: head, as: UTF8.self)
            let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return Answer(
                status: status ?? 0, head: text,
                body: Data(result.output.dropFirst(end?.upperBound ?? 0)))
        }
    }

    /// The middle pixel of a JPEG as red, green and blue.
    private func middle(_ jpeg: Data) throws -> [Int] {
        let path = try bench.folder.write(jpeg, to: "picture.jpg")
        let pixels = try Clips.ffmpeg([
            "-i", path, "-vf", "crop=2:2", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ])
        return pixels.prefix(3).map { Int($0) }
    }

    private func frames() -> [[String: Any]] {
        let text = (try? String(contentsOfFile: events, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    @Test func theDefaultPageShowsNothingUnmaskedAndChangesNothing() throws {
        let watched = try Watched(bench, ["--threshold", "1", "--fill", "#00ff00"])
        try watched.begin()
        let page = try watched.get("/")
        #expect(page.status == 200 && page.head.contains("Content-Security-Policy"))
        let colour = try middle(try watched.get("/picture?view=masked").body)
        #expect(colour[0] < 40 && colour[1] > 200 && colour[2] < 40, "\(colour)")
        #expect(try middle(try watched.get("/snapshot").body)[1] > 200)
        #expect(try watched.get("/picture?view=original").status == 403)
        #expect(try watched.post(#"{"threshold": 0.3}"#) == 403)
        #expect(try watched.status()["fills"] as? [String] == [])
        #expect(try watched.get("/health").status == 200)
        let metrics = String(decoding: try watched.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("maskstream_frames_total{"))
        #expect(try watched.get("/", ["Host: evil.example"]).status >= 400)
        #expect(watched.run.end(SIGINT) == 0)
    }

    @Test("Four clients that ask all the time do no harm")
    func manyQuestions() throws {
        let watched = try Watched(bench, ["--threshold", "1"])
        try watched.begin()
        #expect(try watched.hammer(300), "\(watched.run.errors)")
        #expect(watched.run.end(SIGINT) == 0)
    }

    @Test func theOriginalIsShownOnRequest() throws {
        let watched = try Watched(bench, ["--threshold", "1", "--watch-original"])
        try watched.begin()
        let colour = try middle(try watched.get("/picture?view=original").body)
        #expect(colour.reduce(0, +) > 30, "the test picture is not black: \(colour)")
        #expect(try middle(try watched.get("/picture?view=masked").body).reduce(0, +) < 30)
        watched.run.end(SIGINT)
    }

    @Test func itSteers() throws {
        let watched = try Watched(bench, ["--watch-control", "--fill", "pixelate:8"])
        try watched.begin()
        #expect(try watched.post(#"{"threshold": 0.75}"#, []) >= 400, "no Origin")
        let foreign = ["Origin: http://evil.example", "Content-Type: application/json"]
        #expect(try watched.post(#"{"threshold": 0.75}"#, foreign) == 403)
        #expect(try watched.get("/control?threshold=0.75").status >= 400)
        #expect(try watched.post(#"{"threshold": 0.75}"#) == 204)
        let isSet = Companion.wait {
            frames().contains { $0["reason"] as? String == "user" && $0["to"] as? Double == 0.75 }
        }
        #expect(isSet)
        #expect(try watched.status()["threshold"] as? Double == 0.75)

        #expect(try watched.post(#"{"fill": "blur"}"#) == 409, "it might show more")
        #expect(try watched.post(#"{"fill": "pixelate:4"}"#) == 409)
        #expect(try watched.post(#"{"fill": "zero"}"#) == 204)
        #expect(try watched.status()["fill"] as? String == "zero")

        #expect(try watched.post(#"{"pause": true}"#) == 204)
        Thread.sleep(forTimeInterval: 0.3)
        let paused = frames().count
        Thread.sleep(forTimeInterval: 0.5)
        #expect(frames().count == paused)
        #expect(try watched.status()["state"] as? String == "paused")
        #expect(try watched.post(#"{"pause": false}"#) == 204)
        #expect(Companion.wait { frames().count > paused + 5 })
        #expect(watched.run.end(SIGINT) == 0, "\(watched.run.errors)")
    }

    @Test func anotherProfileTakesOverWithoutAnUnmaskedPicture() throws {
        let out = bench.path("out.mkv")
        let watched = try Watched(bench, ["--watch-control", "--codec", "ffv1", "-o", out])
        try watched.begin()
        #expect(try watched.post(#"{"profile": "/etc"}"#) == 409)
        #expect(try watched.post(#"{"profile": "object-id"}"#) == 204)
        let isThere = try Companion.wait {
            try watched.status()["profile"] as? String == "object-id"
                && (try watched.status()["state"] as? String) == "running"
        }
        #expect(isThere)
        let before = frames().count
        #expect(Companion.wait { frames().count > before + 10 })
        #expect(watched.run.end(SIGINT) == 0, "\(watched.run.errors)")
        let numbers = frames().filter { $0["type"] as? String == "frame" }
            .compactMap { $0["frame"] as? Int }
        #expect(numbers == Array(0..<numbers.count))
        // Light pixels are kept by the first profile; no profile keeps the whole test picture.
        let kept = frames().compactMap { $0["kept"] as? Double }
        #expect(kept.allSatisfy { $0 < 0.95 })
        let size = 96 * 64 * 3 / 2
        #expect(try Clips.rawVideo(out, pixelFormat: "yuv420p").count == numbers.count * size)
    }

    @Test func aProfileThatCannotBeUsedIsRefusedAndTheOldOneGoesOn() throws {
        let profiles = try TemporaryFolder()
        var broken = TestProfile()
        broken.modelBytes = [1, 2, 3]
        _ = try broken.write(to: profiles, as: "broken")
        // Loads, and fails on every frame.
        var failing = TestProfile.failing
        failing.deviation = 0.0001
        failing.mean = -1
        _ = try failing.write(to: profiles, as: "impossible")
        _ = try TestProfile().write(to: profiles, as: "other")
        let watched = try Watched(
            bench, ["--watch-control", "--control", "fixed", "-o", bench.path("out.mkv")],
            environment: ["MASKSTREAM_PROFILES": profiles.url.path])
        try watched.begin()
        for name in ["broken", "impossible"] {
            let answer = try watched.answer(#"{"profile": "\#(name)"}"#)
            #expect(answer.status == 409, "\(name)")
            #expect(String(decoding: answer.body, as: UTF8.self).contains("'\(name)' cannot be"))
            #expect(try watched.status()["profile"] as? String == "light")
            #expect(try watched.status()["state"] as? String == "running")
        }
        let before = frames().count
        #expect(Companion.wait { frames().count > before + 10 })
        #expect(try watched.post(#"{"profile": "other"}"#) == 204)
        #expect(try Companion.wait { try watched.status()["profile"] as? String == "other" })
        #expect(watched.run.end(SIGINT) == 0, "\(watched.run.errors)")
        #expect(bench.has("out.mkv"))
        let warnings = frames().filter { $0["code"] as? String == "profile_refused" }
        #expect(warnings.count == 2, "\(watched.run.errors)")
    }

    @Test func aProfileThatAnOptionForbidsIsRefused() throws {
        let profiles = try TemporaryFolder()
        _ = try TestProfile().write(to: profiles, as: "plain")
        let watched = try Watched(
            bench, ["--watch-control", "--control", "probe"],
            environment: ["MASKSTREAM_PROFILES": profiles.url.path],
            profile: try TestProfile.slowPrimary(in: bench.folder))
        try watched.begin()
        let answer = try watched.answer(#"{"profile": "plain"}"#)
        #expect(answer.status == 409)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("primary"))
        #expect(watched.run.end(SIGINT) == 0, "\(watched.run.errors)")
    }

    @Test func aPauseLeavesOutItsSoundToo() throws {
        let out = bench.path("out.mkv")
        let watched = try Watched(
            bench, ["--watch-control", "-o", out],
            sound: ["-re"] + Clips.tone(seconds: 90) + ["-c:a", "aac"])
        try watched.begin()
        #expect(Companion.wait { frames().count > 25 })
        #expect(try watched.post(#"{"pause": true}"#) == 204)
        Thread.sleep(forTimeInterval: 3)
        #expect(try watched.post(#"{"pause": false}"#) == 204)
        let paused = frames().count
        #expect(Companion.wait { frames().count > paused + 25 })
        #expect(watched.run.end(SIGINT) == 0, "\(watched.run.errors)")
        #expect(watched.run.errors.contains("packets of copied streams were dropped"))
        func times(_ stream: String) throws -> [Double] {
            try Clips.probe(out, ["-select_streams", stream, "-show_entries", "packet=pts_time"])
                .compactMap { Double($0) }.sorted()
        }
        let (pictures, sounds) = (try times("v"), try times("a"))
        func gap(_ times: [Double]) -> ClosedRange<Double> {
            zip(times, times.dropFirst()).map { $0...$1 }
                .max { $0.upperBound - $0.lowerBound < $1.upperBound - $1.lowerBound } ?? 0...0
        }
        let (dark, silent) = (gap(pictures), gap(sounds))
        #expect(dark.upperBound - dark.lowerBound > 2.5, "\(dark)")
        #expect(abs(dark.lowerBound - silent.lowerBound) < 0.6, "\(dark), \(silent)")
        #expect(abs(dark.upperBound - silent.upperBound) < 0.6, "\(dark), \(silent)")
    }

    @Test func whateverIsAskedTheRunGoesOn() throws {
        let watched = try Watched(bench, ["--watch-control"])
        try watched.begin()
        let numbers = ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "-1"]
        let queries = numbers + ["", "0x10", "%", "%00", "1e3", "NaN", "0&stream=1", "=", "&&&"]
        for query in queries {
            for path in ["/picture?after=", "/status?since=", "/status?stream=", "/picture?view="] {
                if path == "/picture?after=", query == numbers[0] { continue }  // Waits.
                #expect(try watched.get(path + query).status != 0, "\(path)\(query)")
            }
        }
        for path in ["/?", "//", "/%", "/..", "/status?%=1", "/metrics?", "/\u{301}", "/health?x"] {
            #expect(try watched.get(path).status != 0, "\(path)")
        }
        let nested = String(repeating: "[", count: 4000)
        let bodies =
            numbers.map { #"{"threshold": \#($0)}"# } + [
                nested, "", "{}", "null", #"{"threshold": 1e999}"#,
                #"{"threshold": 0, "adapt": true}"#,
                #"{"fill": "blur:9223372036854775807"}"#, #"{"fill": ""}"#,
                #"{"profile": "../../etc"}"#, #"{"profile": ""}"#, #"{"pause": 1}"#,
            ]
        for body in bodies { #expect(try watched.post(body) >= 400, "\(body.prefix(60))") }
        let before = frames().count
        #expect(Companion.wait { frames().count > before + 5 })
        #expect(watched.run.end(SIGINT) == 0, "\(watched.run.errors)")
    }

    @Test func otherMachinesNeedAToken() throws {
        let watched = try Watched(bench, ["--watch-control"], host: "0.0.0.0")
        let token = try #require(watched.url.split(separator: "=").last.map(String.init))
        try #require(
            try Companion.wait {
                try watched.get("/picture", ["Authorization: Bearer \(token)"]).status == 200
            })
        for path in ["/", "/picture?view=masked", "/status", "/metrics", "/snapshot"] {
            #expect(try [401, 403].contains(watched.get(path).status), "\(path)")
            #expect(try [401, 403].contains(watched.get(path + "?token=wrong").status))
        }
        #expect(try watched.get("/status", ["Authorization: Bearer \(token)"]).status == 200)
        #expect(try watched.post(#"{"threshold": 0.75}"#) >= 400)
        #expect(try watched.get("/health").status == 200)
        watched.run.end(SIGINT)
    }

    @Test func wishesThatNeedThePage() throws {
        for wish in [["--watch-control"], ["--watch-original"], ["--watch-address", "[::1]:0"]] {
            try expectStatus(
                64, bench.masking(bench.clip, to: "o.mkv", wish), says: [wish[0], "--watch"])
        }
        try expectStatus(
            64, [bench.clip, "-p", bench.light, "--watch", "--watch-address", "nowhere"],
            says: ["--watch-address"])
        let taken = try Watched(bench, [])
        try expectStatus(
            69,
            [
                bench.clip, "-p", bench.light, "--watch", "--watch-address",
                "127.0.0.1:\(taken.port)",
            ],
            says: ["in use", "--watch-address"])
        taken.run.end(SIGINT)
    }
}
