import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct AxisTapsTests {
    struct Axis: CustomTestStringConvertible {
        let source: Int
        let low: Double
        let high: Double
        let count: Int

        var testDescription: String { "\(low)..<\(high) of \(source) to \(count)" }
    }

    static let axes = [
        Axis(source: 1, low: 0, high: 1, count: 1), Axis(source: 1, low: 0, high: 1, count: 300),
        Axis(source: 8000, low: 0, high: 8000, count: 3),
        Axis(source: 64, low: 0, high: 64, count: 64),
        Axis(source: 64, low: 0, high: 64, count: 7), Axis(source: 5, low: 0, high: 5, count: 64),
        Axis(source: 30, low: -20, high: 50, count: 9),
        Axis(source: 30, low: 100, high: 140, count: 5),
        Axis(source: 30, low: -90, high: -80, count: 5),
        Axis(source: 30, low: 3.3, high: 3.4, count: 4),
        Axis(source: 1080, low: 17.5, high: 803.2, count: 192),
    ]

    @Test("Weights always add up to 256 and stay inside the source", arguments: axes)
    func weights(axis: Axis) {
        let taps = AxisTaps(source: axis.source, low: axis.low, high: axis.high, count: axis.count)
        #expect(taps.bounds.count == axis.count)
        for bounds in taps.bounds {
            #expect(taps.weights[bounds].reduce(0) { $0 + Int($1) } == 256)
            #expect(taps.indices[bounds].allSatisfy { (0..<axis.source).contains($0) })
            #expect(bounds.count <= 66)
        }
        for index in taps.indices { #expect(taps.sourceRange.contains(index)) }
    }

    @Test("Taps are the overlap of the target's box with the samples", arguments: axes)
    func overlap(axis: Axis) {
        let taps = AxisTaps(source: axis.source, low: axis.low, high: axis.high, count: axis.count)
        // A ramp shows where the box lies: its mean is the box's centre.
        for (target, bounds) in taps.bounds.enumerated() {
            let mean = bounds.reduce(0.0) { sum, tap in
                sum + Double(taps.weights[tap]) * (Double(taps.indices[tap]) + 0.5) / 256
            }
            let expected = Axis.mean(axis, target) { Double($0) + 0.5 }
            let width = max(1, (axis.high - axis.low) / Double(axis.count))
            #expect(abs(mean - expected) < 0.02 * width + 0.01, "target \(target)")
        }
    }
}

extension AxisTapsTests.Axis {
    /// The mean of `value` under target `index`'s box, the source's edges repeated.
    static func mean(
        _ axis: AxisTapsTests.Axis, _ index: Int, _ value: (Int) -> Double
    ) -> Double {
        let scale = (axis.high - axis.low) / Double(axis.count)
        let width = max(1, scale)
        let centre = axis.low + (Double(index) + 0.5) * scale
        let (start, end) = (centre - width / 2, centre + width / 2)
        var sum = 0.0
        for position in Int(start.rounded(.down))...Int(end.rounded(.down)) {
            let part = min(Double(position + 1), end) - max(Double(position), start)
            guard part > 0 else { continue }
            sum += part * value(min(max(position, 0), axis.source - 1))
        }
        return sum / width
    }
}

struct PlaneResamplerTests {
    private typealias Axis = AxisTapsTests.Axis

    static let regions: [[Double]] = [
        [0, 40, 0, 30, 40, 30], [0, 40, 0, 30, 10, 6], [0, 40, 0, 30, 96, 71],
        [-10, 55, 5, 12, 7, 9], [7.25, 9.5, 20, 29.9, 8, 8], [60, 70, -20, -10, 3, 3],
    ]

    @Test(
        "Samples are area means, or linear between samples when enlarged", arguments: regions,
        [8, 10, 16])
    func means(region: [Double], bits: Int) {
        let pixels = PixelFormat(.gray, bitDepth: bits)
        let frame = Frame.noise(FrameFormat(width: 40, height: 30, pixelFormat: pixels), seed: bits)
        let (width, height) = (Int(region[4]), Int(region[5]))
        let resampler = PlaneResampler(
            source: (40, 30), x: region[0]..<region[1], y: region[2]..<region[3], width: width,
            height: height)
        var target = [Float](repeating: 0, count: width * height)
        frame.buffer.withPlane(0) {
            resampler.resample($0, bytes: pixels.bytesPerSample, into: &target)
        }
        let source = frame.buffer.samples(0)
        let columns = Axis(source: 40, low: region[0], high: region[1], count: width)
        let rows = Axis(source: 30, low: region[2], high: region[3], count: height)
        for index in target.indices {
            let expected = Axis.mean(rows, index / width) { y in
                Axis.mean(columns, index % width) { x in Double(source[y * 40 + x]) }
            }
            // Weights are whole 256ths: noise over the whole range is off by 1 % of it at most.
            #expect(abs(Double(target[index]) - expected) < 0.01 * Double(pixels.maxValue))
        }
    }

    @Test("A flat plane stays exactly flat at every ratio", arguments: regions)
    func flat(region: [Double]) {
        let frame = Frame.painted(FrameFormat(width: 40, height: 30, pixelFormat: .gray)) {
            _, _, _ in
            255
        }
        let (width, height) = (Int(region[4]), Int(region[5]))
        let resampler = PlaneResampler(
            source: (40, 30), x: region[0]..<region[1], y: region[2]..<region[3], width: width,
            height: height)
        var target = [Float](repeating: 0, count: width * height)
        frame.buffer.withPlane(0) { resampler.resample($0, bytes: 1, into: &target) }
        #expect(target.allSatisfy { $0 == 255 })
    }

    @Test(
        "Masked, only kept samples count", arguments: regions,
        [PixelFormat.gray, .yuv420p, PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1)])
    func masked(region: [Double], pixels: PixelFormat) {
        let format = FrameFormat(width: 40, height: 30, pixelFormat: pixels)
        let frame = Frame.noise(format, seed: 9)
        let mask = Mask.random(format, seed: 8, share: 0.6)
        let (width, height) = (Int(region[4]), Int(region[5]))
        let resampler = PlaneResampler(
            source: (40, 30), x: region[0]..<region[1], y: region[2]..<region[3], width: width,
            height: height)
        var target = [Float](repeating: 0, count: width * height)
        var coverage = target
        frame.buffer.withPlane(0) {
            resampler.resample(
                $0, bytes: pixels.bytesPerSample, mask: mask, shiftX: pixels.chromaShiftX,
                shiftY: pixels.chromaShiftY, into: &target, coverage: &coverage)
        }
        let source = frame.buffer.samples(0)
        let columns = Axis(source: 40, low: region[0], high: region[1], count: width)
        let rows = Axis(source: 30, low: region[2], high: region[3], count: height)
        func mean(_ index: Int, _ value: (Int) -> Double) -> Double {
            Axis.mean(rows, index / width) { y in
                Axis.mean(columns, index % width) { x in
                    let cell = (y >> pixels.chromaShiftY) * mask.width + (x >> pixels.chromaShiftX)
                    return mask.cells[cell] == 0 ? 0 : value(y * 40 + x)
                }
            }
        }
        for index in target.indices {
            #expect(abs(Double(coverage[index]) - mean(index) { _ in 1 }) < 0.01)
            let sum = mean(index) { Double(source[$0]) }
            #expect(abs(Double(target[index]) - sum) < 0.01 * Double(pixels.maxValue))
        }
    }
}
