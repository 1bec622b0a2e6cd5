import Foundation
import MaskStreamTestSupport
import Testing

/// Odd sizes are good input.
@Suite struct SizeTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test(arguments: [(1, 1), (3, 2), (2, 3), (17, 1), (641, 481), (853, 480)])
    func anySize(width: Int, height: Int) throws {
        // The sources of pictures in ffmpeg make none that small, so these are cut.
        let clip = try Clips.make(
            "odd.mkv", in: bench.folder,
            Clips.testSource("960x540", rate: "5", seconds: 0.6)
                + ["-vf", "format=yuv420p,crop=\(width):\(height):300:200:exact=1"]
                + ["-c:v", "ffv1"])
        let original = try Planes(clip, width: width, height: height)
        try #require(original.count == 3)
        let out = try bench.mask(clip, to: "out.mkv", ["--threshold", "0.5"])
        let masked = try Planes(out, width: width, height: height)
        _ = masked.compare(masked: original)
        // The default encoder takes every size, too.
        try expectStatus(0, bench.masking(clip, to: "out.mp4"))
        let size = try Clips.probe(
            bench.path("out.mp4"), ["-show_entries", "stream=width,height", "-select_streams", "v"])
        #expect(size == ["\(width),\(height)"])
    }

    @Test("libx265 encodes narrow pictures", arguments: ["48x48", "40x40", "49x160"])
    func narrow(size: String) throws {
        let clip = try Clips.make(
            "narrow.mkv", in: bench.folder,
            Clips.testSource(size, rate: "25", seconds: 2)
                + ["-pix_fmt", "yuv444p10", "-c:v", "ffv1"])
        try expectStatus(0, bench.masking(clip, to: "out.mkv", ["--codec", "libx265"]))
        #expect(
            try Clips.probe(
                bench.path("out.mkv"), ["-count_frames", "-show_entries", "stream=nb_read_frames"])
                == ["50"])
    }

    @Test(arguments: ["1x1", "3x2"])
    func rawPictures(size: String) throws {
        let sides = size.split(separator: "x").compactMap { Int($0) }
        let chroma = ((sides[0] + 1) / 2) * ((sides[1] + 1) / 2)
        let raw = Data(repeating: 200, count: 4 * (sides[0] * sides[1] + 2 * chroma))
        let result = try expectStatus(
            0,
            ["-", "--profile", bench.light, "-o", "-", "--input-format", "rawvideo"]
                + ["--size", size, "--pix-fmt", "yuv420p", "--format", "rawvideo"],
            input: raw)
        #expect(result.output == raw)
    }

    @Test func sampleFormats() throws {
        for format in ["yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "nv12", "gray"] {
            let clip = try Clips.make(
                "\(format).nut", in: bench.folder,
                Clips.testSource(rate: "5") + ["-pix_fmt", format, "-c:v", "rawvideo"])
            let out = try bench.mask(clip, to: "\(format).mkv", ["--threshold", "0"])
            #expect(try Clips.rawVideo(out, pixelFormat: "gray").count == 64 * 48 * 5)
        }
    }
}
