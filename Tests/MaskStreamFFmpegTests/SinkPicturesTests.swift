import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkPicturesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("PNG holds grey and RGB exactly, at any depth")
    func png() throws {
        for (layout, name) in [
            (PixelFormat.gbrp, "gbrp"), (.gray, "gray"),
            (PixelFormat(.gray, bitDepth: 16), "gray16le"),
            (PixelFormat(.rgb, bitDepth: 16), "gbrp16le"),
        ] {
            var options = OutputOptions(destination: folder.path("a.png"))
            options.overwrite = true
            let format = FrameFormat.small(layout, width: 31, height: 17)
            let log = WarningLog()
            let sink = try writeClip(options, format, times: [0, 1], log: log)
            #expect(sink.acceptsOneFrame && log.all.isEmpty)
            let found = try Clips.rawVideo(options.destination, pixelFormat: name)
            #expect(found == patternBytes(format), "\(name)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.png"])
    }

    @Test("PNG keeps alpha")
    func alpha() throws {
        let options = OutputOptions(destination: folder.path("a.png"))
        let format = FrameFormat.small(PixelFormat(.rgb, hasAlpha: true), width: 31, height: 17)
        try writeClip(options, format, times: [0])
        let planes = [UInt8](patternBytes(format))
        let size = 31 * 17
        let found = try [UInt8](Clips.rawVideo(options.destination, pixelFormat: "rgba"))
        let wanted = (0..<size).flatMap { pixel in
            // Planes are green, blue, red, alpha.
            [2, 0, 1, 3].map { planes[$0 * size + pixel] }
        }
        #expect(found == wanted)
    }

    @Test("JPEG keeps full-range planes as they are", arguments: [(1, 1), (1, 0), (0, 0)])
    func jpeg(shift: (Int, Int)) throws {
        let options = OutputOptions(destination: folder.path("a.jpg"))
        var format = FrameFormat.small(
            PixelFormat(.yuv, chromaShiftX: shift.0, chromaShiftY: shift.1))
        format.color.range = .full
        let sink = try writeClip(options, format, times: [7])
        let source = PixelFormat(.yuv, chromaShiftX: shift.0, chromaShiftY: shift.1)
        let name = try #require(source.avPixelFormat)
        #expect(
            sink.pixelFormatName
                == MaskStreamFFmpeg.pixelFormatName(name).replacing("yuv", with: "yuvj"))
        #expect(
            try Clips.probe(options.destination, ["-show_entries", "stream=color_range"]) == ["pc"])
    }

    @Test("JPEG has no limited range: white becomes 255, black 0", arguments: [16, 235])
    func limitedJPEG(luma: Int) throws {
        var options = OutputOptions(destination: folder.path("a.jpg"))
        options.overwrite = true
        let format = FrameFormat.small(width: 16, height: 16)
        let sink = try FFmpegSink(options, format: format, report: WarningLog().report)
        let buffer = solidFrame(.yuv420p, samples: [luma, 128, 128])
        try sink.write(Frame(format: format, pts: 0, buffer: buffer))
        try sink.finish()
        let found = try [UInt8](Clips.rawVideo(options.destination, pixelFormat: "gray"))
        #expect(found.allSatisfy { abs(Int($0) - (luma == 16 ? 0 : 255)) <= 2 }, "\(found[0])")
    }

    @Test("Colours of YUV become RGB by the right matrix and range")
    func matrices() throws {
        // Pure red of 75 % in the standards' own numbers.
        for (matrix, range, samples) in [
            (1, ColorInfo.Range.limited, [51, 109, 212] as [UInt8]),
            (6, .limited, [65, 100, 212]), (6, .full, [57, 96, 224]),
        ] as [(Int32, ColorInfo.Range, [UInt8])] {
            var options = OutputOptions(destination: folder.path("a.png"))
            options.overwrite = true
            var format = FrameFormat.small(width: 15, height: 9)
            format.color = ColorInfo(range: range, isRangeTagged: true, matrix: matrix)
            var buffer = MutablePixelBuffer(format: .yuv420p, width: 15, height: 9)
            for index in 0..<3 {
                buffer.withPlane(index) { plane in
                    _ = memset(plane.base, Int32(samples[index]), plane.stride * plane.height)
                }
            }
            let sink = try FFmpegSink(options, format: format, report: WarningLog().report)
            try sink.write(Frame(format: format, pts: 0, buffer: buffer.freeze()))
            try sink.finish()
            let found = try [UInt8](Clips.rawVideo(options.destination, pixelFormat: "rgb24"))
            #expect(found.count == 15 * 9 * 3)
            for (value, wanted) in zip(found, [191, 0, 0].cycled(found.count)) {
                #expect(abs(Int(value) - wanted) <= 2, "\(matrix) \(range)")
            }
        }
    }

    @Test(
        "Every kind of picture comes back in its size",
        arguments: [
            "a.png", "a.jpg", "a.jpeg", "a.webp", "a.bmp", "a.tiff", "a.tif", "a.ppm", "a.avif",
        ])
    func kinds(name: String) throws {
        for layout in [PixelFormat.yuv420p, .gbrp, .gray] {
            var options = OutputOptions(destination: folder.path(name))
            options.overwrite = true
            let sink = try writeClip(
                options, .small(layout, width: 33, height: 21), times: [0, 1])
            #expect(sink.acceptsOneFrame)
            #expect(
                try Clips.probe(options.destination, ["-show_entries", "stream=width,height"])
                    == ["33,21"])
        }
    }
}

extension Array {
    /// The elements again and again.
    fileprivate func cycled(_ length: Int) -> [Element] { (0..<length).map { self[$0 % count] } }
}
