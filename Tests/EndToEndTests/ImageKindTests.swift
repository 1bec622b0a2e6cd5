import Foundation
import MaskStreamTestSupport
import Testing

/// Animations, and what cameras write into pictures.
@Suite struct ImageKindTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Ten pictures of 64x48, at most 200 colours each, with unequal delays.
    private func animation() throws -> String {
        try Clips.make(
            "in.gif", in: bench.folder,
            Clips.testSource(rate: "10") + ["-filter_complex"]
                + [
                    "setpts='(N+gte(N,4)*3)/10/TB',split[a][b];"
                        + "[a]palettegen=max_colors=200[p];[b][p]paletteuse=dither=none"
                ] + ["-fps_mode", "vfr"])
    }

    private func times(_ path: String) throws -> [String] {
        try Clips.probe(path, ["-show_entries", "frame=pts_time"])
    }

    @Test func animationsStayAnimations() throws {
        let input = try animation()
        try expectStatus(0, bench.masking(input, to: "out.gif", NativePictureTests.exact))
        #expect(try times(bench.path("out.gif")) == times(input))
        let source = try Colors(input, width: 64, height: 48)
        let output = try Colors(bench.path("out.gif"), width: 64, height: 48)
        try #require(output.pictures == 10 && source.pictures == 10)
        var (kept, black) = (0, 0)
        for index in 0..<output.pixels {
            if output.pixel(index) == source.pixel(index) {
                kept += 1
            } else if output.pixel(index) == [0, 0, 0, 0xFFFF] {
                black += 1
            }
        }
        #expect(kept + black == output.pixels, "\(output.pixels - kept - black) are neither")
        #expect(kept > 4000 && black > 5000, "\(kept) kept, \(black) black")
    }

    @Test func theFirstPictureOfAnAnimation() throws {
        let input = try animation()
        let result = try expectStatus(
            0, bench.masking(input, to: "out.png", NativePictureTests.exact))
        #expect(result.errors.contains("first frame"))
        #expect(
            try Clips.probe(bench.path("out.png"), ["-show_entries", "stream=pix_fmt"]) == ["pal8"])
    }

    @Test func animatedWebPIsRefused() throws {
        let input = try Clips.make(
            "in.webp", in: bench.folder, Clips.testSource() + ["-c:v", "libwebp_anim"])
        try expectStatus(65, bench.masking(input, to: "out.png"), says: ["animated WebP", "GIF"])
    }

    @Test(arguments: ["webp", "avif"])
    func modernStills(kind: String) throws {
        let input = try Clips.make(
            "in.\(kind)", in: bench.folder,
            Clips.testSource() + ["-frames:v", "1"]
                + (kind == "avif" ? ["-c:v", "libaom-av1", "-still-picture", "1"] : []))
        try expectStatus(0, bench.masking(input, to: "out.png", NativePictureTests.exact))
        let (source, output) = (try GrayPictures(input), try GrayPictures(bench.path("out.png")))
        let kept = output.bytes.indices.filter { output.bytes[$0] != 0 }
        #expect(kept.count > 300)
        // The picture becomes RGB and then grey again.
        let wrong = kept.filter { abs(Int(output.bytes[$0]) - Int(source.bytes[$0])) > 4 }
        #expect(wrong.count < kept.count / 50, "\(wrong.count) of \(kept.count)")
    }

    @Test func inkIsReadAsColour() throws {
        let data = try #require(
            Data(
                base64Encoded: PictureFixtures.cmykJPEG, options: .ignoreUnknownCharacters))
        let input = try bench.folder.write(data, to: "in.jpg")
        try expectStatus(0, bench.masking(input, to: "out.png", ["--threshold", "0"]))
        let output = try Colors(bench.path("out.png"), width: 24, height: 16)
        // Little cyan and magenta, much yellow, a trace of black, as Pillow reads it.
        let expected: [UInt16] = [235, 221, 15, 255]
        for (sample, value) in zip(output.pixel(0, 0), expected) {
            #expect(abs(Int(sample >> 8) - Int(value)) <= 3)
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt8>, ["jpg", "webp", "png", "tiff"])
    func orientationIsUndone(orientation: UInt8, kind: String) throws {
        let still = try Clips.make(
            "plain.\(kind)", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        var plain = try Data(contentsOf: URL(fileURLWithPath: still))
        let turned: Data
        switch kind {
        case "jpg": turned = PictureFixtures.jpeg(plain, orientation: orientation)
        case "png": turned = PictureFixtures.png(plain, orientation: orientation)
        case "webp":
            turned = PictureFixtures.webP(plain, width: 64, height: 48, orientation: orientation)
        default:
            turned = PictureFixtures.tiff(width: 64, height: 48, orientation: orientation)
            plain = PictureFixtures.tiff(width: 64, height: 48, orientation: 1)
        }
        try plain.write(to: URL(fileURLWithPath: still))
        let input = try bench.folder.write(turned, to: "in.\(kind)")
        try expectStatus(0, bench.masking(input, to: "out.png", ["--threshold", "0"]))
        try expectStatus(0, bench.masking(still, to: "flat.png", ["--threshold", "0"]))
        let isTall = orientation > 4
        let upright = try Colors(
            bench.path("out.png"), width: isTall ? 48 : 64, height: isTall ? 64 : 48)
        let stored = try Colors(bench.path("flat.png"), width: 64, height: 48)
        try #require(upright.pixels == 64 * 48 && stored.pixels == 64 * 48)
        // Where the upright picture's pixel lies in the stored one, by the EXIF standard.
        func origin(_ x: Int, _ y: Int) -> (Int, Int) {
            switch orientation {
            case 2: (63 - x, y)
            case 3: (63 - x, 47 - y)
            case 4: (x, 47 - y)
            case 5: (y, x)
            case 6: (y, 47 - x)
            case 7: (63 - y, 47 - x)
            case 8: (63 - y, x)
            default: (x, y)
            }
        }
        var wrong = 0
        for y in 0..<upright.height {
            for x in 0..<upright.width {
                let (column, row) = origin(x, y)
                let pair = zip(upright.pixel(x, y), stored.pixel(column, row))
                if pair.contains(where: { abs(Int($0) - Int($1)) > 0x0400 }) { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }
}
