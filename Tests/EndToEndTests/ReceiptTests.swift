import Foundation
import MaskStreamTestSupport
import Testing

/// What `--receipt` tells, and what `--skip-done` makes of it.
@Suite struct ReceiptTests {
    let bench: Workbench
    let receipt: String

    init() throws {
        bench = try Workbench()
        receipt = bench.path("r.json")
    }

    private func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
    }

    private func json(_ name: String = "r.json") throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: bytes(name)) as? [String: Any])
    }

    private func field(_ path: String, of receipt: [String: Any]) -> String? {
        let names = path.split(separator: ".").map(String.init)
        let parent = names.dropLast().reduce(receipt as [String: Any]?) {
            $0?[$1] as? [String: Any]
        }
        return names.last.flatMap { parent?[$0] }.map { "\($0)" }
    }

    /// Of a file's bytes, by another program.
    private func sha256(_ path: String) throws -> String {
        String(try runProgram(["sha256sum", path]).lines[0].prefix(64))
    }

    private func masking(_ more: [String] = []) -> [String] {
        bench.masking(bench.clip, to: "out.mkv", ["--codec", "ffv1", "--receipt", receipt] + more)
    }

    /// A clip that takes a while.
    private func longClip() throws -> String {
        try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource("320x240", rate: "50", seconds: 8) + ["-c:v", "ffv1"])
    }

    @Test func aReceiptTellsWhatWasDone() throws {
        let events = bench.path("e.ndjson")
        try expectStatus(
            0,
            masking(["--events", events, "--threshold", "0.4", "--mask=stable", "--audio", "drop"]))
        let told = try json()
        for (path, value) in [
            ("schema", "1"), ("state", "done"), ("exit", "0"), ("input.name", bench.clip),
            ("input.sha256", try sha256(bench.clip)), ("profile.name", "light"),
            ("output.name", bench.path("out.mkv")), ("frames.frames_out", "10"),
            ("output.sha256", try sha256(bench.path("out.mkv"))),
            ("output.size", "\(try bytes("out.mkv").count)"),
            ("events.sha256", try sha256(events)), ("device", "cpu, 1 thread"),
        ] {
            #expect(field(path, of: told) == value, "\(path)")
        }
        #expect(
            told["options"] as? [String: [String]]
                == ["--codec": ["ffv1"], "--threshold": ["0.4"], "--audio": ["drop"]],
            "a default changes nothing")
        for name in ["error", "replaces", "report"] { #expect(told[name] == nil) }
        let last = try #require(
            String(decoding: bytes("e.ndjson"), as: UTF8.self).split(separator: "\n").last)
        let end = try #require(
            JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
        let frames = try #require(told["frames"] as? [String: Any])
        #expect(frames.count == 8)
        for (name, value) in frames { #expect("\(end[name] ?? "")" == "\(value)", "\(name)") }
        let known = try expectStatus(0, ["fingerprint", "-p", bench.light]).lines
        #expect(known == [field("fingerprint", of: told)])
    }

    @Test func whatIsDoneIsNotDoneAgain() throws {
        let events = bench.path("e.ndjson")
        let command = masking(["--events", events, "--skip-done"])
        try expectStatus(0, command)
        let files = ["out.mkv", "e.ndjson", "r.json"]
        let before = try files.map(bytes)
        let again = try expectStatus(0, command)
        #expect(again.errors == "\(bench.path("out.mkv")): done before\n", "\(again.errors)")
        #expect(try files.map(bytes) == before)
        // Without it an output that exists is refused as ever, and the receipt stays.
        try expectStatus(73, masking(["--events", events]), says: ["out.mkv", "--overwrite"])
        #expect(try bytes("r.json") == before[2])
    }

    static let changes = [
        "threshold", "model", "manifest", "input", "output", "events", "version",
    ]

    /// Everything that the result depends on, and a part of the result that is gone.
    @Test(arguments: changes) func whatHasChangedIsDoneAnew(change: String) throws {
        let events = bench.path("e.ndjson")
        let command = masking(["--events", events, "--skip-done"])
        try expectStatus(0, command)
        let before = try bytes("r.json")
        var more: [String] = []
        switch change {
        case "threshold": more = ["--threshold", "0.4"]
        case "model":
            _ = try TestProfile(modelBytes: TestProfile.failing.model.bytes).write(
                to: bench.folder, as: "light")
        case "manifest": _ = try TestProfile(mean: 0.1).write(to: bench.folder, as: "light")
        case "input":
            try FileManager.default.removeItem(atPath: bench.clip)
            try Clips.ffmpeg(Clips.testSource(rate: "5") + ["-c:v", "ffv1", bench.clip])
        case "output": try FileManager.default.removeItem(atPath: bench.path("out.mkv"))
        case "events": _ = try bench.folder.write(Data("changed".utf8), to: "e.ndjson")
        default:
            let text = String(decoding: before, as: UTF8.self)
            let version = try #require(field("version", of: json()))
            _ = try bench.folder.write(
                Data(text.replacing("\"\(version)\"", with: "\"0.0.0\"").utf8), to: "r.json")
        }
        let again = try expectStatus(0, command + more)
        #expect(!again.errors.contains("done before"), "\(again.errors)")
        let told = try json()
        #expect(field("output.sha256", of: told) == (try sha256(bench.path("out.mkv"))))
        #expect(field("events.sha256", of: told) == (try sha256(events)))
        #expect(told["replaces"] == nil && !bench.has("out.mkv.part"))
        #expect(try expectStatus(0, command + more).errors.contains("done before"))
    }

    /// An output is replaced only where the receipt proves whose it is.
    @Test(arguments: ["changed", "no receipt", "damaged", "another's claim"])
    func whatOthersMadeIsKept(state: String) throws {
        try expectStatus(0, masking())
        if state == "changed" {
            var changed = try bytes("out.mkv")
            changed[changed.count / 2] ^= 1
            _ = try bench.folder.write(changed, to: "out.mkv")
        } else if state == "no receipt" {
            try FileManager.default.removeItem(atPath: receipt)
        } else if state == "damaged" {
            _ = try bench.folder.write(bytes("r.json").prefix(100), to: "r.json")
        } else {
            try claim(inode: 1)
        }
        let before = try bytes("out.mkv")
        try expectStatus(73, masking(["--skip-done"]), says: ["out.mkv", "--overwrite"])
        #expect(try bytes("out.mkv") == before)
        try expectStatus(0, masking(["--skip-done", "--overwrite"]))
        #expect(try expectStatus(0, masking(["--skip-done"])).errors.contains("done before"))
    }

    /// Turns the receipt into the claim of a run that made a file.
    private func claim(inode: UInt64) throws {
        var told = try json()
        for name in ["exit", "frames"] { told[name] = nil }
        told["state"] = "claim"
        told["output"] = ["name": bench.path("out.mkv"), "inode": inode]
        try JSONSerialization.data(withJSONObject: told).write(to: URL(fileURLWithPath: receipt))
    }

    @Test func anOutputThatAKilledRunHadNamedIsReplaced() throws {
        try expectStatus(0, masking())
        var facts = stat()
        #expect(stat(bench.path("out.mkv"), &facts) == 0)
        try claim(inode: UInt64(facts.st_ino))
        let again = try expectStatus(0, masking(["--skip-done"]))
        #expect(!again.errors.contains("done before"))
        #expect(field("state", of: try json()) == "done")
        #expect(field("output.sha256", of: try json()) == (try sha256(bench.path("out.mkv"))))
    }

    @Test func aKilledRunIsMadeGood() throws {
        let command = bench.masking(
            try longClip(), to: "out.mkv",
            ["--codec", "ffv1", "--receipt", receipt, "--skip-done"])
        // Twice: the second one replaces the first one's output, with other options.
        for more in [[], ["--threshold", "0.4"]] {
            let alone = try bench.mask(
                bench.path("long.mkv"), to: "alone.mkv", more + ["--overwrite"])
            let run = try Program.start(command + more)
            try #require(
                Companion.wait {
                    field("state", of: (try? json()) ?? [:]) == "claim" && bench.has("out.mkv.part")
                }, "\(run.errors)")
            run.end(SIGKILL)
            let told = try json()
            #expect(field("state", of: told) == "claim" && told["exit"] == nil)
            try expectStatus(0, command + more)
            #expect(
                try Clips.rawVideo(bench.path("out.mkv"), pixelFormat: "yuv420p")
                    == Clips.rawVideo(alone, pixelFormat: "yuv420p"))
            #expect(!bench.has("out.mkv.part") && !bench.has("r.json.part"))
            #expect(try expectStatus(0, command + more).errors.contains("done before"))
        }
    }

    @Test func ofTwoRunsAtOnceTheReceiptOfTheFirstToEndStays() throws {
        let command = bench.masking(
            try longClip(), to: "out.mkv",
            ["--codec", "ffv1", "--receipt", receipt, "--skip-done", "--frames", "100"])
        let slow = try Program.start(command)
        try #require(
            Companion.wait { field("state", of: (try? json()) ?? [:]) == "claim" },
            "\(slow.errors)")
        slow.signal(SIGSTOP)
        try expectStatus(0, command)
        let told = try bytes("r.json")
        #expect(slow.end(SIGCONT) == 73, "\(slow.errors)")
        #expect(try bytes("r.json") == told)
        #expect(try expectStatus(0, command).errors.contains("done before"))
    }

    @Test func afterASignalTheRunIsNotDone() throws {
        let command = bench.masking(
            try longClip(), to: "out.mkv",
            ["--codec", "ffv1", "--receipt", receipt, "--skip-done", "--progress", "none"])
        let run = try Program.start(command)
        try #require(Companion.wait { bench.has("r.json") }, "\(run.errors)")
        #expect(run.end(SIGTERM) == 130)
        let told = try json()
        #expect(field("exit", of: told) == "130" && told["output"] == nil)
        try expectStatus(0, command)
        #expect(field("exit", of: try json()) == "0")
    }

    @Test func aFailureIsTold() throws {
        let bad = try bench.folder.write(Data("no video".utf8), to: "bad.mkv")
        let failing = try TestProfile.failing.write(to: bench.folder, as: "failing")
        for (status, words) in [
            (65, [bad, "-p", bench.light]), (66, [bench.path("none.mkv"), "-p", bench.light]),
            (70, [bench.clip, "-p", failing]),
        ] {
            try? FileManager.default.removeItem(atPath: receipt)
            let command =
                words + ["-o", bench.path("out.mkv"), "--receipt", receipt, "--skip-done"]
            let result = try expectStatus(Int32(status), command)
            let told = try json()
            #expect(field("exit", of: told) == "\(status)" && told["output"] == nil)
            let message = try #require(field("error.message", of: told))
            #expect(result.errors.contains(message), "\(result.errors)")
            try expectStatus(Int32(status), command)
        }
        // An input that is away for a while takes nothing from what is done.
        try expectStatus(0, masking(["--overwrite"]))
        let before = try bytes("r.json")
        rename(bench.clip, bench.path("away.mkv"))
        try expectStatus(66, masking(["--skip-done"]))
        #expect(try bytes("r.json") == before)
        rename(bench.path("away.mkv"), bench.clip)
        #expect(try expectStatus(0, masking(["--skip-done"])).errors.contains("done before"))
    }

    @Test func severalInputsHaveAReceiptEach() throws {
        let other = try Clips.make(
            "other.mkv", in: bench.folder, Clips.testSource("32x32", rate: "10") + ["-c:v", "ffv1"])
        let bad = try bench.folder.write(Data("no video".utf8), to: "bad.mkv")
        let command =
            [bench.clip, bad, other, "-p", bench.light, "--codec", "ffv1", "--skip-done"]
            + ["--output-dir", bench.path("m"), "--receipt", bench.path("rs")]
        try expectStatus(65, command, says: ["bad.mkv"])
        let exits = try ["clip", "bad", "other"].map {
            field("exit", of: try json("rs/\($0).mkv.receipt.json"))
        }
        #expect(exits == ["0", "65", "0"])
        try FileManager.default.removeItem(atPath: bench.path("m/other.mkv"))
        let again = try expectStatus(65, command)
        #expect(again.errors.contains("clip.mkv: done before"), "\(again.errors)")
        #expect(!again.errors.contains("other.mkv: done before"))
        #expect(again.errors.contains("3 inputs: 2 done (1 before), 1 not"), "\(again.errors)")
        try expectStatus(
            64, command + ["--events", bench.path("e.ndjson")], says: ["--events", "--skip-done"])
    }

    @Test func whatCannotHaveAReceiptIsRefused() throws {
        try expectStatus(
            64, bench.masking(bench.clip, to: "out.mkv", ["--skip-done"]), says: ["--receipt"])
        try expectStatus(
            64,
            [bench.clip, "-p", bench.light, "--format", "nut", "-o", "-"]
                + ["--receipt", receipt], says: ["--receipt", "one file"])
        try expectStatus(
            64,
            ["-", "-p", bench.light, "-o", bench.path("out.mkv"), "--receipt", receipt]
                + ["--skip-done"], input: try bytes("clip.mkv"), says: ["--skip-done"])
        try expectStatus(64, masking(["--events", receipt]), says: ["--events", "--receipt"])
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
        for path in [bench.clip, "\(bench.light)/model.onnx"] {
            try expectStatus(
                73, bench.masking(bench.clip, to: "out.mkv", ["--receipt", path]),
                says: ["--receipt would replace an input"])
        }
        try expectStatus(
            73, bench.masking(bench.clip, to: "o.mkv", ["--receipt", bench.path("no/r.json")]),
            says: ["no/r.json"])
    }

    /// A server that tells a version of what it serves; none where `etag` is empty.
    private func server(_ etag: String) throws -> (url: String, process: Companion) {
        let port = try Companion.freePort()
        let process = try Companion([
            "python3", "-c",
            """
            import http.server, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    data = open(sys.argv[2], "rb").read()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(data)))
                    if sys.argv[3]: self.send_header("ETag", sys.argv[3])
                    self.end_headers()
                    self.wfile.write(data)
            http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
            """, "\(port)", bench.clip, etag,
        ])
        let url = "http://127.0.0.1:\(port)/clip.mkv"
        try #require(
            try Companion.wait { try runProgram(["ffprobe", "-v", "quiet", url]).status == 0 })
        return (url, process)
    }

    /// A URL's query, which may be a signature, is no part of what was read.
    @Test func aURLIsToldByItsETag() throws {
        let (url, process) = try server("\"version 1\"")
        func command(_ url: String) -> [String] {
            bench.masking(
                url, to: "out.mkv", ["--codec", "ffv1", "--receipt", receipt, "--skip-done"])
        }
        try expectStatus(0, command("\(url)?X-Amz-Signature=SECRET1"))
        let told = try json()
        #expect(field("input.name", of: told) == url)
        #expect(field("input.etag", of: told) == "\"version 1\"")
        #expect(field("input.size", of: told) == "\(try bytes("clip.mkv").count)")
        #expect(!String(decoding: try bytes("r.json"), as: UTF8.self).contains("SECRET"))
        let again = try expectStatus(0, command("\(url)?X-Amz-Signature=SECRET2"))
        #expect(again.errors.contains("done before"), "\(again.errors)")
        process.end(SIGKILL)
        let (other, second) = try server("\"version 2\"")
        #expect(!(try expectStatus(0, command(other))).errors.contains("done before"))
        #expect(field("input.etag", of: try json()) == "\"version 2\"")
        second.end(SIGKILL)
        for etag in ["", "W/\"version 1\""] {
            let (unknown, third) = try server(etag)
            try expectStatus(64, command(unknown), says: ["--skip-done", "ETag"])
            third.end(SIGKILL)
        }
        try expectStatus(66, command(other))
    }

    @Test func aReceiptHoldsNoSecret() throws {
        let clip = try Clips.make(
            "c.mp4", in: bench.folder, Clips.testSource(seconds: 0.2) + ["-c:v", "libx264"])
        let secret = "00112233445566778899aabbccddeeff"
        try expectStatus(
            0,
            bench.masking(
                clip, to: "out.mp4",
                ["--input-option", "decryption_key=\(secret)", "--receipt", receipt]))
        let told = String(decoding: try bytes("r.json"), as: UTF8.self)
        #expect(!told.contains(secret) && told.contains("decryption_key=***"), "\(told)")
    }
}
