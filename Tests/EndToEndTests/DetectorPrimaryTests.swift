import Foundation
import MaskStreamTestSupport
import Testing

/// A primary model that is a detector: it runs on the packed subjects, and the events have its boxes in
/// the frame.
@Suite struct DetectorPrimaryTests {
    let bench: Workbench
    /// Ten frames of 160x96: a reddish box that moves, and a bluish one that rests.
    let clip: String

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "boxes.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=0x202020:size=160x96:rate=10:duration=1"]
                + ["-f", "lavfi", "-i", "color=0xff9696:size=20x30:rate=10:duration=1"]
                + ["-filter_complex"]
                + [
                    "[0]drawbox=x=100:y=50:w=40:h=24:t=fill:color=0x9696ff[a];"
                        + "[a][1]overlay=x='10+20*t':y=12,format=yuv444p"
                ] + ["-c:v", "ffv1"])
    }

    /// A profile whose confidence is luma, with a detector of an input of a size.
    private func profile(width: Int, height: Int, more: String = "") throws -> String {
        var profile = TestProfile()
        profile.top = """
            primary:
              kind: detector
              file: primary.onnx
              input: {width: \(width), height: \(height)}
              labels: labels.txt
              max_subjects: 4
              detector: {columns: [x1, y1, x2, y2, classes]}
            \(more)
            """
        let home = URL(fileURLWithPath: try profile.write(to: bench.folder, as: "finder"))
        _ = try TinyOnnx.colorDetector(width: width, height: height)
            .write(to: home, as: "primary.onnx")
        try Data("red\nblue\n".utf8).write(to: home.appendingPathComponent("labels.txt"))
        return home.path
    }

    private struct FrameLine: Decodable {
        struct Detection: Decodable {
            let track: Int
            let box: [Int]
            let label: String
            let confidence: Double
        }
        struct Subject: Decodable {
            let track: Int
            let label: String?
        }
        let subjects: [Subject]
        let detections: [Detection]?
        let primary: String
    }

    private func lines(_ profile: String, threshold: String = "0.4") throws -> [FrameLine] {
        let events = bench.path("events.ndjson")
        try expectStatus(
            0,
            [clip, "--profile", profile, "--events", events, "--threshold", threshold])
        return try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains(#""type":"frame""#) }
            .map { try JSONDecoder().decode(FrameLine.self, from: Data($0.utf8)) }
    }

    @Test(arguments: [(128, 64, 1.0), (48, 32, 0.5)])
    func boxesAreTheFrames(width: Int, height: Int, least: Double) throws {
        let lines = try lines(profile(width: width, height: height))
        #expect(lines.count == 10)
        for (frame, line) in lines.enumerated() {
            let found = try #require(line.detections)
            #expect(line.primary == "ran" && found.count == 2)
            for (label, box) in [
                ("red", [10 + 2 * frame, 12, 20, 30]), ("blue", [100, 50, 40, 24]),
            ] {
                let own = try #require(found.first { $0.label == label })
                #expect(own.confidence == 0.9)
                #expect(line.subjects.contains { $0.track == own.track && $0.label == label })
                let edges = { (box: [Int]) in [box[0], box[1], box[0] + box[2], box[1] + box[3]] }
                for (one, other) in zip(edges(own.box), edges(box)) {
                    #expect(Double(abs(one - other)) <= 1 / least, "\(frame): \(own.box) \(box)")
                }
            }
        }
    }

    @Test func itMovesTheThresholdAndChoosesClasses() throws {
        let profile = try profile(width: 128, height: 64)
        let out = bench.path("red.mkv")
        try expectStatus(
            0,
            [clip, "--profile", profile, "--threshold", "0.5", "--classes", "red", "-o", out]
                + ["--codec", "ffv1"])
        let shown = try GrayPictures(out, width: 160, height: 96)
        #expect((0..<10).allSatisfy { shown.value($0, 20 + 2 * $0, 24) > 100 })
        #expect((0..<10).allSatisfy { shown.value($0, 120, 60) < 20 })
        try expectStatus(
            0, [clip, "--profile", profile, "--control", "probe", "-o", bench.path("p.mkv")])
    }

    @Test func withoutASubjectItDoesNotRun() throws {
        let lines = try lines(profile(width: 128, height: 64), threshold: "1")
        #expect(lines.allSatisfy { $0.primary == "none" && $0.detections == nil })
    }

    @Test func whatCannotGoWithItIsRefused() throws {
        let profile = try profile(width: 128, height: 64)
        let out = bench.path("out.mkv")
        try expectStatus(
            64, [clip, "--profile", profile, "-o", out, "--invert"], says: ["--invert"])
        let labels = try bench.folder.write(Data("0,1,red\n".utf8), to: "l.csv")
        try expectStatus(
            64, ["compare", clip, "--profile", profile, "--labels", labels], says: ["--labels"])
        let odd = try self.profile(width: 128, height: 64, more: "  temperature: 2")
        try expectStatus(
            78, [clip, "--profile", odd, "-o", out], says: ["primary.temperature"])
    }

    /// The input is smaller than the frame, which is cut into three times four slices.
    @Test func comparedWithSlicesAndFullFrames() throws {
        let json = bench.path("compare.json")
        let result = try expectStatus(
            0,
            ["compare", clip, "--profile", profile(width: 64, height: 32), "--threshold", "0.4"]
                + ["--json", json])
        let value = try JSONDecoder().decode(
            Comparison.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
        #expect(value.reference == "sliced" && value.measure == "recall")
        #expect(value.objects == 20 && value.objects_outside == 0 && value.frames == 10)
        #expect(value.variants.map(\.variant) == ["sliced", "full", "packed_crops", "packed"])
        #expect(value.variants.map(\.size) == [64, 64, 64, 64])
        #expect(value.variants.map { $0.recall.value } == [1, 1, 1, 1])
        #expect(value.variants.map(\.runs) == [130, 10, 10, 10])
        #expect(value.variants[3].recall.low == 0 && value.outcome == "undecided")
        let headline = try #require(result.lines.first)
        #expect(
            headline.hasPrefix("packed finds 100.0 % of the 20 objects of the sliced frames"),
            "\(headline)")
        #expect(result.lines.contains { $0.hasPrefix("packed crops    64    100.0  ") })
        let sizes = try expectStatus(
            64,
            ["compare", clip, "--profile", profile(width: 64, height: 32), "--sizes", "32"],
            says: ["--sizes", "[1, 3, 32, 64]"])
        #expect(sizes.lines.isEmpty)
    }

    private struct Comparison: Decodable {
        struct Variant: Decodable {
            struct Recall: Decodable {
                let value: Double
                let low: Double
            }
            let variant: String
            let size: Int
            let runs: Int
            let recall: Recall
        }
        let reference: String
        let measure: String
        let outcome: String
        let objects: Int
        let objects_outside: Int
        let frames: Int
        let variants: [Variant]
    }
}
