import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream review`, on the program itself and in a real browser.
@Suite struct ReviewTests {
    let bench: Workbench
    /// Where the analysis is.
    let folder: String

    init() throws {
        bench = try Workbench()
        folder = bench.path("clip.maskstream")
    }

    /// A bright square, which is found, and a dark grey one, which is not: x 200 to 250, y 60 to 110.
    private func missedFace() throws -> String {
        let squares = [
            "drawbox=40:60:40:40:white:fill", "drawbox=200:60:50:50:0x303030:fill",
        ]
        return try Clips.make(
            "missed.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:s=320x180:r=10:d=2"]
                + ["-vf", (squares + ["format=yuv420p"]).joined(separator: ",")]
                + ["-c:v", "ffv1"])
    }

    /// A review that is served, and what asks it.
    final class Served {
        let run: Companion
        let url: String
        let port: Int
        var token: String

        init(_ folder: String, _ more: [String] = []) throws {
            let run = try Program.start(
                ["review", folder, "--watch-address", "127.0.0.1:0"] + more)
            self.run = run
            try #require(Companion.wait { run.errors.contains("review: http") }, "\(run.errors)")
            let line = run.errors.split(separator: "\n").first { $0.hasPrefix("review: ") }
            url = String(try #require(line).dropFirst(8))
            port = try #require(URL(string: url)?.port)
            token = url.components(separatedBy: "token=").last ?? ""
        }

        /// The status, the head and the body of an answer.
        func ask(
            _ method: String = "GET", _ path: String, _ headers: [String] = [], body: String = ""
        ) throws -> (status: Int, head: String, body: Data) {
            let own = [
                "Host: 127.0.0.1:\(port)", "Origin: http://127.0.0.1:\(port)",
                "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
                "Connection: close",
            ]
            let known = token.isEmpty ? [] : ["Authorization: Bearer \(token)"]
            let lines = ["\(method) \(path) HTTP/1.1"] + own + known + headers + ["", body]
            let result = try runProgram(
                ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port) && cat >&3 && cat <&3"],
                input: Data(lines.joined(separator: "\r\n").utf8))
            let end = result.output.firstRange(of: Data("\r\n\r\n".utf8))
            let head = String(decoding: result.output.prefix(end?.lowerBound ?? 0), as: UTF8.self)
            let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return (status ?? 0, head, Data(result.output.dropFirst(end?.upperBound ?? 0)))
        }

        /// The tag of the edits in force.
        func tag() throws -> String {
            let line = try ask("GET", "/edits").head.split(separator: "\r\n")
                .first { $0.lowercased().hasPrefix("etag: ") }
            return String(try #require(line).dropFirst(6))
        }
    }

    /// The luma of a frame's squares in a video: of the bright one and of the dark one.
    private func squares(_ path: String) throws -> [[UInt8]] {
        let data = try Clips.rawVideo(path, pixelFormat: "gray")
        return stride(from: 0, to: data.count, by: 320 * 180).map { frame in
            [(60, 80), (225, 85)].map { x, y in data[data.startIndex + frame + y * 320 + x] }
        }
    }

    @Test func aMissedFaceIsFoundHiddenAndRendered() throws {
        let clip = try missedFace()
        let out = bench.path("out.mkv")
        try expectStatus(0, ["analyze", clip, "-p", bench.light, "--invert", "-o", folder])
        let served = try Served(folder, ["-o", out, "--codec", "ffv1"])
        let browser = try Browser()
        try browser.resize(width: 1280, height: 900)
        try browser.open(served.url)
        try #require(browser.shows("0:00.00", in: "clock"), "\(served.run.errors)")
        func luma(_ x: Int, _ y: Int) -> String {
            """
            (() => { const canvas = document.getElementById('picture');
            return canvas.getContext('2d').getImageData(\(x), \(y), 1, 1).data[0]; })()
            """
        }
        // The bright square is hidden, the dark one is not.
        #expect(try Int(browser.value(of: luma(60, 80))) ?? 255 < 12)
        #expect(try Int(browser.value(of: luma(225, 85))) ?? 0 > 30)

        try browser.press("i", code: 73)
        try browser.press("End", code: 35)
        try #require(browser.shows("0:01.90", in: "clock"))
        try browser.press("o", code: 79)
        try browser.press("b", code: 66)
        try browser.drag("overlay", from: (195.0 / 320, 55.0 / 180), to: (255.0 / 320, 115.0 / 180))
        // The rendered moment, at once.
        #expect(browser.eventually("\(luma(225, 85)) < 12"), "\(served.run.errors)")
        #expect(browser.shows("Saved", in: "saved"))

        try browser.value(of: "document.getElementById('render').click()")
        #expect(
            browser.eventually(
                "document.getElementById('rendering').textContent.startsWith('Done')"),
            "\(served.run.errors)")
        #expect(browser.complaints.isEmpty)
        #expect(served.run.end(SIGINT) == 0)
        let pixels = try squares(out)
        #expect(pixels.count == 20)
        #expect(pixels.allSatisfy { $0.allSatisfy { $0 == 0 } }, "\(pixels)")
        let before = try squares(clip)
        #expect(before.allSatisfy { $0[0] > 200 && $0[1] > 20 }, "the clip has both squares")
    }

    @Test func everyMomentIsTheRenderedFrame() throws {
        let clip = try Clips.make(
            "long.mp4", in: bench.folder,
            Clips.testSource("96x64", rate: "10", seconds: 3)
                + ["-c:v", "libx264", "-g", "12", "-bf", "2", "-pix_fmt", "yuv420p"])
        let profile = try TestProfile(
            mask: "  smoothing: 0.8\n  hysteresis: 0.1\n  hold: 0.3\n  dilate: 0.05",
            top: "lookahead: 3"
        ).write(to: bench.folder, as: "memory")
        try expectStatus(0, ["analyze", clip, "-p", profile, "--scene-limit", "0.8", "-o", folder])
        try expectStatus(
            0, ["render", folder, "-o", bench.path("r.mkv"), "--codec", "ffv1"])
        let served = try Served(folder)
        // Back and forth, within a scene and from one to another.
        for frame in [0, 1, 2, 9, 8, 29, 15, 16, 17, 3] {
            let answer = try served.ask("GET", "/picture?frame=\(frame)")
            #expect(answer.status == 200, "\(served.run.errors)")
            let shown = try bench.folder.write(answer.body, to: "shown.jpg")
            let difference = try runProgram(
                [
                    "ffmpeg", "-nostdin", "-i", shown, "-i", bench.path("r.mkv"), "-lavfi",
                    "[1]select=eq(n\\,\(frame)),setpts=0,scale=96:64:in_range=tv:out_range=pc,"
                        + "format=yuvj444p[r];[0]setpts=0,format=yuvj444p[s];[s][r]psnr",
                    "-frames:v", "1", "-f", "null", "-",
                ])
            let psnr = difference.errors.components(separatedBy: " y:").last?
                .prefix { $0 != " " }
            let value = psnr == "inf" ? 99 : Double(psnr ?? "") ?? 0
            #expect(value > 28, "frame \(frame): \(value)")
        }
        served.run.end(SIGINT)
    }

    @Test func unmaskedFramesNeedTheOptionAndTheToken() throws {
        try expectStatus(0, ["analyze", bench.clip, "-p", bench.light, "-o", folder])
        let closed = try Served(folder)
        #expect(try closed.ask("GET", "/picture?frame=1&view=original").status == 403)
        #expect(try closed.ask("GET", "/picture?frame=1&view=masked").status == 200)
        #expect(try closed.ask("GET", "/timeline").head.contains("no-store"))
        // One program changes the edits at a time.
        try expectStatus(
            73, ["review", folder, "--watch-address", "127.0.0.1:0"], says: ["audit.ndjson"])
        #expect(closed.run.end(SIGINT) == 0)
        let open = try Served(folder, ["--watch-original"])
        #expect(try open.ask("GET", "/picture?frame=1&view=original").status == 200)
        open.token = ""
        #expect(try open.ask("GET", "/picture?frame=1&view=original").status == 401)
        open.run.end(SIGINT)
    }

    @Test func aStaleTagIsRefusedAndNothingIsLost() throws {
        try expectStatus(0, ["analyze", bench.clip, "-p", bench.light, "-o", folder])
        let served = try Served(folder)
        let tag = try served.tag()
        func put(_ body: String, _ tag: String) throws -> Int {
            try served.ask("PUT", "/edits", ["If-Match: \(tag)"], body: body).status
        }
        #expect(try put(#"{"tracks": {"1": "keep"}}"#, tag) == 204)
        let new = try served.tag()
        #expect(new != tag)
        let edits = "\(folder)/edits.yaml"
        let before = try String(contentsOfFile: edits, encoding: .utf8)
        let mode = try FileManager.default.attributesOfItem(atPath: edits)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try put(#"{"tracks": {"1": "hide"}}"#, tag) == 412)
        #expect(try put(#"{"tracks": {"1": "show"}}"#, new) == 422)
        #expect(try put(#"{"traks": {"1": "hide"}}"#, new) == 422)
        #expect(try put("", new) == 422)
        #expect(try String(contentsOfFile: edits, encoding: .utf8) == before)
        // What is written by hand is in force, and its line says that it was found.
        try "tracks: {1: hide}\n".write(toFile: edits, atomically: true, encoding: .utf8)
        #expect(try put(#"{"tracks": {}}"#, new) == 412)
        #expect(served.run.end(SIGINT) == 0)
        let again = try Served(folder)
        #expect(
            String(decoding: try again.ask("GET", "/edits").body, as: UTF8.self).contains("hide"))
        again.run.end(SIGINT)
        let audit = try audit()
        #expect(audit.compactMap { $0["type"] as? String } == ["edit", "found"])
        let change = (audit[0]["changes"] as? [[String: Any]])?.first
        #expect(change?["what"] as? String == "tracks.1" && change?["after"] as? String == "keep")
    }

    @Test func whatIsStillFoundIsListedFirst() throws {
        let finder = try TestProfile().write(to: bench.folder, as: "finder")
        try expectStatus(
            0,
            ["analyze", missedFace(), "-p", bench.light, "--invert", "--threshold", "0.5"]
                + ["-o", folder])
        func spans(_ served: Served) throws -> [String] {
            struct Timeline: Decodable {
                struct Span: Decodable { let reason: String }
                let spans: [Span]
            }
            let answer = try served.ask("GET", "/timeline")
            return try JSONDecoder().decode(Timeline.self, from: answer.body).spans.map(\.reason)
        }
        // The dark square is brighter than that.
        let manifest = "\(finder)/profile.yaml"
        try String(contentsOfFile: manifest, encoding: .utf8)
            .replacing("region: 0.2", with: "region: 0.1")
            .write(toFile: manifest, atomically: true, encoding: .utf8)
        let served = try Served(
            folder, ["-o", bench.path("out.mkv"), "--codec", "ffv1", "--verify-with", finder])
        defer { served.run.end(SIGINT) }
        #expect(try !spans(served).contains("found"))
        #expect(try served.ask("POST", "/rendering", body: #"{"run": true}"#).status == 204)
        let isOver = try Companion.wait {
            try !String(decoding: served.ask("GET", "/rendering").body, as: UTF8.self)
                .contains("running")
        }
        #expect(isOver && !bench.has("out.mkv"))
        #expect(try spans(served).first == "found")
    }

    func audit() throws -> [[String: Any]] {
        try String(contentsOfFile: "\(folder)/audit.ndjson", encoding: .utf8)
            .split(separator: "\n").map {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
            }
    }

    /// Killed while edits are written, at ten moments: what was confirmed is there, and the next
    /// review says of what the audit does not tell.
    @Test func killedInTheMiddleOfAnEditNothingIsLost() throws {
        try expectStatus(0, ["analyze", bench.clip, "-p", bench.light, "-o", folder])
        for round in 1...10 {
            let served = try Served(folder)
            let confirmed = bench.path("confirmed")
            let script = #"""
                tag=$1 n=0
                while n=$((n + 1)); do
                    body="{\"tracks\": {\"1\": \"keep\", \"$((n + 1))\": \"hide\"}}"
                    exec 3<>/dev/tcp/127.0.0.1/$2 || exit 0
                    printf 'PUT /edits HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n' $2 >&3
                    printf 'Origin: http://127.0.0.1:%s\r\nConnection: close\r\n' $2 >&3
                    printf 'Content-Type: application/json\r\nAuthorization: Bearer %s\r\n' $3 >&3
                    printf 'If-Match: %s\r\nContent-Length: %s\r\n\r\n%s' $tag ${#body} "$body" >&3
                    tag=$(cat <&3 | tr -d '\r' | sed -n 's/^ETag: //p')
                    exec 3>&-
                    [ -n "$tag" ] || exit 0
                    echo "$tag" > "$4.new" && mv "$4.new" "$4"
                done
                """#
            let client = try Companion([
                "bash", "-c", script, "client", try served.tag(), "\(served.port)", served.token,
                confirmed,
            ])
            try #require(Companion.wait { bench.has("confirmed") })
            Thread.sleep(forTimeInterval: 0.03 * Double(round))
            served.run.end(SIGKILL)
            #expect(Companion.wait { !client.isRunning })
            let last = try String(contentsOfFile: confirmed, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let again = try Served(folder)
            let now = try again.tag()
            again.run.end(SIGINT)
            let lines = try audit()
            // In force is what was confirmed last, or the one that was under way.
            let tags = lines.compactMap { $0["after"] as? String }.map { "\"\($0)\"" }
            #expect(tags.last == now)
            let rest = tags.reversed().prefix { $0 != last }
            #expect(tags.contains(last) && rest.count <= 2, "round \(round)")
            try FileManager.default.removeItem(atPath: confirmed)
        }
    }
}
