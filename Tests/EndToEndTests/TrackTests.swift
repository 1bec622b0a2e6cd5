import Foundation
import MaskStreamTestSupport
import Testing

/// `subjects[].track` of the built program's events: two squares of different colours cross, and a
/// small one rests.
@Suite struct TrackTests {
    let folder: TemporaryFolder
    /// A profile whose confidence is the luma.
    let light: String

    init() throws {
        folder = try TemporaryFolder()
        light = try TestProfile().write(to: folder, as: "light")
    }

    private struct FrameLine: Decodable {
        struct Subject: Decodable {
            let track: Int
            let box: [Int]
        }
        let time: Double
        let subjects: [Subject]
    }

    /// Four seconds; after two another scene begins, with the same again over a lighter ground.
    private func clip() throws -> String {
        func scene(_ ground: String) -> [String] {
            [
                "color=\(ground):size=160x64", "color=0xff8080:size=24x24",
                "color=0x8080ff:size=16x24",
            ]
            .flatMap { ["-f", "lavfi", "-i", "\($0):rate=25:duration=2"] }
        }
        func drawn(_ first: Int) -> String {
            "[\(first)]drawbox=x=76:y=52:w=8:h=8:t=fill:color=white[g\(first)];"
                + "[g\(first)][\(first + 1)]overlay=x='10+60*t':y=10[r\(first)];"
                + "[r\(first)][\(first + 2)]overlay=x='130-60*t':y=18[s\(first)];"
        }
        return try Clips.make(
            "clip.mkv", in: folder,
            scene("black") + scene("0x303030") + ["-filter_complex"]
                + [drawn(0) + drawn(3) + "[s0][s3]concat=n=2,format=yuv444p", "-c:v", "ffv1"])
    }

    private func events(_ clip: String, _ options: [String] = []) throws -> String {
        let path = folder.path("events.ndjson")
        try expectStatus(0, [clip, "--profile", light, "--events", path] + options)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    /// The tracks of the subjects that rest, come from the left and come from the right, wherever
    /// these are found apart; times are those of the scene.
    private func tracks(_ lines: [FrameLine], from start: Double) -> [Set<Int>] {
        var found: [Set<Int>] = [[], [], []]
        for line in lines where (start..<start + 2).contains(line.time) {
            let move = 60 * (line.time - start)
            let boxes = [[76, 52, 8, 8], [10 + move, 10, 24, 24], [130 - move, 18, 16, 24]]
            for (place, box) in boxes.enumerated() {
                for subject in line.subjects
                where zip(subject.box, box).allSatisfy({ abs(Double($0) - $1) < 4 }) {
                    found[place].insert(subject.track)
                }
            }
        }
        return found
    }

    @Test func tracksStayThroughACrossingAndBeginAnewAtACut() throws {
        let lines = try events(clip()).split(separator: "\n")
            .filter { $0.contains(#""type":"frame""#) }
            .map { try JSONDecoder().decode(FrameLine.self, from: Data($0.utf8)) }
        #expect(lines.count == 100)
        #expect(lines.contains { $0.subjects.count == 2 }, "they are found as one while they cross")
        for start in [0.0, 2] {
            #expect(tracks(lines, from: start) == [[3], [1], [2]], "from \(start) s")
        }
    }

    @Test func eventsAreTheSameAtEveryRun() throws {
        let clip = try clip()
        let first = try events(clip)
        #expect(try events(clip) == first)
        // The first event names the threads.
        let threads = try events(clip, ["--threads", "2"])
        #expect(
            threads.split(separator: "\n").dropFirst() == first.split(separator: "\n").dropFirst())
    }
}
