import Foundation
import MaskStreamTestSupport
import Testing

/// What comes out, pixel by pixel.
@Suite struct PixelTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test func keptPixelsAreTheInputsAndTheRestIsBlack() throws {
        let options = ["--threshold", "0.5", "--mask", "exact"]
        let original = try Planes(bench.clip)
        let masked = try Planes(bench.mask(bench.clip, to: "masked.mkv", options))
        let mask = try GrayPictures(
            bench.mask(bench.clip, to: "mask.mkv", options + ["--emit", "mask"]))
        try #require(original.count == 10)
        #expect(masked.count == original.count)
        var (kept, hidden, wrong) = (0, 0, 0)
        original.forEachCell { picture, x, y in
            let isKept = mask.value(picture, 2 * x, 2 * y) == 255
            let lumas = masked.lumas(picture, x, y)
            let expected =
                isKept
                ? original.lumas(picture, x, y) : Array(repeating: 16, count: lumas.count)
            let chroma = isKept ? original.chroma(picture, x, y) : [128, 128]
            if lumas != expected || masked.chroma(picture, x, y) != chroma { wrong += 1 }
            if isKept { kept += 1 } else { hidden += 1 }
        }
        #expect(wrong == 0)
        #expect(kept > 1000 && hidden > 1000, "\(kept) kept, \(hidden) hidden")
    }

    @Test(arguments: ["0.25", "0.5", "0.7"])
    func exactMaskIsTheConfidenceAboveTheThreshold(threshold: String) throws {
        let options = ["--threshold", threshold, "--mask", "exact"]
        let confidence = try GrayPictures(
            bench.mask(bench.clip, to: "confidence.mkv", options + ["--emit", "confidence"]))
        let mask = try GrayPictures(
            bench.mask(bench.clip, to: "mask.mkv", options + ["--emit", "mask"]))
        try #require(confidence.bytes.count == 64 * 48 * 10 && mask.bytes.count == 64 * 48 * 10)
        #expect(mask.bytes.allSatisfy { $0 == 0 || $0 == 255 })
        let limit = try #require(Double(threshold)) * 255
        var wrong = 0
        for (value, kept) in zip(confidence.bytes, mask.bytes) where abs(Double(value) - limit) > 1
        {
            if (Double(value) > limit) != (kept == 255) { wrong += 1 }
        }
        #expect(wrong == 0)
        // One decision for a cell of the chroma grid.
        for y in stride(from: 0, to: 480, by: 2) {
            for x in stride(from: 0, to: 64, by: 2) {
                let cell = [y * 64 + x, y * 64 + x + 1, y * 64 + 64 + x, y * 64 + 65 + x]
                #expect(Set(cell.map { mask.bytes[$0] }).count == 1)
                #expect(Set(cell.map { confidence.bytes[$0] }).count == 1)
            }
        }
    }

    @Test func confidenceIsTheEstimators() throws {
        // The estimator gives luma: pictures of one gray have that confidence all over.
        for (luma, expected) in [(16, 0), (126, 128), (235, 255)] {
            let clip = try Clips.make(
                "gray\(luma).mkv", in: bench.folder,
                ["-f", "lavfi", "-i", "color=size=64x48:rate=5:duration=0.4,format=yuv420p"]
                    + ["-vf", "lutyuv=y=\(luma):u=128:v=128", "-c:v", "ffv1"])
            let gray = try GrayPictures(
                bench.mask(clip, to: "c\(luma).mkv", ["--emit", "confidence"]))
            #expect(gray.bytes.count == 64 * 48 * 2)
            #expect(gray.bytes.allSatisfy { abs(Int($0) - expected) <= 1 })
        }
    }

    @Test func inversionKeepsTheOtherSide() throws {
        let options = ["--threshold", "0.5", "--mask", "exact"]
        let original = try Planes(bench.clip)
        let one = try Planes(bench.mask(bench.clip, to: "one.mkv", options))
        let other = try Planes(bench.mask(bench.clip, to: "other.mkv", options + ["--invert"]))
        let (kept, _) = one.compare(masked: original)
        let (others, _) = other.compare(masked: original)
        #expect(kept > 1000 && others > 1000)
        var both = 0
        original.forEachCell { picture, x, y in
            let cell = original.lumas(picture, x, y) + original.chroma(picture, x, y)
            guard cell != [16, 16, 16, 16, 128, 128] else { return }
            if one.lumas(picture, x, y) + one.chroma(picture, x, y) == cell,
                other.lumas(picture, x, y) + other.chroma(picture, x, y) == cell
            {
                both += 1
            }
        }
        #expect(both == 0, "pixels that are shown both ways")
    }

    @Test(arguments: [[], ["--invert"]])
    func pixelsWithoutAConfidenceAreHidden(options: [String]) throws {
        let profile = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        let out = bench.path("out.mkv")
        try expectStatus(
            0, [bench.clip, "--profile", profile, "-o", out, "--codec", "ffv1"] + options)
        let (kept, black) = try Planes(out).compare(masked: Planes(bench.clip))
        // The clip has black pixels of its own, which look the same masked.
        #expect(kept < 200 && black > 7000, "\(kept) kept, \(black) black")
    }

    @Test func colourFill() throws {
        let masked = try Planes(
            bench.mask(
                bench.clip, to: "green.mkv", ["--fill", "#00ff00", "--threshold", "1"]))
        // BT.601, limited range, as untagged pictures of this size are.
        #expect(Set(masked.bytes.prefix(64 * 48)) == [145])
        #expect(masked.chroma(0, 3, 3) == [54, 34])
    }

    @Test func thresholdsAtTheEnds() throws {
        let original = try Planes(bench.clip)
        let all = try Planes(bench.mask(bench.clip, to: "all.mkv", ["--threshold", "1"]))
        #expect(all.compare(masked: original).kept < 500)
        let white = try Clips.make(
            "white.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=white:size=64x48:rate=5:duration=0.4,format=yuv420p"]
                + ["-c:v", "ffv1"])
        let none = try Planes(bench.mask(white, to: "none.mkv", ["--threshold", "0"]))
        #expect(none.compare(masked: try Planes(white)).black == 0)
    }

    @Test func fileAndPipesGiveTheSamePixels() throws {
        let options = ["--threshold", "0.5"]
        let file = try Planes(bench.mask(bench.clip, to: "file.mkv", options))
        let raw = try Clips.rawVideo(bench.clip, pixelFormat: "yuv420p")
        let piped = try expectStatus(
            0,
            ["-", "--profile", bench.light, "-o", "-", "--input-format", "rawvideo"]
                + ["--size", "64x48", "--rate", "10", "--pix-fmt", "yuv420p"]
                + ["--format", "rawvideo"] + options,
            input: raw)
        #expect([UInt8](piped.output) == file.bytes)
        let y4m = try Clips.ffmpeg(["-i", bench.clip, "-map", "0:v", "-f", "yuv4mpegpipe", "-"])
        let stream = try expectStatus(
            0, ["-", "--profile", bench.light, "-o", "-"] + options, input: y4m)
        #expect(stream.output.starts(with: Data("YUV4MPEG2 W64 H48 ".utf8)))
        let path = try bench.folder.write(stream.output, to: "out.y4m")
        #expect(try Planes(path).bytes == file.bytes)
    }

    @Test func runsAreRepeatable() throws {
        var events: [Data] = []
        var pictures: [[UInt8]] = []
        for run in ["a", "b"] {
            let out = try bench.mask(
                Program.sample("portrait.mp4"), to: "\(run).mkv",
                ["--frames", "40", "--events", bench.path(run)])
            events.append(try Data(contentsOf: URL(fileURLWithPath: bench.path(run))))
            pictures.append(try Planes(out, width: 360, height: 640).bytes)
        }
        #expect(events[0] == events[1])
        #expect(pictures[0] == pictures[1])
        let lines = String(decoding: events[0], as: UTF8.self).split(separator: "\n")
        #expect(lines.filter { $0.contains(#""type":"frame""#) }.count == 40)
        #expect(lines.first?.contains(#""type":"start""#) == true)
        #expect(lines.last?.contains(#""type":"end""#) == true)
    }
}
