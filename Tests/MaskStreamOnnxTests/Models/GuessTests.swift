import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

struct GuessTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func guess(_ model: TinyOnnx) throws -> EstimatorGuess {
        try EstimatorGuess(OnnxSession(path: model.write(to: folder.url)))
    }

    @Test("Order, size, output and activation are seen")
    func sees() throws {
        let open = try guess(RedNetwork().model)
        #expect(open.layout == .nchw && open.color == .rgb && open.size == nil)
        #expect(open.maps.map(\.name) == ["map"])
        let fixed = try guess(
            RedNetwork(
                layout: .nhwc, width: 24, height: 16, head: .classes, outputLayout: .nhwc,
                shrink: 2
            ).model)
        #expect(fixed.layout == .nhwc && fixed.size == [24, 16])
        #expect(fixed.best.shape == [1, 8, 12, 4] && fixed.best.layout == .nhwc)
        #expect(fixed.best.activation == .softmax && fixed.best.channels == [1, 2, 3])
        let several = try guess(RedNetwork(head: .logit, others: 2).model)
        #expect(several.maps.map(\.name) == ["other0", "other1", "map"])
        #expect(several.best.name == "other0" && several.best.activation == .sigmoid)
        let turned = try guess(RedNetwork(head: .pairOfShares, outputLayout: .nhwc).model)
        #expect(turned.best.layout == .nhwc && turned.best.activation == .none)
    }

    @Test("The output of the fewest channels is meant: a matte rather than a picture")
    func fewestChannels() throws {
        var model = TinyOnnx()
        model.input("x", [1, 3, 32, 32])
        model.node("Neg", ["x"], ["foreground"])
        model.node("ReduceMax", ["x"], ["alpha"], [("axes", .ints([1]))])
        model.node("GlobalAveragePool", ["x"], ["class"])
        for (name, channels) in [("foreground", 3), ("alpha", 1)] as [(String, Int)] {
            model.output(name, [1, .fixed(channels), 32, 32])
        }
        model.output("class", [1, 3, 1, 1])
        let guess = try guess(model)
        #expect(guess.maps.map(\.name) == ["foreground", "alpha"])
        #expect(guess.best.name == "alpha")
    }

    @Test("A profile that says otherwise is corrected line by line")
    func corrections() throws {
        let network = RedNetwork(layout: .nhwc, head: .pair, others: 1)
        let guess = try guess(network.model)
        var spec = InputGeometryTests.spec(.area, channels: [5])
        spec.output = "nothing"
        #expect(
            guess.corrections(to: spec) == [
                "layout: nhwc", "output: \"other0\"", "activation: softmax", "channels: [1]",
            ])
        spec.output = "map"
        spec.channels = [0]
        spec.pixels.layout = .nhwc
        spec.outputLayout = .nhwc
        spec.activation = .softmax
        #expect(guess.corrections(to: spec) == ["output_layout: nchw"])
    }

    @Test("The range of a map is tried, with the normalisations that are usual")
    func ranges() throws {
        for (factor, offset, activation, scale, normalization) in [
            (1, 0, .none, 1, 1), (255, 0, .none, 255, 1), (65_535, 0, .none, 65_535, 1),
            (8, -4, .sigmoid, 1, 0), (0, 0.5, .none, 1, 0),
        ] as [(Float, Float, EstimatorSpec.Activation, Float, Int)] {
            let guess = try guess(.linear(factor, plus: offset))
            #expect(guess.best.activation == activation, "\(factor), \(guess.best.range)")
            #expect(guess.best.scale == scale && guess.normalization == normalization)
        }
        // Each channel scored by itself: none is the background's.
        let scores = try guess(.one("Sigmoid", input: [1, 3, 64, 64], output: [1, 3, 64, 64]))
        #expect(scores.best.activation == .none && scores.best.channels == [0])
        let larger = try guess(
            .one(
                "DepthToSpace", input: [1, 3, "h", "w"], output: [1, 3, "h", "w"],
                attributes: [("blocksize", .int(1))]))
        #expect(larger.best.activation == .none)
    }

    @Test("What is fixed or of another kind is named with the way to mend it")
    func unfit() throws {
        let shape: [TinyOnnx.Dimension] = [1, 3, "h", "w"]
        let models: [(model: TinyOnnx, says: [String], hint: String)] = [
            (
                .one("Identity", input: [4, 3, 64, 64], output: [4, 3, 64, 64]),
                ["takes 4 images at a time", "x float32[4, 3, 64, 64]"], "x:1,3,64,64"
            ),
            (
                .one(
                    "Identity", input: shape, output: shape, element: .float16,
                    outputElement: .float16), ["input is float16, not float32"], "keep_io_types"
            ),
            (
                .one(
                    "Cast", input: shape, output: shape, element: .uint8,
                    attributes: [("to", .int(1))]), ["input is uint8"], "input of float32"
            ),
            (
                .one(
                    "ArgMax", input: shape, output: [1, 1, "h", "w"], outputElement: .int64,
                    attributes: [("axis", .int(1))]), ["no output is a map", "int64"], "argmax"
            ),
        ]
        for (model, says, hint) in models {
            let error = #expect(throws: MaskStreamError.self) { try guess(model) }
            for word in says {
                #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
            }
            #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "")")
            #expect(error?.hint?.contains("profile.yaml") == false)
        }
        var classes = TinyOnnx()
        classes.input("x", [1, 3, "h", "w"])
        classes.node("ArgMax", ["x"], ["number"], [("axis", .int(1))])
        classes.node("Cast", ["number"], ["y"], [("to", .int(1))])
        classes.output("y", [1, 1, "h", "w"])
        expectError(.configuration, "numbers of classes", "0 to 2") { _ = try guess(classes) }
        var roots = TinyOnnx()
        roots.input("x", [1, 1, "h", "w"])
        roots.constant("below", [1], [-9])
        roots.node("Add", ["x", "below"], ["sum"])
        roots.node("Sqrt", ["sum"], ["y"])
        roots.output("y", [1, 1, "h", "w"])
        expectError(.configuration, "not numbers") { _ = try guess(roots) }
    }

    @Test("What is no estimator is refused")
    func refused() throws {
        expectError(.configuration, "no image", "x float32[?, ?, ?, ?]") {
            _ = try guess(
                .one("Identity", input: ["n", "c", "h", "w"], output: ["n", "c", "h", "w"]))
        }
        expectError(.configuration, "no image") {
            _ = try guess(.one("Identity", input: [1, 7], output: [1, 7]))
        }
        expectError(.configuration, "no output is a map", "y float32[1, 3, 1, 1]") {
            _ = try guess(
                .one("GlobalAveragePool", input: [1, 3, 64, 64], output: [1, 3, 1, 1]))
        }
        var two = TinyOnnx()
        two.input("a", [1, 3, 8, 8])
        two.input("b", [1, 3, 8, 8])
        two.node("Add", ["a", "b"], ["y"])
        two.output("y", [1, 3, 8, 8])
        expectError(.configuration, "one input") { _ = try guess(two) }
    }
}
