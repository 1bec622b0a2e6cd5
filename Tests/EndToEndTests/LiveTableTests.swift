import Foundation
import MaskStreamTestSupport
import Testing

/// `--inputs FILE` with live inputs: they run side by side, and SIGHUP reads the file again.
@Suite struct LiveTableTests {
    /// A camera: one level of gray all over, sent for five minutes.
    private struct Camera {
        let port: Int
        let level: UInt8
        let scheme: String

        init(_ level: UInt8, _ scheme: String = "udp") throws {
            port = try Companion.freePort()
            (self.level, self.scheme) = (level, scheme)
        }

        /// What nobody is to read in any message.
        var url: String { "\(scheme)://me:SECRET@127.0.0.1:\(port)?token=SECRET" }
        /// What is told of it.
        var name: String { "\(scheme)://127.0.0.1:\(port)" }

        func start() throws -> Companion {
            let target = scheme == "tcp" ? "\(name)?listen=1" : "\(name)?pkt_size=1316"
            return try Companion.ffmpeg(
                ["-re", "-f", "lavfi", "-i", "color=size=64x48:rate=25:duration=300"]
                    + ["-vf", "geq=lum=\(level):cb=128:cr=128"]
                    + ["-c:v", "mpeg2video", "-g", "5", "-q:v", "2", "-f", "mpegts", target])
        }

        /// Whether somebody listens at its TCP port.
        var isListening: Bool {
            let text = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
            let place = String(format: "0100007F:%04X 00000000:0000 0A", port)
            return text.contains(place)
        }
    }

    /// One line of the events.
    private struct Line: Decodable {
        let type: String
        let input: String
        let frame: Int?
        let exit: Int?
    }

    let bench: Workbench
    private let (events, table): (String, String)

    init() throws {
        bench = try Workbench()
        (events, table) = (bench.path("e.ndjson"), bench.path("table.csv"))
    }

    private func write(_ rows: [(camera: Camera, output: String)]) throws {
        try write(
            text: "input,output\n"
                + rows.map { "\"\($0.camera.url)\",\(bench.path($0.output))\n" }.joined())
    }

    private func write(text: String) throws {
        _ = try bench.folder.write(Data(text.utf8), to: "table.csv")
    }

    private func start(_ more: [String] = []) throws -> Companion {
        try Program.start(
            ["--inputs", table, "-p", bench.light, "--codec", "ffv1", "--events", events]
                + ["--progress", "plain"] + more)
    }

    /// The whole lines of the events, from files that were moved away, too.
    private func lines(_ camera: Camera, _ type: String) -> [Line] {
        let texts = [events + ".1", events].map {
            (try? String(contentsOfFile: $0, encoding: .utf8)) ?? ""
        }
        return texts.joined().split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }.filter { $0.type == type && $0.input == camera.name }
    }

    private func waitForFrames(_ count: Int, of cameras: Camera..., by run: Companion) throws {
        let ends = cameras.map { lines($0, "frame").count + count }
        let areThere = Companion.wait {
            zip(cameras, ends).allSatisfy { lines($0, "frame").count >= $1 }
        }
        try #require(areThere, "\(count) frames\n\(run.errors)")
    }

    /// Checks that an output is whole: every frame of a camera that the events tell of, and nothing
    /// of any other.
    private func expectWhole(
        _ name: String, of camera: Camera, frames: Range<Int>? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let raw = try [UInt8](Clips.rawVideo(bench.path(name), pixelFormat: "yuv420p"))
        let (luma, size) = (64 * 48, 64 * 48 * 3 / 2)
        let count = frames?.count ?? lines(camera, "frame").count
        #expect(count > 0 && raw.count == count * size, sourceLocation: sourceLocation)
        let levels = Set(
            stride(from: 0, to: raw.count, by: size).flatMap { raw[$0..<$0 + luma] })
        // The first frames of a stream that is joined on its way are damaged, so masked.
        let shown = levels.filter { $0 != 16 }
        #expect(
            !shown.isEmpty && shown.allSatisfy { abs(Int($0) - Int(camera.level)) <= 2 },
            "\(levels.sorted()), not \(camera.level)", sourceLocation: sourceLocation)
    }

    /// Checks that a run went on all the time, and was one.
    private func expectOneRun(
        of camera: Camera, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let frames = lines(camera, "frame").compactMap(\.frame)
        #expect(frames == Array(0..<frames.count), sourceLocation: sourceLocation)
        #expect(lines(camera, "start").count == 1, sourceLocation: sourceLocation)
        #expect(lines(camera, "end").map(\.exit) == [0], sourceLocation: sourceLocation)
    }

    /// The numbers and names of the streams that the page has.
    private func watched(_ port: Int) throws -> [String] {
        let ask = #"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:\#(port)\r\nConnection: close\r\n\r\n"#
        let script = "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(ask)' >&3; cat <&3"
        return try runProgram(["bash", "-c", script]).lines.compactMap { line in
            let match = line.firstMatch(of: /frames_total{stream="(\d+)",input="([^"]*)"/)
            return match.map { "\($0.1) \($0.2)" }
        }
    }

    private func expectNoSecret(_ run: Companion) throws {
        #expect(!run.errors.contains("SECRET"), "\(run.errors)")
        for file in [events, events + ".1"] where FileManager.default.fileExists(atPath: file) {
            #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("SECRET"))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT]) func theyRunSideBySideToTheSignal(signal: Int32) throws {
        let cameras = try [Camera(160), Camera(220)]
        try write([(cameras[0], "a.mkv"), (cameras[1], "b.mkv")])
        let peers = try cameras.map { try $0.start() }
        let run = try start()
        try waitForFrames(20, of: cameras[0], cameras[1], by: run)
        #expect(run.end(signal) == 0, "\(run.errors)")
        peers.forEach { $0.end(SIGKILL) }
        for (camera, name) in zip(cameras, ["a.mkv", "b.mkv"]) {
            try expectWhole(name, of: camera)
            expectOneRun(of: camera)
            #expect(!bench.has("\(name).part"))
        }
        #expect(run.errors.contains("2 inputs: 2 done, 0 not"), "\(run.errors)")
        try expectNoSecret(run)
    }

    @Test func onATerminalNoneWritesOverTheOthers() throws {
        let cameras = try [Camera(160), Camera(220)]
        let peers = try cameras.map { try $0.start() }
        defer { peers.forEach { $0.end(SIGKILL) } }
        try write([(cameras[0], "a.mkv"), (cameras[1], "b.mkv")])
        /// What a run writes to a terminal in two seconds.
        func screen(_ input: [String]) throws -> String {
            let words =
                ["timeout", "--foreground", "-s", "INT", "2", Program.path] + input
                + ["-p", bench.light, "--codec", "ffv1"]
            let line = words.map { "'\($0)'" }.joined(separator: " ")
            _ = try runProgram(["script", "-qc", line, bench.path("screen")])
            return try String(contentsOfFile: bench.path("screen"), encoding: .utf8)
        }
        let one = try screen([cameras[0].url, "-o", bench.path("one.mkv")])
        let two = try screen(["--inputs", table])
        #expect(one.contains("\u{1b}[K"), "a bar: \(one)")
        #expect(!two.contains("\u{1b}[K"), "\(two)")
        #expect(two.contains("2 inputs: 2 done, 0 not"), "\(two)")
    }

    @Test func oneThatComesLaterIsWaitedForAlone() throws {
        let (there, late) = (try Camera(160), try Camera(220, "tcp"))
        try write([(late, "late.mkv"), (there, "there.mkv")])
        let peer = try there.start()
        let run = try start(["--reconnect"])
        try waitForFrames(20, of: there, by: run)
        try #require(Companion.wait { run.errors.contains("trying again") }, "\(run.errors)")
        #expect(run.errors.contains("warning: \(late.name): "), "\(run.errors)")
        let second = try late.start()
        try waitForFrames(10, of: late, there, by: run)
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        [peer, second].forEach { $0.end(SIGKILL) }
        for (camera, name) in [(late, "late.mkv"), (there, "there.mkv")] {
            try expectWhole(name, of: camera)
            expectOneRun(of: camera)
        }
        try expectNoSecret(run)
    }

    @Test func hangUpTriesAgainWhatNeverBegan() throws {
        let (there, late) = (try Camera(160), try Camera(220, "tcp"))
        try write([(late, "late.mkv"), (there, "there.mkv")])
        let peer = try there.start()
        let run = try start()
        try waitForFrames(10, of: there, by: run)
        try #require(Companion.wait { run.errors.contains("error: ") }, "\(run.errors)")
        #expect(run.errors.contains(late.name) && run.errors.contains("hint: "), "\(run.errors)")
        let second = try late.start()
        try #require(Companion.wait { late.isListening })
        run.signal(SIGHUP)
        try waitForFrames(10, of: late, there, by: run)
        #expect(run.errors.contains("1 begun, 0 ended, 1 as before"), "\(run.errors)")
        // It ends by itself, and is not begun again: a part of it is written.
        second.end(SIGKILL)
        try #require(Companion.wait { !lines(late, "end").isEmpty }, "\(run.errors)")
        run.signal(SIGHUP)
        let isRead = Companion.wait { run.errors.contains("0 begun, 0 ended, 2 as before") }
        try #require(isRead, "\(run.errors)")
        try waitForFrames(10, of: there, by: run)
        let status = run.end(SIGTERM)
        peer.end(SIGKILL)
        #expect(status == Int32(lines(late, "end").last?.exit ?? -1), "\(run.errors)")
        expectOneRun(of: there)
        try expectWhole("there.mkv", of: there)
        try expectNoSecret(run)
    }

    @Test func hangUpBeginsWhatIsNewAndEndsWhatIsGone() throws {
        let (stays, goes, comes) = (try Camera(150), try Camera(190), try Camera(230))
        let peers = try [stays, goes, comes].map { try $0.start() }
        try write([(goes, "goes.mkv"), (stays, "stays.mkv")])
        let page = try Companion.freePort()
        let run = try start(["--watch", "--watch-address", "127.0.0.1:\(page)"])
        try waitForFrames(10, of: goes, stays, by: run)
        #expect(try watched(page) == ["0 \(goes.name)", "1 \(stays.name)"])
        // The same signal opens the events anew.
        try FileManager.default.moveItem(atPath: events, toPath: events + ".1")
        try write([(stays, "stays.mkv"), (comes, "comes.mkv")])
        run.signal(SIGHUP)
        try waitForFrames(10, of: comes, stays, by: run)
        try #require(Companion.wait { bench.has("goes.mkv") }, "\(run.errors)")
        #expect(bench.has("e.ndjson"))
        try expectWhole("goes.mkv", of: goes)
        expectOneRun(of: goes)
        let said = "info: \(goes.name): ended: \(bench.path("goes.mkv")): "
        try #require(Companion.wait { run.errors.contains(said) }, "\(run.errors)")
        #expect(run.errors.contains("1 begun, 1 ended, 1 as before"), "\(run.errors)")
        #expect(try watched(page) == ["1 \(stays.name)", "2 \(comes.name)"])
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        peers.forEach { $0.end(SIGKILL) }
        for (camera, name) in [(stays, "stays.mkv"), (comes, "comes.mkv")] {
            try expectWhole(name, of: camera)
            expectOneRun(of: camera)
        }
        #expect(run.errors.contains("2 inputs: 2 done, 0 not"), "\(run.errors)")
        try expectNoSecret(run)
    }

    @Test(arguments: [false, true])
    func aChangedRowEndsBeforeItBeginsAnew(isWatched: Bool) throws {
        let (stays, changes) = (try Camera(150), try Camera(190))
        let peers = try [stays, changes].map { try $0.start() }
        try write([(stays, "stays.mkv"), (changes, "old.mkv")])
        let page = "127.0.0.1:\(try Companion.freePort())"
        let run = try start(isWatched ? ["--watch", "--watch-address", page] : [])
        try waitForFrames(10, of: stays, changes, by: run)
        try write([(changes, "new.mkv"), (stays, "stays.mkv")])
        run.signal(SIGHUP)
        // One process only can have the port.
        try #require(Companion.wait { lines(changes, "start").count == 2 }, "\(run.errors)")
        let old = lines(changes, "frame").count
        try waitForFrames(10, of: stays, changes, by: run)
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        peers.forEach { $0.end(SIGKILL) }
        let numbers = lines(changes, "frame").compactMap(\.frame)
        let begin = try #require(numbers.lastIndex(of: 0))
        #expect(begin > 0 && begin <= old)
        try expectWhole("old.mkv", of: changes, frames: 0..<begin)
        try expectWhole("new.mkv", of: changes, frames: begin..<numbers.count)
        #expect(lines(changes, "end").map(\.exit) == [0, 0])
        expectOneRun(of: stays)
        try expectNoSecret(run)
    }

    @Test func aTableThatCannotBeUsedChangesNothing() throws {
        let (one, other) = (try Camera(160), try Camera(220))
        let peers = try [one, other].map { try $0.start() }
        try write([(one, "one.mkv"), (other, "other.mkv")])
        let run = try start()
        try waitForFrames(10, of: one, other, by: run)
        let first = "input,output,profile,options\n\"\(one.url)\",\(bench.path("one.mkv")),,\n"
        let new = "udp://me:SECRET@127.0.0.1:9"
        let cases: [(text: String?, says: [String])] = [
            (nil, ["table.csv"]), ("", ["line 1", "no columns"]),
            (first + "\(new),\(bench.path("x.mkv"))\n", ["line 3", "4 fields"]),
            (first + "\(new),\(bench.path("x.mkv")),,--treshold 1\n", ["line 3", "--threshold?"]),
            (first + "\(new),\(bench.path("x.mkv")),nosuch,\n", ["line 3", "nosuch"]),
            (first + "\(new),\(bench.path("one.mkv")),,\n", ["line 3", "one.mkv"]),
            (first + "\(new),\(bench.path("./one.mkv")),,\n", ["line 3", "one file"]),
            (first + "\(new),\(events),,\n", ["line 3", "one file"]),
            (first + "\(events),\(bench.path("x.mkv")),,\n", ["--events", "an input"]),
        ]
        var refused = 0
        for (text, says) in cases {
            if let text {
                try write(text: text)
            } else {
                try FileManager.default.removeItem(atPath: table)
            }
            run.signal(SIGHUP)
            refused += 1
            func errors() -> ArraySlice<String> {
                run.errors.components(separatedBy: "error: the table is not taken").dropFirst()
            }
            try #require(Companion.wait { errors().count == refused }, "\(says)\n\(run.errors)")
            let isHinted = Companion.wait { errors().last?.contains("send SIGHUP again\n") == true }
            #expect(isHinted, "\(run.errors)")
            for word in says {
                #expect(errors().last?.contains(word) == true, "\(word)\n\(run.errors)")
            }
        }
        try waitForFrames(10, of: one, other, by: run)
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        peers.forEach { $0.end(SIGKILL) }
        for (camera, name) in [(one, "one.mkv"), (other, "other.mkv")] {
            try expectWhole(name, of: camera)
            expectOneRun(of: camera)
        }
        #expect(!bench.has("x.mkv") && !bench.has("x.mkv.part"))
        try expectNoSecret(run)
    }

    @Test func filesAndLiveInputsGoTogether() throws {
        let camera = try Camera(160)
        let peer = try camera.start()
        try write(
            text: """
                input,output,profile
                \(bench.clip),\(bench.path("one.mkv")),
                \(bench.path("none.mkv")),\(bench.path("two.mkv")),
                \(camera.url),\(bench.path("live.mkv")),
                """)
        let run = try start()
        try waitForFrames(10, of: camera, by: run)
        try #require(Companion.wait { bench.has("one.mkv") && run.errors.contains("error: ") })
        try write(
            text: """
                input,output,profile
                \(bench.clip),\(bench.path("one.mkv")),
                \(bench.clip),\(bench.path("three.mkv")),
                \(camera.url),\(bench.path("live.mkv")),
                """)
        run.signal(SIGHUP)
        try #require(Companion.wait { bench.has("three.mkv") }, "\(run.errors)")
        #expect(run.errors.contains("1 begun, 0 ended, 2 as before"), "\(run.errors)")
        try waitForFrames(10, of: camera, by: run)
        #expect(run.end(SIGTERM) == 0, "\(run.errors)")
        peer.end(SIGKILL)
        try expectWhole("live.mkv", of: camera)
        #expect(
            try Clips.rawVideo(bench.path("three.mkv"), pixelFormat: "gray").count == 10 * 64 * 48)
    }
}
