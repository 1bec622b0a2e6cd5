import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

struct InputGeometryTests {
    static func spec(
        _ fit: EstimatorSpec.Fit, area: Int = 61440, multiple: Int = 32,
        pixels: PixelSpec = PixelSpec(
            layout: .nchw, color: .rgb, mean: [0, 0, 0], std: [1, 1, 1]),
        activation: EstimatorSpec.Activation = .none, channels: [Int] = [0]
    ) -> EstimatorSpec {
        EstimatorSpec(
            file: ModelReference(path: "m.onnx"), fit: fit, area: area, multiple: multiple,
            pixels: pixels, output: nil, outputLayout: pixels.layout, activation: activation,
            channels: channels)
    }

    @Test(
        "The area is used well, the aspect is kept",
        arguments: [
            (16.0 / 9, 320, 192), (9.0 / 16, 192, 320), (1, 224, 224), (4.0 / 3, 256, 192),
        ])
    func area(aspect: Double, width: Int, height: Int) {
        let geometry = InputGeometry(spec: Self.spec(.area), aspect: aspect, fixed: nil)
        #expect(geometry.width == width && geometry.height == height)
        #expect(
            geometry.content == Box(x: 0, y: 0, width: geometry.width, height: geometry.height))
    }

    @Test(
        "Where nothing is enlarged, a small image keeps its size as far as multiples allow",
        arguments: [
            (160, 96, 160, 96), (100, 100, 96, 96), (16, 16, 32, 32), (320, 192, 320, 192),
            (1920, 1152, 320, 192),
        ])
    func small(width: Int, height: Int, inputWidth: Int, inputHeight: Int) {
        var spec = Self.spec(.area)
        spec.enlarges = false
        let geometry = InputGeometry(
            spec: spec, aspect: Double(width) / Double(height), fixed: nil, pixels: width * height)
        #expect(geometry.width == inputWidth && geometry.height == inputHeight)
    }

    @Test(
        "Whatever the aspect, sides are multiples and the area is not exceeded",
        arguments: [0.001, 0.1, 0.5, 0.9, 1, 1.1, 2.39, 10, 5000],
        [(61440, 32), (256, 16), (999, 7)])
    func bounds(aspect: Double, limit: (area: Int, multiple: Int)) {
        let spec = Self.spec(.area, area: limit.area, multiple: limit.multiple)
        let geometry = InputGeometry(spec: spec, aspect: aspect, fixed: nil)
        #expect(geometry.width % limit.multiple == 0 && geometry.width > 0)
        #expect(geometry.height % limit.multiple == 0 && geometry.height > 0)
        #expect(geometry.width * geometry.height <= limit.area)
        #expect(geometry == Self.exhaustive(spec, aspect: aspect))
    }

    /// Tries every size.
    private static func exhaustive(_ spec: EstimatorSpec, aspect: Double) -> InputGeometry {
        let cells = max(1, spec.area / (spec.multiple * spec.multiple))
        var best = (size: (1, 1), score: -Double.infinity)
        for rows in 1...cells {
            for columns in 1...max(1, cells / rows) {
                let shape = Double(columns) / Double(rows) / aspect
                let score = log2(Double(rows * columns)) - 2 * abs(log2(shape))
                if score > best.score + 1e-12 { best = ((columns, rows), score) }
            }
        }
        return InputGeometry(
            spec: spec, aspect: aspect,
            fixed: (best.size.0 * spec.multiple, best.size.1 * spec.multiple))
    }

    @Test("A large area of single pixels is found at once")
    func large() {
        let spec = Self.spec(.area, area: 1_000_000, multiple: 1)
        let geometry = InputGeometry(spec: spec, aspect: 4, fixed: nil)
        #expect(geometry.width == 2000 && geometry.height == 500)
    }

    @Test("A model's own size is stretched to, or letterboxed")
    func fixed() {
        let stretched = InputGeometry(spec: Self.spec(.area), aspect: 2, fixed: (100, 80))
        #expect(stretched.content == Box(x: 0, y: 0, width: 100, height: 80))
        let wide = InputGeometry(spec: Self.spec(.letterbox), aspect: 2, fixed: (100, 80))
        #expect(wide.content == Box(x: 0, y: 15, width: 100, height: 50))
        let tall = InputGeometry(spec: Self.spec(.letterbox), aspect: 0.5, fixed: (100, 80))
        #expect(tall.content == Box(x: 30, y: 0, width: 40, height: 80))
        let thin = InputGeometry(spec: Self.spec(.letterbox), aspect: 10_000, fixed: (100, 80))
        #expect(thin.content == Box(x: 0, y: 39, width: 100, height: 1))
        let square = InputGeometry(spec: Self.spec(.stretch, area: 10_000), aspect: 3, fixed: nil)
        #expect(square.content == Box(x: 0, y: 0, width: 96, height: 96))
    }
}

struct CropGeometryTests {
    private static func crop(
        _ box: Box, margin: Float = 0, aspect: Double? = 1, sample: Rational = Rational(1, 1),
        orientation: Orientation = .upright
    ) -> [Double] {
        let format = FrameFormat(
            width: 100, height: 100, sampleAspect: sample, orientation: orientation)
        let crop = CropGeometry(box: box, format: format, margin: margin, aspect: aspect)
        return [crop.x.lowerBound, crop.x.upperBound, crop.y.lowerBound, crop.y.upperBound]
    }

    @Test("The box is widened to the model's aspect around its centre")
    func aspect() {
        let box = Box(x: 10, y: 20, width: 20, height: 40)
        #expect(Self.crop(box) == [0, 40, 20, 60])
        #expect(Self.crop(box, aspect: 0.5) == [10, 30, 20, 60])
        #expect(Self.crop(box, aspect: nil) == [10, 30, 20, 60])
        #expect(Self.crop(Box(x: 0, y: 0, width: 100, height: 60), aspect: nil) == [0, 100, 0, 60])
        #expect(Self.crop(box, aspect: 0.25) == [10, 30, 0, 80])
    }

    @Test("The margin is a share of the longer side")
    func margin() {
        let box = Box(x: 40, y: 40, width: 20, height: 10)
        #expect(Self.crop(box, margin: 0.5) == [30, 70, 25, 65])
    }

    @Test("What would reach over an edge is moved into the picture")
    func moved() {
        #expect(Self.crop(Box(x: 0, y: 70, width: 10, height: 30)) == [0, 30, 70, 100])
        #expect(Self.crop(Box(x: 90, y: 0, width: 10, height: 30)) == [70, 100, 0, 30])
        #expect(
            Self.crop(Box(x: 95, y: 40, width: 5, height: 20), sample: Rational(2, 1))
                == [90, 100, 40, 60])
    }

    @Test("A crop is no larger than the picture and keeps its aspect")
    func limited() {
        let all = Box(x: 0, y: 0, width: 100, height: 100)
        #expect(Self.crop(all, margin: 0.5) == [0, 100, 0, 100])
        let part = Box(x: 60, y: 0, width: 40, height: 100)
        #expect(Self.crop(part, aspect: 2) == [0, 100, 25, 75])
        #expect(
            Self.crop(Box(x: 10, y: 30, width: 80, height: 40), sample: Rational(2, 1))
                == [25, 75, 0, 100])
    }

    @Test("Pixels that are not square count as they are displayed")
    func anamorphic() {
        let box = Box(x: 40, y: 40, width: 10, height: 20)
        #expect(Self.crop(box, sample: Rational(2, 1)) == [40, 50, 40, 60])
        #expect(Self.crop(box, sample: Rational(0, 1)) == [35, 55, 40, 60])
    }

    @Test("Turned by a quarter, the model's aspect is turned as well")
    func turned() {
        let box = Box(x: 40, y: 40, width: 20, height: 20)
        let quarter = Orientation(transposes: true, flipsX: true)
        #expect(Self.crop(box, aspect: 2, orientation: quarter) == [40, 60, 30, 70])
    }
}
