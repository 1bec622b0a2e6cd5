import Foundation
import MaskStreamTestSupport
import Testing

/// The main job on the clips of `samples/`, with the shipped profile.
@Suite struct SampleTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    struct FrameLine: Decodable {
        struct Subject: Decodable {
            let box: [Double]
            let label: String?
        }
        let time: Double
        let kept: Double
        let threshold: Double
        let subjects: [Subject]
    }

    private func run(_ clip: String, _ more: [String] = []) throws -> [FrameLine] {
        let events = folder.path("events.ndjson")
        try expectStatus(
            0,
            [Program.sample(clip), "--profile", "face-emotion", "-o", folder.path("out.mp4")]
                + ["--events", events, "--overwrite", "--preset", "ultrafast"] + more,
            environment: ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"])
        return try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains(#""type":"frame""#) }
            .map { try JSONDecoder().decode(FrameLine.self, from: Data($0.utf8)) }
    }

    @Test func scenes() throws {
        let lines = try run("scenes.mp4")
        #expect(lines.count == 210)
        let face = lines.filter { $0.time < 2.4 || (3.6..<5.8).contains($0.time) }
        let cup = lines.filter { (2.6..<3.6).contains($0.time) }
        let mean = { (lines: [FrameLine]) in
            lines.map(\.kept).reduce(0, +) / Double(lines.count)
        }
        #expect(mean(face) > 0.01 && mean(face) < 0.6, "\(mean(face)) of the face's pictures")
        #expect(mean(cup) < mean(face) / 2, "\(mean(cup)) of the cup's pictures")
        let found = face.filter { !$0.subjects.isEmpty }
        #expect(Double(found.count) > 0.8 * Double(face.count))
        #expect(found.flatMap(\.subjects).contains { $0.label != nil })
    }

    @Test func theBoxFollowsASmallFace() throws {
        let lines = try run("prints.mp4")
        #expect(lines.count == 240)
        // The print comes from the left, rests, and leaves to the right.
        let resting = lines.filter { (4.2..<5.4).contains($0.time) }
        let close = resting.filter { line in
            line.subjects.contains { abs($0.box[0] + $0.box[2] / 2 - 311) < 40 }
        }
        #expect(close.count > resting.count / 2, "\(close.count) of \(resting.count)")
    }

    @Test func portrait() throws {
        let lines = try run("portrait.mp4")
        #expect(lines.count == 126)
        #expect(lines.filter { !$0.subjects.isEmpty }.count > 100)
        #expect(lines.allSatisfy { $0.kept < 0.7 })
    }

    /// An image of 42 moments of `scenes.mp4`, with faces 22 to 40 pixels wide, a cup and a cat.
    @Test func everyFaceOfACrowdIsHidden() throws {
        let (columns, rows, width, height) = (7, 6, 128, 72)
        let crowd = try Clips.make(
            "crowd.png", in: folder,
            ["-i", Program.sample("scenes.mp4"), "-frames:v", "1"]
                + ["-vf", "fps=6,scale=\(width):\(height),tile=\(columns)x\(rows)"])
        try expectStatus(
            0,
            [crowd, "--profile", "faces", "--invert", "--emit", "mask"]
                + ["-o", folder.path("mask.png")],
            environment: ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"])
        let mask = try Clips.rawVideo(folder.path("mask.png"), pixelFormat: "gray")
        let hidden = (0..<columns * rows).map { tile in
            let left = tile % columns * width
            let top = tile / columns * height
            let pixels = (top..<top + height).flatMap { y in
                (left..<left + width).map { mask[y * columns * width + $0] }
            }
            return Double(pixels.count { $0 == 0 }) / Double(width * height)
        }
        for (tile, share) in hidden.enumerated() {
            let time = (Double(tile) + 0.5) / 6
            if time < 2.2 || (3.8..<5.6).contains(time) {
                #expect((0.04..<0.4).contains(share), "the face at \(time) s: \(share)")
            } else if (2.6..<3.4).contains(time) {
                #expect(share == 0, "the cup at \(time) s: \(share)")
            }
        }
    }
}
