@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

/// A vision transformer that gives the mean colour of the patches that it is given: 2x2 patches of
/// 4x4 pixels.
struct PatchNetworkTests {
    private static let format = FrameFormat(width: 8, height: 8, pixelFormat: .gbrp)
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Writes the model; `keep` is the second input's name.
    private func session(keep: String = "keep", outputs: Int = 3) throws -> OnnxSession {
        var model = TinyOnnx()
        model.input("x", [1, 3, 8, 8])
        model.input(keep, ["count"], .int64)
        model.constant("shape", [1, 3, 4])
        let patch: [(String, TinyOnnx.Attribute)] = [
            ("kernel_shape", .ints([4, 4])), ("strides", .ints([4, 4])),
        ]
        model.node("AveragePool", ["x"], ["patches"], patch)
        model.node("Reshape", ["patches", "shape"], ["row"])
        model.node("Gather", ["row", keep], ["seen"], [("axis", .int(2))])
        model.node(
            "ReduceMean", ["seen"], ["y"], [("axes", .ints([2])), ("keepdims", .int(0))])
        model.output("y", [1, 3])
        return try OnnxSession(path: folder.write(model.bytes))
    }

    private static func spec(touch: Float = 0, labels: Int = 3) -> PrimarySpec {
        var spec = PrimarySpec(
            file: ModelReference(path: "vit.onnx"), width: 8, height: 8,
            pixels: PixelSpec(layout: .nchw, color: .rgb, mean: [0, 0, 0], std: [1, 1, 1]),
            normalize: .fixed, labels: Array(["red", "green", "blue", "gray"].prefix(labels)),
            margin: 0, fill: .zero, temperature: 0.1, interval: 0, skip: 0, maxSubjects: 1)
        spec.vit = VitSpec(patch: 4, touch: touch)
        return spec
    }

    /// Red at the upper left, green at the upper right, blue below.
    private static let frame = Frame.painted(format) { plane, x, y in
        let color = y >= 4 ? 2 : x >= 4 ? 1 : 0
        // Planes are green, blue and red.
        return plane == (color + 2) % 3 ? 255 : 0
    }

    private static func mask(_ isKept: (_ x: Int, _ y: Int) -> Bool) -> Mask {
        var mask = Mask(width: 8, height: 8)
        for index in mask.cells.indices where isKept(index % 8, index / 8) {
            mask.cells[index] = Mask.kept
        }
        return mask
    }

    private func look(
        _ mask: Mask?, spec: PrimarySpec = spec(), seesAll: Bool = false
    ) throws -> Prediction? {
        var model = try OnnxClassifier(spec: spec, session: session(), seesAll: seesAll)
        let box = Box(x: 0, y: 0, width: 8, height: 8)
        return try model.run(on: Self.frame, in: [Region(box: box, mask: mask)])[0]
    }

    @Test("It is given the patches that the mask touches, and no other")
    func touched() throws {
        let whole = try #require(try look(nil))
        #expect(whole.label == "blue" && whole.tokens == Tokens(kept: 4, all: 4))
        let red = try #require(try look(Self.mask { x, y in x < 4 && y < 4 }))
        #expect(red.label == "red" && red.tokens == Tokens(kept: 1, all: 4))
        #expect(red.confidence > 0.99)
        // One pixel of green: the patch counts as much as the red one, and is mostly filled.
        let both = try #require(try look(Self.mask { x, y in x < 5 && y < 1 || x < 4 && y < 4 }))
        #expect(both.label == "red" && both.tokens == Tokens(kept: 2, all: 4))
    }

    @Test("With touch a patch is seen if more than that share of it is kept")
    func share() throws {
        let mask = Self.mask { x, y in y < 4 && (x < 2 || x >= 5) }
        #expect(try look(mask, spec: Self.spec(touch: 0.49))?.tokens?.kept == 2)
        let half = try #require(try look(mask, spec: Self.spec(touch: 0.5)))
        #expect(half.label == "green" && half.tokens == Tokens(kept: 1, all: 4))
        #expect(try look(mask, spec: Self.spec(touch: 0.75)) == nil)
    }

    @Test("Without a patch there is no answer; regions are answered each by itself")
    func nothing() throws {
        var model = try OnnxClassifier(spec: Self.spec(), session: session())
        let box = Box(x: 0, y: 0, width: 8, height: 8)
        let masks = [Self.mask { _, _ in false }, Self.mask { x, y in x >= 4 && y < 4 }]
        let answers = try model.run(
            on: Self.frame, in: masks.map { Region(box: box, mask: $0) })
        #expect(answers[0] == nil && answers[1]?.label == "green")
    }

    @Test("Asked to see all, it sees masked patches filled")
    func filled() throws {
        let mask = Self.mask { x, y in x < 4 && y < 4 }
        let all = try #require(try look(mask, seesAll: true))
        let dropped = try #require(try look(mask))
        #expect(all.tokens == Tokens(kept: 4, all: 4) && all.label == "red")
        #expect(all.confidence < dropped.confidence)
    }

    @Test("An embedding is compared with the labels' vectors; uncalibrated, it casts no votes")
    func embedding() throws {
        var spec = Self.spec()
        spec.labels = ["sky", "fire"]
        spec.vectors = LabelVectors(names: spec.labels, length: 3, values: [0, 0, 1, 1, 0, 0])
        spec.isCalibrated = false
        let mask = Self.mask { x, y in x < 4 && y < 4 }
        let fire = try #require(try look(mask, spec: spec))
        #expect(fire.label == "fire" && !fire.isCalibrated)
        // Cosines 1 and 0 at temperature 0.1.
        #expect(abs(fire.confidence - softmax([1, 0], temperature: 0.1)[0]) < 1e-6)
        let probe = SubjectProbe(
            area: 1, threshold: 0.4, plan: ProbePlan(tighter: 0.5, looser: 0.3),
            reference: fire, current: fire, tighter: fire, looser: fire, truth: nil)
        #expect(!probe.votes)
    }

    @Test("A model without the input, or with another output, is refused")
    func refused() throws {
        let error = expectError(.configuration, "no input keep int64[?]") {
            _ = try OnnxClassifier(spec: Self.spec(), session: try session(keep: "mask"))
        }
        #expect(error?.hint?.contains("drop-patches") == true)
        expectError(.configuration, "expected output float32[1, 4]") {
            _ = try OnnxClassifier(spec: Self.spec(labels: 4), session: try session())
        }
    }
}
