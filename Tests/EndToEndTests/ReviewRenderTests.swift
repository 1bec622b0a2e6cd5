import Foundation
import MaskStreamTestSupport
import Testing

/// A render that the review page has begun, and that somebody stops.
@Suite struct ReviewRenderTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private struct Rendering: Decodable {
        let state: String
        let message: String
    }

    private func rendering(_ served: ReviewTests.Served) throws -> Rendering {
        try JSONDecoder().decode(Rendering.self, from: served.ask("GET", "/rendering").body)
    }

    @Test("A render that is stopped says so, at once and later", arguments: [0, 0.3])
    func stopped(after seconds: Double) throws {
        let clip = try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource("640x480", rate: "25", seconds: 30)
                + ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])
        let folder = bench.path("a")
        try expectStatus(0, ["analyze", clip, "-p", bench.light, "-o", folder])
        let served = try ReviewTests.Served(folder, ["-o", bench.path("out.mkv")])
        defer { served.run.end(SIGINT) }
        #expect(try served.ask("POST", "/rendering", body: #"{"run": true}"#).status == 204)
        Thread.sleep(forTimeInterval: seconds)
        #expect(try served.ask("POST", "/rendering", body: #"{"run": false}"#).status == 204)
        #expect(try Companion.wait { try rendering(served).state != "running" })
        let end = try rendering(served)
        #expect(end.state == "failed" && end.message == "Stopped.", "\(end)")
        #expect(!bench.has("out.mkv"))
        // It may begin again, and end.
        #expect(try served.ask("POST", "/rendering", body: #"{"run": true}"#).status == 204)
        #expect(try rendering(served).message.isEmpty)
    }
}
