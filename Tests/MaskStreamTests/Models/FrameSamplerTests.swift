import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct FrameSamplerTests {
    static let colours: [(UInt8, UInt8, UInt8)] = [
        (0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0),
        (128, 128, 128), (12, 200, 99), (200, 100, 50),
    ]

    @Test(
        "Colours come back within a 255th, at every depth, range and matrix",
        arguments: PixelFormat.everyKind.filter { $0.model != .gray }, colours)
    func color(pixels: PixelFormat, colour: (UInt8, UInt8, UInt8)) throws {
        var format = FrameFormat(width: 6, height: 4, pixelFormat: pixels)
        let wanted = [colour.0, colour.1, colour.2].map { Float($0) / 255 }
        for matrix: Int32 in [1, 2, 5, 9] {
            for range in [ColorInfo.Range.limited, .full] {
                format.color = ColorInfo(range: range, matrix: matrix)
                let fill = MaskFill.color(red: colour.0, green: colour.1, blue: colour.2)
                let samples = try #require(fill.samples(in: format))
                let frame = Frame.painted(format) { plane, _, _ in
                    plane < 3 ? Int(samples[plane]) : pixels.maxValue
                }
                let sampler = FrameSampler(format: format, width: 3, height: 2, isGray: false)
                let rgb = sampler.sample(frame)
                #expect(rgb.count == 18)
                // Eight-bit limited range has steps of 1/219, chroma of 1/112 twice over.
                let tolerance: Float = pixels.bitDepth == 8 && pixels.model == .yuv ? 2.0 : 1.0
                for (index, value) in rgb.enumerated() {
                    #expect(abs(value - wanted[index / 6]) <= tolerance / 255, "\(matrix) \(range)")
                }
                let weights = format.color.lumaWeights(height: 4)
                let luma =
                    weights.red * wanted[0] + weights.blue * wanted[2]
                    + (1 - weights.red - weights.blue) * wanted[1]
                let gray = FrameSampler(format: format, width: 3, height: 2, isGray: true)
                for value in gray.sample(frame) { #expect(abs(value - luma) <= 1 / 255) }
            }
        }
    }

    @Test("Grey pictures give the same value in every channel")
    func gray() {
        var format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
        format.color.range = .full
        let frame = Frame.painted(format) { _, x, y in 51 * (x + 2 * y) }
        let sampler = FrameSampler(format: format, width: 2, height: 2, isGray: false)
        let expected: [Float] = [0, 0.2, 0.4, 0.6]
        for (index, value) in sampler.sample(frame).enumerated() {
            #expect(abs(value - expected[index % 4]) < 1e-6)
        }
    }

    @Test("The sample is upright in all eight orientations", arguments: Orientation.every)
    func orientations(orientation: Orientation) {
        let format = FrameFormat(
            width: 4, height: 2, pixelFormat: .gray, color: ColorInfo(range: .full),
            orientation: orientation)
        let frame = Frame.painted(format) { _, x, y in 10 * (x + 4 * y) }
        let size = format.displaySize
        let sampler = FrameSampler(
            format: format, width: size.width, height: size.height, isGray: true)
        let stored = (0..<8).map { 10 * $0 }
        let upright = sampler.sample(frame).map { Int(($0 * 255).rounded()) }
        #expect(upright == orientation.apply(to: stored, width: 4, height: 2))
    }

    @Test("The masked mean counts kept pixels alone, and is black where there are none")
    func masked() {
        let format = FrameFormat(width: 8, height: 4, pixelFormat: .yuv420p)
        // The left half is bright and red, the right half dark and blue.
        let frame = Frame.painted(format) { plane, x, _ in
            let isLeft = x < (plane == 0 ? 4 : 2)
            return [isLeft ? 200 : 60, isLeft ? 100 : 180, isLeft ? 170 : 90][plane]
        }
        var mask = Mask(width: 4, height: 2)
        mask.cells[0] = Mask.kept  // a quarter of the left half
        let sampler = FrameSampler(format: format, width: 2, height: 1, isGray: false)
        let (values, coverage) = sampler.sample(frame, mask: mask)
        #expect(coverage == [0.25, 0])
        let plain = sampler.sample(frame)
        for channel in 0..<3 {
            #expect(abs(values[2 * channel] - plain[2 * channel]) < 0.01)
            #expect(values[2 * channel + 1] == 0)
        }
        let all = sampler.sample(frame, mask: Mask(width: 4, height: 2, keepsAll: true))
        #expect(all.coverage == [1, 1])
        for (kept, plain) in zip(all.values, plain) { #expect(abs(kept - plain) < 1e-6) }
    }

    @Test("Nothing that is masked changes the masked sample")
    func hidesMasked() {
        for pixels in [PixelFormat.yuv420p, .yuv422p, .gbrp, PixelFormat(.yuv, bitDepth: 10)] {
            let format = FrameFormat(width: 22, height: 14, pixelFormat: pixels)
            let mask = Mask.random(format, seed: 3, share: 0.4)
            let sampler = FrameSampler(
                format: format, x: 2.5..<17, y: -3..<11, width: 6, height: 9, isGray: false)
            let samples = [1, 2].map { seed in
                var painter = MaskPainter(fill: .zero)
                let other = Frame.noise(format, seed: seed)
                let base = Frame.noise(format, seed: 0)
                // The kept part is the base's, the masked part differs.
                let painted = painter.paint(base, mask: mask)
                let kept = Frame.painted(format) { plane, x, y in
                    let masked = painted.buffer.samples(plane)
                    let origin = base.buffer.samples(plane)
                    let width = pixels.planeSize(plane, width: 22, height: 14).width
                    let index = y * width + x
                    return masked[index] == origin[index]
                        ? origin[index] : other.buffer.samples(plane)[index]
                }
                return sampler.sample(kept, mask: mask)
            }
            #expect(samples[0].values == samples[1].values)
            #expect(samples[0].coverage == samples[1].coverage)
        }
    }

    @Test("Pixels below half opacity are not seen, unless faint ones are to be found")
    func faint() {
        for bits in [8, 16] {
            let pixels = PixelFormat(.gray, bitDepth: bits, hasAlpha: true)
            let format = FrameFormat(
                width: 4, height: 1, pixelFormat: pixels, color: ColorInfo(range: .full))
            let opacities = [0, 1, pixels.maxValue / 2, pixels.maxValue / 2 + 1]
            let frame = Frame.painted(format) { plane, x, _ in plane == 0 ? 0 : opacities[x] }
            var sampler = FrameSampler(format: format, width: 4, height: 1, isGray: true)
            #expect(sampler.sample(frame) == [0.5, 0.5, 0.5, 0])
            sampler.seesFaint = true
            #expect(sampler.sample(frame) == [0.5, 0, 0, 0])
        }
    }

    @Test("What is drawn in alpha is seen over mid grey", arguments: [8, 16])
    func faded(bits: Int) throws {
        let pixels = PixelFormat(.gray, bitDepth: bits, hasAlpha: true)
        let format = FrameFormat(
            width: 4, height: 1, pixelFormat: pixels, color: ColorInfo(range: .full))
        var sampler = FrameSampler(format: format, width: 4, height: 1, isGray: true)
        sampler.seesFaint = true
        func faded(_ opacities: [Int]) -> [Float]? {
            let frame = Frame.painted(format) { plane, x, _ in plane == 0 ? 0 : opacities[x] }
            return sampler.faded(sampler.sample(frame), of: frame)
        }
        let most = pixels.maxValue
        let found = try #require(faded([0, most / 5, most * 3 / 5, most]))
        for (value, expected) in zip(found, [0.5, 0.4, 0.2, 0] as [Float]) {
            #expect(abs(value - expected) < 1e-6)
        }
        #expect(faded([most, most, most, most]) == nil)
    }

    @Test("A part outside the picture repeats its edge")
    func outside() {
        let format = FrameFormat(
            width: 4, height: 4, pixelFormat: .gray, color: ColorInfo(range: .full))
        let frame = Frame.painted(format) { _, x, _ in x == 0 ? 255 : 0 }
        let sampler = FrameSampler(
            format: format, x: -8..<0, y: 20..<24, width: 2, height: 2, isGray: true)
        #expect(sampler.sample(frame) == [1, 1, 1, 1])
    }
}
