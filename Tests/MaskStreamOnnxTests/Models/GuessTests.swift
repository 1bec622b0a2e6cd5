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

    @Test("What is no estimator is refused")
    func refused() throws {
        expectError(.configuration, "no picture", "x float32[?, ?, ?, ?]") {
            _ = try guess(
                .one("Identity", input: ["n", "c", "h", "w"], output: ["n", "c", "h", "w"]))
        }
        expectError(.configuration, "no picture") {
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
