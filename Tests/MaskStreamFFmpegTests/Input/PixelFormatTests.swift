import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct PixelFormatTests {
    @Test(arguments: [
        ("gray", PixelFormat.gray), ("gray10le", PixelFormat(.gray, bitDepth: 10)),
        ("gray16le", PixelFormat(.gray, bitDepth: 16)), ("yuv420p", .yuv420p),
        ("yuv422p", .yuv422p), ("yuv444p", .yuv444p),
        ("yuv440p", PixelFormat(.yuv, chromaShiftY: 1)),
        ("yuv411p", PixelFormat(.yuv, chromaShiftX: 2)),
        ("yuv410p", PixelFormat(.yuv, chromaShiftX: 2, chromaShiftY: 2)),
        ("yuv420p10le", PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1, chromaShiftY: 1)),
        ("yuv422p12le", PixelFormat(.yuv, bitDepth: 12, chromaShiftX: 1)),
        ("yuv444p16le", PixelFormat(.yuv, bitDepth: 16)),
        ("yuva420p", PixelFormat(.yuv, chromaShiftX: 1, chromaShiftY: 1, hasAlpha: true)),
        ("gbrp", .gbrp), ("gbrp12le", PixelFormat(.rgb, bitDepth: 12)),
        ("gbrap", PixelFormat(.rgb, hasAlpha: true)),
        ("gbrap16le", PixelFormat(.rgb, bitDepth: 16, hasAlpha: true)),
    ])
    func mapsBothWays(_ name: String, _ layout: PixelFormat) throws {
        let format = try #require(pixelFormatNamed(name))
        #expect(PixelFormat(av: format) == layout)
        #expect(layout.avPixelFormat == format)
    }

    @Test(arguments: [
        "nv12", "p010le", "yuyv422", "rgb24", "rgba", "pal8", "monow", "gray16be", "gbrpf32le",
        "xyz12le", "uyyvyy411", "rgb565le", "vaapi", "bayer_rggb8", "ya8", "yuv420p10be",
    ])
    func refusesWhatIsNotPlanar(_ name: String) throws {
        #expect(PixelFormat(av: try #require(pixelFormatNamed(name))) == nil)
    }

    @Test func oldFullRangeNamesShareTheLayout() throws {
        #expect(PixelFormat(av: try #require(pixelFormatNamed("yuvj422p"))) == .yuv422p)
        #expect(try #require(pixelFormatNamed("yuvj420p")).isFullRangeByDefault)
        #expect(try #require(pixelFormatNamed("gray")).isFullRangeByDefault)
        #expect(try !#require(pixelFormatNamed("yuv420p")).isFullRangeByDefault)
    }

    /// Every layout that is taken over or repacked keeps each sample.
    @Test(arguments: [
        ("yuv420p", "yuv420p"), ("yuv410p", "yuv410p"), ("yuv440p", "yuv440p"),
        ("yuva444p", "yuva444p"), ("gray", "gray"), ("gray10le", "gray10le"),
        ("gbrp", "gbrp"), ("gbrap", "gbrap"), ("yuv422p10le", "yuv422p10le"),
        ("yuv444p16le", "yuv444p16le"), ("nv12", "yuv420p"), ("nv21", "yuv420p"),
        ("nv24", "yuv444p"), ("p010le", "yuv420p10le"),
        ("yuyv422", "yuv422p"), ("uyvy422", "yuv422p"), ("yvyu422", "yuv422p"),
        ("rgb24", "gbrp"), ("bgr24", "gbrp"), ("rgba", "gbrap"), ("bgra", "gbrap"),
        ("argb", "gbrap"), ("abgr", "gbrap"), ("0rgb", "gbrp"), ("bgr0", "gbrp"),
        ("rgb48le", "gbrp16le"), ("rgb48be", "gbrp16le"), ("rgba64le", "gbrap16le"),
        ("yuv420p10be", "yuv420p10le"), ("gray16be", "gray16le"),
    ])
    func losesNothing(_ stored: String, _ planar: String) throws {
        let folder = try TemporaryFolder()
        let format = try #require(pixelFormatNamed(stored))
        let count = Int(av_image_get_buffer_size(format, 21, 10, 1)) * 3
        // Any bytes are a raw picture; deep big-endian samples must keep to their depth.
        let mask: UInt8 = stored.hasSuffix("10be") ? 3 : 255
        let noise = (0..<count).map {
            UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) & ($0 % 2 == 0 ? mask : 255)
        }
        let clip = try folder.write(Data(noise), to: "noise.raw")
        let reading = try Reading(rawOptions(clip, stored, 21, 10))
        #expect(reading.error == nil)
        #expect(reading.warnings == [])
        #expect(reading.format.pixelFormat.avPixelFormat == pixelFormatNamed(planar))
        let expected = try Clips.ffmpeg(
            rawInput(clip, stored, "21x10") + ["-f", "rawvideo", "-pix_fmt", planar, "-"])
        // FFmpeg 5.1 itself is one off in alpha when it takes packed RGB apart.
        let layout = reading.format.pixelFormat
        let isLossy = layout.hasAlpha && stored != planar && layout.bitDepth == 8
        let size = reading.bytes.count / 3
        let compared = isLossy ? size / layout.planeCount * 3 : size
        for start in stride(from: 0, to: size * 3, by: size) {
            let range = start..<start + compared
            #expect(reading.bytes[range] == expected[range])
        }
    }

    @Test func alphaIsKept() throws {
        let folder = try TemporaryFolder()
        let clip = try folder.write(Data([1, 2, 3, 4, 5, 6, 7, 8]), to: "argb.raw")
        let reading = try Reading(rawOptions(clip, "argb", 2, 1))
        #expect(reading.bytes == Data([3, 7, 4, 8, 2, 6, 1, 5]))
    }

    /// What has no planar form of the same content is converted, and that is said once.
    @Test(arguments: [
        ("monow", "gray"), ("rgb565le", "gbrp"), ("rgb8", "gbrp"),
        ("gbrpf32le", "gbrp16le"), ("bgr8", "gbrp"),
    ])
    func convertsTheRest(_ stored: String, _ planar: String) throws {
        let folder = try TemporaryFolder()
        // Any bytes will do; not every format can be written by `ffmpeg`.
        let clip = try folder.write(Data(count: 24 * 10 * 12 * 3), to: "any.raw")
        let reading = try Reading(rawOptions(clip, stored, 24, 10))
        #expect(reading.error == nil)
        #expect(reading.pts.count >= 3)
        #expect(reading.warnings.map(\.code) == ["converted"])
        #expect(reading.format.pixelFormat.avPixelFormat == pixelFormatNamed(planar))
    }

    @Test func chromaPairsComeApart() throws {
        let folder = try TemporaryFolder()
        let clip = try folder.write(Data([1, 2, 3, 4, 5, 6, 7, 8]), to: "nv16.raw")
        let reading = try Reading(rawOptions(clip, "nv16", 2, 2))
        #expect(reading.bytes == Data([1, 2, 3, 4, 5, 7, 6, 8]))
        #expect(reading.format.pixelFormat == .yuv422p)
    }

    @Test func greyAndAlphaComeApart() throws {
        let folder = try TemporaryFolder()
        let pixels: [UInt8] = [10, 255, 200, 0, 77, 128, 255, 1]
        let clip = try folder.write(Data(pixels), to: "ya.raw")
        let reading = try Reading(rawOptions(clip, "ya8", 2, 2))
        let grey: [UInt8] = [10, 200, 77, 255]
        #expect(reading.bytes == Data(grey + [255, 0, 128, 1]))
        #expect(reading.format.pixelFormat == PixelFormat(.gray, hasAlpha: true))
    }

    @Test func palettesAreLookedUp() throws {
        let folder = try TemporaryFolder()
        let picture = try Clips.make(
            "pal.png", in: folder,
            Clips.testSource("33x20") + ["-frames:v", "1", "-pix_fmt", "pal8"])
        let reading = try Reading(picture)
        #expect(reading.format.pixelFormat == .gbrp)
        // swscale itself takes a detour from palettes to planes, but not to packed RGB.
        let packed = try folder.write(try Clips.rawVideo(picture, pixelFormat: "rgb24"), to: "rgb")
        #expect(reading.bytes == (try Reading(rawOptions(packed, "rgb24", 33, 20)).bytes))
        #expect(reading.format.color.range == .full)
    }

    private func rawInput(_ path: String, _ format: String, _ size: String) -> [String] {
        ["-f", "rawvideo", "-video_size", size, "-pixel_format", format, "-i", path]
    }

    private func rawOptions(
        _ path: String, _ format: String, _ width: Int, _ height: Int
    ) -> InputOptions {
        var options = InputOptions(path)
        options.format = "rawvideo"
        options.size = (width, height)
        options.pixelFormat = format
        return options
    }
}
