import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct BlackCompositorTests {
    /// A frame of one sample value and one alpha, composited over black.
    private static func composited(
        _ pixels: PixelFormat, range: ColorInfo.Range, sample: Int, alpha: Int
    ) -> [Int] {
        var format = FrameFormat(width: 3, height: 3, pixelFormat: pixels)
        format.color.range = range
        let clear = FrameFormat(width: 3, height: 3, pixelFormat: pixels.withAlpha)
        let picture = Frame.painted(clear) { plane, _, _ in
            plane == pixels.planeCount ? alpha : sample
        }
        var target = MutablePixelBuffer(format: pixels, width: 3, height: 3)
        BlackCompositor(format).composite(picture.buffer, into: &target)
        let composited = target.freeze()
        return (0..<pixels.planeCount).map { plane in
            let samples = Set(composited.samples(plane))
            #expect(samples.count == 1)
            return samples.first ?? -1
        }
    }

    @Test("Opaque pixels stay, clear ones are black, others lie between")
    func table() {
        let table: [(PixelFormat, ColorInfo.Range, alpha: Int, expected: [Int])] = [
            (.gray, .full, 255, [200]), (.gray, .full, 0, [0]), (.gray, .full, 51, [40]),
            (.gbrp, .limited, 0, [0, 0, 0]), (.gbrp, .full, 255, [200, 200, 200]),
            (.yuv420p, .limited, 255, [200, 200, 200]), (.yuv420p, .limited, 0, [16, 128, 128]),
            (.yuv420p, .full, 0, [0, 128, 128]),
            (PixelFormat(.yuv, bitDepth: 10), .limited, 0, [64, 512, 512]),
            (PixelFormat(.rgb, bitDepth: 16), .full, 65535, [200, 200, 200]),
        ]
        for row in table {
            #expect(
                Self.composited(row.0, range: row.1, sample: 200, alpha: row.alpha) == row.expected)
        }
    }

    @Test("Chroma goes by the least opaque of its pixels")
    func chroma() {
        let clear = PixelFormat.yuv420p.withAlpha
        let picture = Frame.painted(FrameFormat(width: 4, height: 2, pixelFormat: clear)) {
            plane, x, _ in plane == 3 ? (x == 1 ? 0 : 255) : 200
        }
        var target = MutablePixelBuffer(format: .yuv420p, width: 4, height: 2)
        BlackCompositor(FrameFormat(width: 4, height: 2))
            .composite(picture.buffer, into: &target)
        let composited = target.freeze()
        #expect(composited.samples(0) == [200, 16, 200, 200, 200, 16, 200, 200])
        #expect(composited.samples(1) == [128, 200] && composited.samples(2) == [128, 200])
    }

    @Test("Pixels that are not seen do not count, and a whole frame is composited on mid grey")
    func sampling() {
        let format = FrameFormat(
            width: 8, height: 4, pixelFormat: PixelFormat(.gray, hasAlpha: true),
            color: ColorInfo(range: .full))
        let frame = Frame.painted(format) { plane, x, _ in
            plane == 0 ? (x < 4 ? 255 : 51) : (x % 4 < 2 ? 0 : 255)
        }
        let sampler = FrameSampler(format: format, width: 4, height: 1, isGray: true)
        let values = sampler.sample(frame)
        for (value, expected) in zip(values, [0.5, 1, 0.5, 0.2] as [Float]) {
            #expect(abs(value - expected) < 0.01)
        }
        let mask = Mask(width: 8, height: 4, keepsAll: true)
        #expect(sampler.sample(frame, mask: mask).coverage == [0, 1, 0, 1])
    }
}
