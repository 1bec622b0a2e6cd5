import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

/// Every convention that foreign networks come in gives the same map.
struct EstimatorTests {
    private static let imagenet: (mean: [Float], std: [Float]) = (
        [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    )
    private static let symmetric: (mean: [Float], std: [Float]) = (
        [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]
    )

    /// A network, how its profile describes it, and how large its map of a picture of 2:1 is.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let network: @Sendable () -> RedNetwork
        var fit = EstimatorSpec.Fit.area
        var activation = EstimatorSpec.Activation.none
        var channels = [0]
        var output: String?
        let width: Int
        let height: Int
    }

    static let cases = [
        Case(
            testDescription: "shares, 0 to 1, any size", network: { RedNetwork() }, width: 32,
            height: 16),
        Case(
            testDescription: "ImageNet's normalisation",
            network: { RedNetwork(mean: imagenet.mean, std: imagenet.std) }, width: 32, height: 16),
        Case(
            testDescription: "-1 to 1, logits, half the size",
            network: {
                RedNetwork(mean: symmetric.mean, std: symmetric.std, head: .logit, shrink: 2)
            }, activation: .sigmoid, width: 16, height: 8),
        Case(
            testDescription: "two channels, softmax outside",
            network: { RedNetwork(head: .pair) }, activation: .softmax, channels: [1], width: 32,
            height: 16),
        Case(
            testDescription: "two channels, softmax inside, 1 [C, h, w]",
            network: { RedNetwork(head: .pairOfShares, isBare: true) }, channels: [1], width: 32,
            height: 16),
        Case(
            testDescription: "four channels of which two count, side by side",
            network: { RedNetwork(layout: .nhwc, head: .classes, outputLayout: .nhwc) },
            activation: .softmax, channels: [1, 3], width: 32, height: 16),
        Case(
            testDescription: "planes in, channels side by side out, no batch",
            network: { RedNetwork(head: .pair, outputLayout: .nhwc, isBare: true) },
            activation: .softmax, channels: [1], width: 32, height: 16),
        Case(
            testDescription: "side by side in, planes out",
            network: { RedNetwork(layout: .nhwc, head: .pair) }, activation: .softmax,
            channels: [1], width: 32, height: 16),
        Case(
            testDescription: "a fixed size, stretched to",
            network: { RedNetwork(width: 24, height: 24) }, fit: .stretch, width: 24, height: 24),
        Case(
            testDescription: "a fixed size, letterboxed",
            network: {
                RedNetwork(
                    width: 32, height: 32, mean: symmetric.mean, std: symmetric.std)
            }, fit: .letterbox, width: 32, height: 16),
        Case(
            testDescription: "letterboxed, bars that end within cells",
            network: { RedNetwork(width: 40, height: 40, shrink: 4) }, fit: .letterbox, width: 10,
            height: 5),
        Case(
            testDescription: "any size, letterboxed",
            network: { RedNetwork(layout: .nhwc, outputLayout: .nhwc) },
            fit: .letterbox, width: 20, height: 10),
        Case(
            testDescription: "the last of seven outputs",
            network: { RedNetwork(head: .logit, others: 6) }, activation: .sigmoid, output: "map",
            width: 32, height: 16),
    ]

    @Test("A red half and a pale half are told apart alike", arguments: cases)
    func conventions(_ item: Case) throws {
        let network = item.network()
        let folder = try TestFolder()
        let session = try OnnxSession(path: network.model.write(to: folder.url))
        let format = FrameFormat(width: 80, height: 40, pixelFormat: .gbrp)
        // Green, blue, red: a fifth and four fifths of red.
        let picture = Frame.painted(format) { plane, x, _ in
            plane == 2 ? (x < 40 ? 51 : 204) : 128
        }
        var spec = InputGeometryTests.spec(
            item.fit, area: 512, multiple: 4,
            pixels: PixelSpec(
                layout: network.layout, color: .rgb, mean: network.mean, std: network.std),
            activation: item.activation, channels: item.channels)
        spec.output = item.output
        spec.outputLayout = network.outputLayout
        var estimator = try OnnxEstimator(spec: spec, session: session, format: format)
        var map = ConfidenceMap(width: 0, height: 0)
        try estimator.estimate(picture, into: &map)
        #expect(map.width == item.width && map.height == item.height)
        for y in 0..<map.height {
            for (x, red) in [(0, 0.2), (map.width - 1, 0.8)] as [(Int, Float)] {
                let found = map.values[y * map.width + x]
                #expect(abs(found - network.confidence(red)) < 0.01, "\(x), \(y): \(found)")
            }
        }
        #expect(try EstimatorGuess(session).corrections(to: spec) == [])
    }

    @Test("Detail multiplies the area; a model of one size has none")
    func detail() throws {
        let folder = try TestFolder()
        let format = FrameFormat(width: 64, height: 64, pixelFormat: .gray)
        let spec = InputGeometryTests.spec(
            .area, area: 256, multiple: 4,
            pixels: PixelSpec(layout: .nchw, color: .gray, mean: [0], std: [1]))
        let open = TinyOnnx.one(
            "Identity", input: [1, 1, "height", "width"], output: [1, 1, "height", "width"])
        let session = try OnnxSession(path: open.write(to: folder.url))
        for (detail, size) in [(1, "16x16"), (2, "20x20"), (4, "32x32"), (16, "64x64")] {
            let estimator = try OnnxEstimator(
                spec: spec, session: session, format: format, detail: detail)
            #expect(estimator.inputSize == size)
        }
        let fixed = TinyOnnx.one("Identity", input: [1, 1, 8, 8], output: [1, 1, 8, 8])
        let own = try OnnxSession(path: fixed.write(to: folder.url, as: "fixed.onnx"))
        _ = try OnnxEstimator(spec: spec, session: own, format: format)
        let error = #expect(throws: MaskStreamError.self) {
            try OnnxEstimator(spec: spec, session: own, format: format, detail: 4)
        }
        #expect(error?.code == .usage && error?.message.contains("fixed.onnx") == true)
    }

    /// Every orientation that a camera may have, and both ways in which a frame may lie in the input.
    static let turned = [0, 90, 180, 270].flatMap { degrees in
        [EstimatorSpec.Fit.area, .letterbox].map { (degrees, $0) }
    }

    @Test("What is turned for the model is turned back", arguments: turned)
    func turnsBack(degrees: Int, fit: EstimatorSpec.Fit) throws {
        let folder = try TestFolder()
        let same = TinyOnnx.one(
            "Identity", input: [1, 1, "height", "width"], output: [1, 1, "height", "width"])
        let session = try OnnxSession(path: same.write(to: folder.url))
        let orientation = try #require(Orientation(clockwiseDegrees: degrees))
        let format = FrameFormat(
            width: 35, height: 21, pixelFormat: .gray, orientation: orientation)
        let spec = InputGeometryTests.spec(
            fit, area: 800, multiple: 1,
            pixels: PixelSpec(layout: .nchw, color: .gray, mean: [0], std: [1]))
        let frame = Frame.noise(format, seed: 7)
        let maps = try [1, 2, 4].map { count in
            var estimator = try OnnxEstimator(
                spec: spec, session: session, format: format,
                views: TurnedViews(count, level: 0.5, isolatesFrames: true))
            var map = ConfidenceMap(width: 0, height: 0)
            try estimator.estimate(frame, into: &map)
            return map
        }
        #expect(maps[1] == maps[0] && maps[2] == maps[0])
    }

    @Test("Quarter turns of a model of one size need a square")
    func sideways() throws {
        let folder = try TestFolder()
        let format = FrameFormat(width: 64, height: 64, pixelFormat: .gray)
        let spec = InputGeometryTests.spec(
            .stretch, pixels: PixelSpec(layout: .nchw, color: .gray, mean: [0], std: [1]))
        func open(_ width: Int, _ height: Int, turns: Int) throws {
            let shape: [TinyOnnx.Dimension] = [1, 1, .fixed(height), .fixed(width)]
            let model = TinyOnnx.one("Identity", input: shape, output: shape)
            let session = try OnnxSession(path: model.write(to: folder.url))
            _ = try OnnxEstimator(
                spec: spec, session: session, format: format,
                views: TurnedViews(turns, level: 0.5, isolatesFrames: true))
        }
        try open(8, 8, turns: 4)
        try open(16, 8, turns: 2)
        expectError(.usage, "16x8", "--turns", "tiny.onnx") { try open(16, 8, turns: 4) }
    }

    @Test("A letterbox's bars are black to the model")
    func blackBars() throws {
        let folder = try TestFolder()
        // Its map is the mean of the whole input.
        var model = TinyOnnx()
        model.input("x", [1, 1, 4, 4])
        model.node("GlobalAveragePool", ["x"], ["mean"])
        model.constant("ones", [1, 1, 4, 4], [Float](repeating: 1, count: 16))
        model.node("Mul", ["mean", "ones"], ["y"])
        model.output("y", [1, 1, 4, 4])
        let session = try OnnxSession(path: model.write(to: folder.url))
        let format = FrameFormat(width: 8, height: 4, pixelFormat: .gray)
        let spec = InputGeometryTests.spec(
            .letterbox,
            pixels: PixelSpec(layout: .nchw, color: .gray, mean: [-0.5], std: [1]))
        var estimator = try OnnxEstimator(spec: spec, session: session, format: format)
        var map = ConfidenceMap(width: 0, height: 0)
        try estimator.estimate(Frame.painted(format) { _, _, _ in 255 }, into: &map)
        // Half the input is white, 1.5 after normalisation, and half is black, 0.5.
        #expect(map == ConfidenceMap(width: 4, height: 2, repeating: 1))
    }

    /// Models that cannot be used, and what the error and its hint must say.
    static let unusable: [(name: String, words: [String], hint: String)] = [
        ("open channels", ["x float32[?, ?, ?, ?]", "channels"], "3 for colours"),
        ("no shape", ["expected an image [1, 3, ?, ?]"], "export"),
        ("rank 2", ["expected an image [1, 3, ?, ?]", "x float32[1, 7]"], "export"),
        ("rank 5", ["x float32[1, 3, 1, ?, ?]"], "export"),
        ("other order", ["x float32[1, ?, ?, 3]"], "estimator.layout: nhwc"),
        ("grey", ["x float32[1, 1, ?, ?]"], "estimator.colour: gray"),
        ("four channels", ["x float32[1, 4, ?, ?]"], "one channel, grey, or three"),
        ("two pictures", ["x float32[2, 3, ?, ?]"], "export"),
        ("bytes", ["x uint8[1, 3, ?, ?]"], "export"),
        ("output turned", ["no map", "nchw"], "estimator.output_layout: nhwc"),
        ("classes", ["no map", "[1, 3]"], "another output"),
        ("huge", ["too large"], "elements"),
    ]

    private static func model(_ name: String) -> TinyOnnx {
        func identity(_ shape: [TinyOnnx.Dimension]) -> TinyOnnx {
            .one("Identity", input: shape, output: shape)
        }
        switch name {
        case "open channels": return identity(["n", "c", "h", "w"])
        case "no shape": return identity([])
        case "rank 2": return identity([1, 7])
        case "rank 5": return identity([1, 3, 1, "h", "w"])
        case "other order": return identity([1, "h", "w", 3])
        case "grey": return identity([1, 1, "h", "w"])
        case "four channels": return identity([1, 4, "h", "w"])
        case "two pictures": return identity([2, 3, "h", "w"])
        case "output turned": return RedNetwork(outputLayout: .nhwc).model
        case "huge": return identity([1, 3, 100_000, 100_000])
        case "bytes":
            var model = TinyOnnx()
            model.input("x", [1, 3, "h", "w"], .uint8)
            model.node("Cast", ["x"], ["y"], [("to", .int(1))])
            model.output("y", [1, 3, "h", "w"])
            return model
        default:
            var model = TinyOnnx()
            model.input("x", [1, 3, "h", "w"])
            model.node("GlobalAveragePool", ["x"], ["mean"])
            model.node("Flatten", ["mean"], ["y"])
            model.output("y", [1, 3])
            return model
        }
    }

    @Test("A model that is no estimator is refused, and the hint says what to change")
    func refusals() throws {
        let folder = try TestFolder()
        for item in Self.unusable {
            let session = try OnnxSession(path: Self.model(item.name).write(to: folder.url))
            let error = #expect(throws: MaskStreamError.self, "\(item.name)") {
                _ = try OnnxEstimator(
                    spec: InputGeometryTests.spec(.area), session: session,
                    format: FrameFormat(width: 80, height: 40))
            }
            guard let error else { continue }
            #expect(error.code == .configuration)
            for word in item.words + ["tiny.onnx"] {
                #expect(error.message.contains(word), "\(item.name): \(error.message)")
            }
            #expect(error.hint?.contains(item.hint) == true, "\(item.name): \(error.hint ?? "")")
        }
    }
}
