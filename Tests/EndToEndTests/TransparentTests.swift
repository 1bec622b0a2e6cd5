import Foundation
import MaskStreamTestSupport
import Testing

/// `--fill transparent` in every container that can hold it, and in those that cannot.
@Suite struct TransparentTests {
    let bench: Workbench
    private let exact = NativePictureTests.exact

    init() throws { bench = try Workbench() }

    @Test(arguments: [
        ("out.png", []), ("out.webp", []), ("out.webp", ["--encoder-option", "lossless=1"]),
        ("out.gif", []), ("out.apng", []), ("out.tiff", []),
        ("out.mov", ["--codec", "prores_ks"]), ("out.mov", ["--codec", "png"]),
        ("out.mov", ["--codec", "qtrle"]), ("out.mkv", ["--codec", "ffv1"]), ("out.webm", []),
    ])
    func maskedPixelsAreClear(name: String, options: [String]) throws {
        let requests = ["--fill", "transparent"] + exact
        try expectStatus(0, bench.masking(bench.clip, to: name, requests + options))
        try expectStatus(
            0,
            bench.masking(
                bench.clip, to: "mask.mkv", exact + ["--emit", "mask", "--codec", "ffv1"]))
        let mask = try GrayPictures(bench.path("mask.mkv"))
        let decoder = name.hasSuffix("webm") ? ["-c:v", "libvpx-vp9"] : []
        let output = try Colors(bench.path(name), width: 64, height: 48, decoder: decoder)
        let isStill = ["png", "webp", "tiff"].contains { name.hasSuffix(".\($0)") }
        #expect(output.pictures == (isStill ? 1 : 10))
        // VP9 encodes alpha with loss.
        let isLossy = name.hasSuffix("webm")
        let wrong = (0..<output.pixels).filter { index in
            let alpha = output.pixel(index)[3]
            if isLossy { return (alpha > 0x8000) != (mask.bytes[index] == 255) }
            // swscale makes 0xFFF0 of ProRes' 12 bits.
            return mask.bytes[index] == 255 ? alpha < 0xFFF0 : alpha != 0
        }
        #expect(wrong.count <= (isLossy ? output.pixels / 50 : 0), "\(wrong.count) wrong")
    }

    @Test(arguments: [
        ("out.mp4", []), ("out.mkv", []), ("out.jpg", []), ("out.mkv", ["--codec", "libx265"]),
        ("out.mkv", ["--codec", "ffv1", "--output-pix-fmt", "yuv420p"]),
    ])
    func noTransparencyIsRefused(name: String, options: [String]) throws {
        try expectStatus(
            64, bench.masking(bench.clip, to: name, ["--fill", "transparent"] + options),
            says: ["--fill transparent", "webp"])
        #expect(!bench.has(name))
    }

    /// FFmpeg has grey with alpha of 8 and 16 bits only.
    @Test(arguments: [10, 12], [true, false])
    func deepGreyIsClear(depth: Int, isFull: Bool) throws {
        let clip = try Clips.make(
            "deep.mkv", in: bench.folder,
            Clips.testSource(rate: "10") + ["-pix_fmt", "gray\(depth)le", "-c:v", "ffv1"]
                + ["-color_range", isFull ? "pc" : "tv"])
        let before = try samples(clip, "gray\(depth)le")
        let mask = try GrayPictures(bench.mask(clip, to: "mask.mkv", exact + ["--emit", "mask"]))
        let clear = exact + ["--fill", "transparent"]
        // A still picture, pictures in a video that hold the same, and as colour.
        for (name, options, form) in [
            ("out.png", [], "ya16le"), ("out.mov", ["--codec", "png"], "ya16le"),
            ("out.mkv", ["--codec", "ffv1"], "gbrap16le"),
        ] {
            try expectStatus(0, bench.masking(clip, to: name, clear + options))
            let after = try samples(bench.path(name), form)
            let isGrey = form == "ya16le"
            var wrong = 0
            for index in 0..<64 * 48 {
                let (value, alpha) = (
                    after[isGrey ? 2 * index : index], after[isGrey ? 2 * index + 1 : 9216 + index]
                )
                let wide = before[index] << (16 - depth)
                let grey = isFull ? wide | before[index] >> (2 * depth - 16) : wide
                let isKept = mask.bytes[index] == 255
                if alpha != (isKept ? 0xFFFF : 0) { wrong += 1 }
                if isGrey, value != (isKept ? grey : isFull ? 0 : 0x1000) { wrong += 1 }
            }
            #expect(wrong == 0, "\(name)")
        }
        #expect(mask.bytes.contains(0) && mask.bytes.contains(255))
    }

    private func samples(_ path: String, _ form: String) throws -> [UInt16] {
        let data = try Clips.rawVideo(path, pixelFormat: form)
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map {
                UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
            }
        }
    }

    @Test func alphaOfAVideoIsRead() throws {
        let requests = ["--fill", "transparent"] + exact
        try expectStatus(0, bench.masking(bench.clip, to: "clear.webm", requests))
        let again = try bench.mask(bench.path("clear.webm"), to: "again.mkv", ["--threshold", "0"])
        let pixels = try Colors(again, width: 64, height: 48)
        let first = try Colors(
            bench.path("clear.webm"), width: 64, height: 48, decoder: ["-c:v", "libvpx-vp9"])
        let gains = (0..<pixels.pixels).filter { pixels.pixel($0)[3] > first.pixel($0)[3] }
        #expect(gains.isEmpty && pixels.pictures == 10)
    }
}
