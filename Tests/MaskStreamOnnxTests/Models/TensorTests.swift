@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

struct SoftmaxTests {
    @Test("Shares add up to 1, large logits do not overflow")
    func shares() {
        #expect(softmax([0, 0]) == [0.5, 0.5])
        for logits: [Float] in [[1, 2, 3], [1000, 999, -1000], [-88, -90], [7]] {
            let shares = softmax(logits)
            #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
            #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 })
        }
        #expect(softmax([3, -.infinity]) == [1, 0])
        #expect(softmax([]) == [])
    }

    @Test("A temperature above 1 makes it less sure")
    func temperature() {
        let share = softmax([2, 0], temperature: 2)[0]
        #expect(abs(share - softmax([1, 0])[0]) < 1e-6)
    }

    @Test("What is not a number stays so", arguments: [Float.nan, .infinity])
    func notANumber(bad: Float) {
        for place in 0..<3 {
            var logits: [Float] = [1, 2, 3]
            logits[place] = bad
            #expect(softmax(logits).contains { !$0.isFinite })
        }
    }
}

struct PixelTensorTests {
    private static let picture: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

    private static func write(
        _ layout: PixelSpec.Layout, _ color: PixelSpec.Color, content: Box, _ picture: [Float]
    ) -> [Float] {
        let isGray = color == .gray
        let spec = PixelSpec(
            layout: layout, color: color, mean: isGray ? [1] : [1, 0, 0],
            std: isGray ? [0.5] : [0.5, 1, 1])
        var tensor = [Float](repeating: 0, count: 6 * spec.channelCount)
        tensor.withUnsafeMutableBufferPointer {
            PixelTensor(spec: spec, width: 3, height: 2).write(picture, content: content, to: $0)
        }
        return tensor
    }

    @Test("Channels are planes or lie side by side, in the model's order")
    func layouts() {
        let content = Box(x: 1, y: 0, width: 2, height: 2)
        #expect(
            Self.write(.nchw, .rgb, content: content, Self.picture)
                == [0, 0, 2, 0, 4, 6, 0, 5, 6, 0, 7, 8, 0, 9, 10, 0, 11, 12])
        #expect(
            Self.write(.nhwc, .rgb, content: content, Self.picture)
                == [0, 0, 0, 0, 5, 9, 2, 6, 10, 0, 0, 0, 4, 7, 11, 6, 8, 12])
        #expect(
            Self.write(.nchw, .bgr, content: content, Self.picture)
                == [0, 16, 18, 0, 20, 22, 0, 5, 6, 0, 7, 8, 0, 1, 2, 0, 3, 4])
        #expect(
            Self.write(.nhwc, .gray, content: content, [1, 2, 3, 4]) == [0, 0, 2, 0, 4, 6])
    }
}

struct MapReaderTests {
    private static func read(
        shape: [Int], layout: PixelSpec.Layout = .nchw,
        activation: EstimatorSpec.Activation = .none, channels: [Int] = [0],
        fit: EstimatorSpec.Fit = .stretch, aspect: Double = 1, _ tensor: [Float]
    ) throws -> ConfidenceMap {
        let pixels = PixelSpec(layout: layout, color: .rgb, mean: [0, 0, 0], std: [1, 1, 1])
        let spec = InputGeometryTests.spec(
            fit, pixels: pixels, activation: activation, channels: channels)
        let geometry = InputGeometry(spec: spec, aspect: aspect, fixed: (8, 8))
        let reader = try MapReader(spec: spec, shape: shape, geometry: geometry, model: "m.onnx")
        let values = tensor.withUnsafeBufferPointer { reader.read($0) }
        return ConfidenceMap(width: reader.width, height: reader.height, values: values)
    }

    @Test("Channels are chosen and added in both layouts")
    func channels() throws {
        let planar: [Float] = [1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400]
        let pixel: [Float] = [1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400]
        for (shape, layout, tensor) in [
            ([1, 3, 2, 2], PixelSpec.Layout.nchw, planar), ([1, 2, 2, 3], .nhwc, pixel),
        ] {
            #expect(
                try Self.read(shape: shape, layout: layout, channels: [0, 2], tensor).values
                    == [101, 202, 303, 404])
        }
        #expect(try Self.read(shape: [1, 2, 3], [1, 2, 3, 4, 5, 6]).values == [1, 2, 3, 4, 5, 6])
    }

    @Test("Sigmoid and softmax are applied to each cell")
    func activations() throws {
        #expect(
            try Self.read(shape: [1, 1, 2], activation: .sigmoid, [0, 100]).values == [0.5, 1])
        let tensor: [Float] = [0, 1, -2, 0, 500, -2, 3, 499, -2]
        let map = try Self.read(
            shape: [1, 3, 1, 3], activation: .softmax, channels: [1, 2], tensor)
        for x in 0..<3 {
            let shares = softmax([tensor[x], tensor[3 + x], tensor[6 + x]])
            #expect(abs(map.values[x] - shares[1] - shares[2]) < 1e-6)
        }
    }

    @Test("What is not a number stays so", arguments: EstimatorSpec.Activation.allCases)
    func notANumber(activation: EstimatorSpec.Activation) throws {
        for place in 0..<3 {
            var tensor: [Float] = [0, 1, 2]
            tensor[place] = .nan
            let map = try Self.read(
                shape: [1, 3, 1, 1], activation: activation, channels: [0, 1, 2], tensor)
            #expect(!map.isFinite)
        }
    }

    @Test("A letterbox's bars are cut off")
    func letterbox() throws {
        let rows: [Float] = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0]
        let wide = try Self.read(shape: [1, 4, 4], fit: .letterbox, aspect: 2, rows)
        #expect(wide == ConfidenceMap(width: 4, height: 2, values: [1, 1, 1, 1, 2, 2, 2, 2]))
        let tall = try Self.read(shape: [1, 4, 4], fit: .letterbox, aspect: 0.5, rows)
        #expect(tall == ConfidenceMap(width: 2, height: 4, values: [0, 0, 1, 1, 2, 2, 0, 0]))
    }

    @Test("Where a bar ends within a cell, the cell counts if it shows more picture than bar")
    func letterboxWithinCells() throws {
        // Of 16 rows of input, the picture has the middle 8: of 5 rows of output 1.25 to 3.75.
        let pixels = PixelSpec(layout: .nchw, color: .rgb, mean: [0, 0, 0], std: [1, 1, 1])
        let spec = InputGeometryTests.spec(.letterbox, pixels: pixels)
        let geometry = InputGeometry(spec: spec, aspect: 2, fixed: (16, 16))
        let reader = try MapReader(
            spec: spec, shape: [1, 1, 5, 4], geometry: geometry, model: "m.onnx")
        let tensor = [Float]([9, 1, 2, 4, 9].flatMap { [Float](repeating: $0, count: 4) })
        let values = tensor.withUnsafeBufferPointer { reader.read($0) }
        #expect(reader.width == 4 && reader.height == 3)
        let expected: [Float] = [1 + 1 / 6, 2, 4 - 1 / 3]
        for y in 0..<3 {
            for x in 0..<4 { #expect(abs(values[y * 4 + x] - expected[y]) < 1e-5, "\(values)") }
        }
    }

    @Test(
        "A shape that is no map is refused",
        arguments: [[1], [1, 2], [2, 1, 8, 8], [1, 8, 8, 1], [1, 1, 1, 1, 1]])
    func shapes(shape: [Int]) {
        expectError(.configuration, "no map", "m.onnx") {
            _ = try Self.read(shape: shape, [])
        }
    }

    @Test("A channel that is not there is refused", arguments: [[3], [0, 5], []])
    func missingChannels(channels: [Int]) {
        expectError(.configuration, "estimator.channels", "m.onnx") {
            _ = try Self.read(shape: [1, 3, 2, 2], channels: channels, [])
        }
    }
}

struct MaskedPictureTests {
    private static let picture = MaskedImage(
        values: [0.2, 0.6, 0.9, 0.5, 0.5, 0.1], coverage: [1, 1, 0])

    @Test("Masked pixels are filled by the kept mean, half-kept ones by half")
    func filled() {
        let mean = Self.picture.filled(withMean: true)
        for (value, expected) in zip(mean, [0.2, 0.6, 0.4, 0.5, 0.5, 0.5] as [Float]) {
            #expect(abs(value - expected) < 1e-6)
        }
        #expect(Self.picture.filled(withMean: false) == [0.2, 0.6, 0, 0.5, 0.5, 0])
        let half = MaskedImage(values: [0.8, 0.2], coverage: [0.5, 0])
        #expect(half.filled(withMean: false) == [0.4, 0])
    }

    @Test("The kept part has mean 0 and deviation 1, the rest is 0")
    func normalized() {
        let values = Self.picture.normalized()
        for (value, expected) in zip(values, [-1, 1, 0, 0, 0, 0] as [Float]) {
            #expect(abs(value - expected) < 1e-5)
        }
    }

    @Test("Nothing kept is flat and finite")
    func nothing() {
        let picture = MaskedImage(values: [0.3, 0.7], coverage: [0, 0])
        #expect(picture.filled(withMean: true) == [0, 0])
        #expect(picture.normalized() == [0, 0])
    }
}
