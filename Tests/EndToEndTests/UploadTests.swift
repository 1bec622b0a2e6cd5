import Foundation
import MaskStreamTestSupport
import Testing

/// Outputs that go to an HTTP server: what it says of them is the run's result.
@Suite struct UploadTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func masking(_ url: String, _ more: [String] = []) -> [String] {
        [bench.clip, "-p", bench.light, "--codec", "ffv1", "--format", "matroska", "-o", url] + more
    }

    @Test(arguments: ["200 OK", "201 Created", "204 No Content"])
    func whatTheServerTakesIsDone(answer: String) throws {
        let server = try UploadServer(
            answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 \(answer)\r\nContent-Length: 0\r\n\r\n")
        let url = "http://me:p%40ss@127.0.0.1:\(server.port)/a%20b/out.mkv?sig=SECRET#part"
        let result = try expectStatus(0, masking(url))
        #expect(!result.errors.contains("SECRET") && !result.errors.contains("p%40ss"))
        let (header, body) = server.request()
        #expect(header.hasPrefix("POST /a%20b/out.mkv?sig=SECRET HTTP/1.1\r\n"), "\(header)")
        #expect(header.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"), "\(header)")
        // RFC 7617: me:p@ss.
        #expect(header.hasSuffix("\r\nAuthorization: Basic bWU6cEBzcw=="), "\(header)")
        let sent = try bench.folder.write(body, to: "sent.mkv")
        let alone = try bench.mask(bench.clip, to: "alone.mkv")
        #expect(
            try Clips.rawVideo(sent, pixelFormat: "yuv420p")
                == Clips.rawVideo(alone, pixelFormat: "yuv420p"))
    }

    @Test(arguments: [
        "500 Internal Server Error", "403 Forbidden", "404 Not Found", "413 Content Too Large",
        "302 Found", "507 Insufficient Storage",
    ]) func whatItRefusesIsNotDone(answer: String) throws {
        let server = try UploadServer(answer: "HTTP/1.1 \(answer)\r\nContent-Length: 0\r\n\r\n")
        let events = bench.path("events.ndjson")
        try expectStatus(
            74, masking("http://127.0.0.1:\(server.port)/out.mkv", ["--events", events]),
            says: ["the server refused the output: \(answer)", "127.0.0.1"])
        #expect(try String(contentsOfFile: events, encoding: .utf8).contains(#""exit":74"#))
    }

    @Test func aRefusalBeforeTheEndIsTold() throws {
        let long = try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource("320x240", rate: "50", seconds: 4) + ["-c:v", "ffv1"])
        let server = try UploadServer(
            answer: "HTTP/1.1 413 Content Too Large\r\n\r\n", limit: 100_000)
        try expectStatus(
            74,
            [long, "-p", bench.light, "--codec", "ffv1", "--format", "matroska"]
                + ["-o", "http://127.0.0.1:\(server.port)/out.mkv"],
            says: ["413"])
    }

    @Test(arguments: [nil, "", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 nonsense\r\n\r\n"])
    func withoutAnAnswerNothingIsDone(answer: String?) throws {
        let server = try UploadServer(answer: answer)
        try expectStatus(
            74, masking("http://127.0.0.1:\(server.port)/out.mkv"), says: ["did not say"])
    }

    @Test func whereNobodyListensNothingIsBegun() throws {
        let port = try Companion.freePort()
        try expectStatus(
            73, masking("http://127.0.0.1:\(port)/out.mkv"), says: ["Connection refused"])
    }
}
