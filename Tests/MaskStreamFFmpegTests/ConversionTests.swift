import CFFmpeg
import MaskStream
import Testing

@testable import MaskStreamFFmpeg

/// Which steps lead from a frame to what is encoded.
@Suite struct ConversionTests {
    private func form(
        _ layout: PixelFormat, to name: String, width: Int = 64,
        range: ColorInfo.Range = .limited, pixelFormat: String? = nil, codec: String? = nil
    ) throws -> EncodedFormat {
        var options = OutputOptions(destination: name)
        options.codec = codec
        options.pixelFormat = pixelFormat
        let container = try Container(options, input: nil)
        let encoder = try EncoderChoice(options, container: container, input: nil)
        var format = FrameFormat.small(layout, width: width)
        format.color.range = range
        return try EncodedFormat(
            format, encoder: encoder, container: container, options: options)
    }

    @Test("A frame that fits is encoded from its own memory")
    func none() throws {
        #expect(try form(.yuv420p, to: "a.mp4").steps == [])
        #expect(try form(.gbrp, to: "a.mkv", codec: "ffv1").steps == [.scale(AV_PIX_FMT_BGR0)])
        let full = try form(.yuv420p, to: "a.jpg", range: .full)
        #expect(full.steps == [] && full.pixelFormat == AV_PIX_FMT_YUVJ420P)
    }

    @Test("Limited range is scaled for JPEG, which has full range only")
    func range() throws {
        #expect(try form(.yuv420p, to: "a.jpg").steps == [.scale(AV_PIX_FMT_YUVJ420P)])
    }

    @Test("At odd sizes chroma is repeated, not interpolated")
    func odd() throws {
        #expect(
            try form(.yuv420p, to: "a.mp4", width: 63).steps
                == [.upsampleChroma(AV_PIX_FMT_YUV444P)])
    }

    @Test("Transparency goes first where the output holds none")
    func opaque() throws {
        let layout = PixelFormat(.yuv, chromaShiftX: 1, chromaShiftY: 1, hasAlpha: true)
        #expect(try form(layout, to: "a.mp4").steps == [.composite])
    }

    @Test("GIF is made of RGB with a palette")
    func palette() throws {
        #expect(
            try form(.yuv420p, to: "a.gif").steps == [
                .upsampleChroma(AV_PIX_FMT_YUV444P), .scale(AV_PIX_FMT_GBRP),
                .palette(isBinary: true),
            ])
    }

    @Test("Grey with alpha is packed before anything else")
    func grayAlpha() throws {
        let layout = PixelFormat(.gray, hasAlpha: true)
        #expect(try form(layout, to: "a.png").steps == [.interleave(AV_PIX_FMT_YA8)])
        #expect(
            try form(layout, to: "a.png", pixelFormat: "rgba").steps
                == [.interleave(AV_PIX_FMT_YA8), .scale(AV_PIX_FMT_RGBA)])
        let deep = PixelFormat(.gray, bitDepth: 10, hasAlpha: true)
        #expect(
            try form(deep, to: "a.png").steps
                == [.interleave(ms_pix_fmt_ya16), .scale(AV_PIX_FMT_YA16BE)])
    }
}
