import Foundation
import MaskStream
import MaskStreamOnnx
import MaskStreamTestSupport
import Testing

struct BindingTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func session(_ model: TinyOnnx, threads: Int = 1) throws -> OnnxSession {
        try OnnxSession(path: model.write(to: folder.url), threads: threads)
    }

    private func run(_ binding: OnnxBinding, on values: [Float]) throws -> [Float] {
        binding.withInput { input in
            #expect(input.count == values.count)
            _ = input.update(from: values)
        }
        try binding.run()
        return binding.withOutput { Array($0) }
    }

    @Test(arguments: [1, 2])
    func runsAgainAndAgain(threads: Int) throws {
        let session = try session(.addition, threads: threads)
        let binding = try OnnxBinding(
            session, inputName: "x", inputShape: [1, 2, 1, 3], outputName: "y",
            outputShape: [1, 2, -1, -1])
        #expect(binding.output.shape == [1, 2, 1, 3])
        for start in [Float(0), 0, 7] {
            let values = (0..<6).map { start + Float($0) }
            let expected = zip(values, [Float(1), 1, 1, 2, 2, 2]).map { $0 + $1 }
            #expect(try run(binding, on: values) == expected)
        }
    }

    @Test func bindsSeveralSizesOfOneSession() throws {
        let session = try session(.addition)
        let portrait = try OnnxBinding(session, inputShape: [1, 2, 4, 2])
        let landscape = try OnnxBinding(session, inputShape: [1, 2, 2, 4])
        #expect(portrait.output.shape == [1, 2, 4, 2])
        #expect(landscape.output.shape == [1, 2, 2, 4])
        let one = try run(portrait, on: [Float](repeating: 0, count: 16))
        #expect(try run(landscape, on: [Float](repeating: 1, count: 16)) == one.map { $0 + 1 })
        #expect(portrait.withOutput { Array($0) } == one, "each has memory of its own")
    }

    @Test func memoryIsAligned() throws {
        let binding = try OnnxBinding(session(.addition), inputShape: [1, 2, 1, 3])
        #expect(binding.withInput { Int(bitPattern: $0.baseAddress) % 64 } == 0)
        #expect(binding.withOutput { Int(bitPattern: $0.baseAddress) % 64 } == 0)
    }

    @Test func shapesThatOnlyARunTells() throws {
        var model = TinyOnnx()
        model.input("x", [1, 1, "h", "w"])
        model.constant("roi", [0], [])
        model.constant("scales", [4], [1, 1, 2, 2])
        model.node("Resize", ["x", "roi", "scales"], ["y"], [("mode", .string("nearest"))])
        model.output("y", [1, 1, "h2", "w2"])
        let binding = try OnnxBinding(session(model), inputShape: [1, 1, 1, 2])
        #expect(binding.output.shape == [1, 1, 2, 4])
        #expect(try run(binding, on: [3, 5]) == [3, 3, 5, 5, 3, 3, 5, 5])
    }

    @Test func convolves() throws {
        var model = TinyOnnx()
        model.input("x", [1, 1, 3, 3])
        model.constant("w", [1, 1, 3, 3], [Float](repeating: 1, count: 9))
        model.node("Conv", ["x", "w"], ["z"], [("pads", .ints([1, 1, 1, 1]))])
        model.node("Sigmoid", ["z"], ["y"])
        model.output("y", [1, 1, 3, 3])
        let binding = try OnnxBinding(session(model), inputShape: [1, 1, 3, 3])
        let output = try run(binding, on: [0, 0, 0, 0, 1, 0, 0, 0, 0])
        #expect(output.allSatisfy { abs($0 - 0.7310586) < 1e-6 })
    }

    @Test func passesItsInputOn() throws {
        let model = TinyOnnx.one("Identity", input: ["n"], output: ["n"])
        let binding = try OnnxBinding(session(model), inputShape: [3])
        #expect(try run(binding, on: [1, 2, 3]) == [1, 2, 3])
        #expect(try run(binding, on: [4, 5, 6]) == [4, 5, 6])
    }

    @Test func namesTheTensorThatDoesNotFit() throws {
        let session = try session(.addition)
        expectError(.configuration, "input image", "x float32[1, 2, ?, ?]", "tiny.onnx") {
            _ = try OnnxBinding(session, inputName: "image", inputShape: [1, 2, 4, 4])
        }
        expectError(.configuration, "x float32[1, 3, 4, 4]", "x float32[1, 2, ?, ?]") {
            _ = try OnnxBinding(session, inputShape: [1, 3, 4, 4])
        }
        expectError(.configuration, "x float32[2, 4, 4]") {
            _ = try OnnxBinding(session, inputShape: [2, 4, 4])
        }
        expectError(.configuration, "output map", "y float32[1, 2, ?, ?]") {
            _ = try OnnxBinding(session, inputShape: [1, 2, 4, 4], outputName: "map")
        }
        expectError(.configuration, "y float32[1, 5, ?, ?]", "y float32[1, 2, ?, ?]") {
            _ = try OnnxBinding(
                session, inputShape: [1, 2, 4, 4], outputShape: [1, 5, -1, -1])
        }
        expectError(.configuration, "y float32[1, 2, 2, 2]", "y float32[1, 2, 4, 4]") {
            _ = try OnnxBinding(session, inputShape: [1, 2, 4, 4], outputShape: [1, 2, 2, 2])
        }
    }

    @Test func takesFloatsOnly() throws {
        let model = TinyOnnx.one("Identity", input: [1], output: [1], element: .uint8)
        expectError(.configuration) {
            // Already the declared float output does not fit; so does the input.
            _ = try OnnxBinding(session(model), inputShape: [1])
        }
        var cast = TinyOnnx()
        cast.input("x", [2], .uint8)
        cast.node("Cast", ["x"], ["y"], [("to", .int(1))])
        cast.output("y", [2])
        expectError(.configuration, "not float32", "x uint8[2]") {
            _ = try OnnxBinding(session(cast), inputShape: [2])
        }
    }

    @Test func wantsOneInput() throws {
        var model = TinyOnnx()
        model.input("a", [1])
        model.input("b", [1])
        model.node("Add", ["a", "b"], ["y"])
        model.output("y", [1])
        let session = try session(model)
        for name in [nil, "a"] {
            expectError(.configuration, "a float32[1], b float32[1]") {
                _ = try OnnxBinding(session, inputName: name, inputShape: [1])
            }
        }
    }

    @Test func takesTheFirstOutputOrTheNamedOne() throws {
        var model = TinyOnnx()
        model.input("x", [2])
        model.node("Neg", ["x"], ["first"])
        model.node("Abs", ["x"], ["second"])
        model.output("first", [2])
        model.output("second", [2])
        let session = try session(model)
        let first = try OnnxBinding(session, inputShape: [2])
        let second = try OnnxBinding(session, inputShape: [2], outputName: "second")
        #expect(try run(first, on: [-1, 2]) == [1, -2])
        #expect(try run(second, on: [-1, 2]) == [1, 2])
    }

    @Test func refusesShapesWithoutOrWithTooManyElements() throws {
        let session = try session(.addition)
        for size in [0, -1, 1 << 20, Int.max] {
            expectError(.configuration, "empty or too large") {
                _ = try OnnxBinding(session, inputShape: [1, 2, size, size])
            }
        }
    }

    @Test func modelThatNeverRunsDoesNotBind() throws {
        var model = TinyOnnx()
        model.input("x", ["n"])
        model.constant("c", [3], [1, 2, 3])
        model.node("Add", ["x", "c"], ["y"])
        model.output("y", ["m"])
        let session = try session(model)
        expectError(.configuration, "x float32[2]", "tiny.onnx") {
            _ = try OnnxBinding(session, inputShape: [2])
        }
    }

    @Test func failureWhileRunningIsItsOwnError() throws {
        let binding = try OnnxBinding(session(.lookup), inputShape: [2])
        #expect(try run(binding, on: [0, 2]) == [10, 30])
        let error = expectError(.software, "tiny.onnx") { _ = try run(binding, on: [0, 7]) }
        #expect((error?.underlying as? OnnxError)?.operation == "run")
        #expect(try run(binding, on: [1, 1]) == [20, 20], "it runs again afterwards")
    }

    @Test func outputThatDependsOnContentFailsWhenItChanges() throws {
        var model = TinyOnnx()
        model.input("x", [3])
        model.constant("one", [1], [1])
        model.node("Less", ["x", "one"], ["small"])
        model.node("Compress", ["x", "small"], ["y"])
        model.output("y", ["n"])
        let binding = try OnnxBinding(session(model), inputShape: [3])
        #expect(binding.output.shape == [3])
        expectError(.software) { _ = try run(binding, on: [0, 5, 0]) }
    }

    @Test func movesIntoAQueue() throws {
        let path = try TinyOnnx.addition.write(to: folder.url)
        let session = try OnnxSession(path: path)
        let binding = try OnnxBinding(session, inputShape: [1, 2, 1, 1])
        let confined = Confined(binding, label: "test")
        try confined.sync { try $0.run() }
        #expect(confined.sync { $0.withOutput { Array($0) } } == [1, 2])
    }
}
