import Foundation
import MaskStreamTestSupport
import Testing

/// Tracks that are made one person on the page of a review.
extension ReviewTests {
    /// Two scenes of half a second: a yellow square on the left, then a smaller one on the right, with a
    /// larger blue one on the left.
    private func twoScenes() throws -> String {
        func box(_ place: String, _ color: String) -> String { "drawbox=\(place):\(color):fill" }
        let scenes = [
            [box("40:60:40:40", "0xffff40")],
            [box("40:60:50:50", "0x60ffff"), box("200:60:40:40", "0xffff40")],
        ]
        let graph = zip(scenes, 0...).map { boxes, number in
            "[\(number)]\(boxes.joined(separator: ","))[s\(number)];"
        }
        return try Clips.make(
            "scenes.mkv", in: bench.folder,
            ["black", "0x303030"].flatMap {
                ["-f", "lavfi", "-i", "color=\($0):s=320x180:r=10:d=0.5"]
            } + ["-filter_complex", graph.joined() + "[s0][s1]concat=n=2,format=yuv420p"]
                + ["-c:v", "ffv1"])
    }

    /// The luma at the left and at the right, frame by frame.
    private func sides(_ path: String) throws -> [[UInt8]] {
        let data = try Clips.rawVideo(path, pixelFormat: "gray")
        return stride(from: 0, to: data.count, by: 320 * 180).map { frame in
            [60, 220].map { x in data[data.startIndex + frame + 80 * 320 + x] }
        }
    }

    @Test func aPersonIsConfirmedAndHiddenInBothScenes() throws {
        let out = bench.path("out.mkv")
        try expectStatus(0, ["analyze", twoScenes(), "-p", bench.light, "-o", folder])
        let served = try Served(folder)
        let browser = try Browser()
        try browser.resize(width: 1280, height: 900)
        try browser.open(served.url)
        try #require(browser.shows("Saved", in: "saved"), "\(served.run.errors)")
        try #require(browser.eventually("document.getElementById('clock').textContent !== '–'"))
        try browser.press("t", code: 84)
        try #require(browser.shows("0:00.50", in: "clock"), "\(served.run.errors)")
        try #require(
            browser.eventually(
                "document.getElementById('proposal')?.textContent.startsWith('May be track 1 at 0:00.00')"
            ))
        try browser.press("h", code: 72)
        #expect(browser.shows("Saved", in: "saved"))
        try browser.press("y", code: 89)
        let edits = bench.path("clip.maskstream/edits.yaml")
        #expect(
            Companion.wait {
                (try? String(contentsOfFile: edits, encoding: .utf8))?.contains("A:") == true
            })
        #expect(browser.complaints.isEmpty)
        let contradiction = """
            {"people": {"A": ["1@0", "2@0.5"]}, "tracks": {"1@0": "keep", "2@0.5": "hide"}}
            """
        let answer = try served.ask(
            "PUT", "/edits", ["If-Match: \(try served.tag())"], body: contradiction)
        let sentence = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 422 && sentence.contains("tracks.1@0"), "\(sentence)")
        #expect(sentence.contains("tracks.2@0.5"))
        #expect(served.run.end(SIGINT) == 0)
        let changes = try audit().compactMap { $0["changes"] as? [[String: Any]] }.joined()
        #expect(changes.compactMap { $0["what"] as? String } == ["tracks.2@0.5", "people.A"])
        try expectStatus(
            0, ["render", folder, "--edits", edits, "-o", out, "--codec", "ffv1"])
        let pixels = try sides(out)
        #expect(pixels.count == 10)
        #expect(pixels.prefix(5).allSatisfy { $0 == [0, 0] }, "\(pixels)")
        #expect(pixels.suffix(5).allSatisfy { $0[0] > 150 && $0[1] == 0 }, "\(pixels)")
    }
}
