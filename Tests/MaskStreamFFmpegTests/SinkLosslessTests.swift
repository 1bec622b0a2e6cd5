import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkLosslessTests {
    /// Every layout that FFV1 and the project share.
    static let formats: [PixelFormat] =
        [8, 9, 10, 12, 14, 16].flatMap { depth in
            [(1, 1), (1, 0), (0, 0)].map { x, y in
                PixelFormat(.yuv, bitDepth: depth, chromaShiftX: x, chromaShiftY: y)
            }
        }
        + [8, 9, 10, 12, 16].map { PixelFormat(.gray, bitDepth: $0) }
        + [9, 10, 12, 14, 16].map { PixelFormat(.rgb, bitDepth: $0) }
        + [
            PixelFormat(.yuv, chromaShiftX: 1, chromaShiftY: 1, hasAlpha: true),
            PixelFormat(.yuv, bitDepth: 10, hasAlpha: true),
            PixelFormat(.rgb, bitDepth: 10, hasAlpha: true),
            PixelFormat(.yuv, chromaShiftX: 2), PixelFormat(.yuv, chromaShiftX: 2, chromaShiftY: 2),
            PixelFormat(.yuv, chromaShiftY: 1),
        ]

    @Test("FFV1 keeps every sample of every layout", arguments: formats)
    func keepsSamples(layout: PixelFormat) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("a.mkv"))
        options.codec = "ffv1"
        let format = FrameFormat.small(layout, width: 33, height: 17)
        let log = WarningLog()
        let sink = try writeClip(options, format, times: [0, 1], log: log)
        #expect(log.all.isEmpty)
        let decoded = try Clips.rawVideo(options.destination, pixelFormat: sink.pixelFormatName)
        #expect(decoded == patternBytes(format) + patternBytes(format, seed: 1))
    }

    @Test("8-bit RGB goes into packed FFV1 and back unchanged")
    func keepsRGB() throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("a.mkv"))
        options.codec = "ffv1"
        let format = FrameFormat.small(.gbrp)
        try writeClip(options, format, times: [0])
        let decoded = try Clips.rawVideo(options.destination, pixelFormat: "gbrp")
        #expect(decoded == patternBytes(format))
    }

    @Test(
        "Raw frames and y4m hold exactly the samples",
        arguments: [PixelFormat.yuv420p, .yuv422p, .yuv444p, .gray]
            + [PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1, chromaShiftY: 1)])
    func keepsRaw(layout: PixelFormat) throws {
        let folder = try TemporaryFolder()
        let format = FrameFormat.small(layout, width: 31, height: 15)
        let expected = patternBytes(format) + patternBytes(format, seed: 1)
        for name in ["a.y4m", "a.yuv"] {
            let options = OutputOptions(destination: folder.path(name))
            let sink = try writeClip(options, format, times: [0, 1])
            #expect(sink.pixelFormatName.hasPrefix(layout.model == .gray ? "gray" : "yuv"))
            var written = try Data(contentsOf: URL(fileURLWithPath: options.destination))
            if name == "a.y4m" {
                written = try Clips.rawVideo(
                    options.destination, pixelFormat: sink.pixelFormatName)
            }
            #expect(written == expected, "\(name)")
        }
    }

    @Test("y4m tells rate, aspect, chroma site and range")
    func y4mHeader() throws {
        let folder = try TemporaryFolder()
        let options = OutputOptions(destination: folder.path("a.y4m"))
        var format = FrameFormat.small(
            timeBase: Rational(1001, 30000), frameRate: Rational(30000, 1001))
        format.sampleAspect = Rational(4, 3)
        format.color.chromaLocation = 1
        format.color.range = .full
        format.color.isRangeTagged = true
        try writeClip(options, format, times: [0])
        let data = try Data(contentsOf: URL(fileURLWithPath: options.destination))
        let header = String(decoding: data.prefix { $0 != 10 }, as: UTF8.self)
        for part in ["W64", "H48", "F30000:1001", "A4:3", "C420mpeg2", "XCOLORRANGE=FULL"] {
            #expect(header.split(separator: " ").contains { $0 == part }, "\(part) in \(header)")
        }
    }
}
