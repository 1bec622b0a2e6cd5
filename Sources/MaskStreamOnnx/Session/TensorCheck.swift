import MaskStream

/// Compares what a model declares with what its profile expects of it.
struct TensorCheck {
    /// The model's file, for messages.
    let path: String

    /// The float32 tensor of a name; nil takes the first.
    func find(_ name: String?, in tensors: [OnnxTensor], _ kind: String) throws -> OnnxTensor {
        let found = try named(name, in: tensors, kind)
        guard found.elementType == .float32 else { throw wrongType(found, kind) }
        return found
    }

    /// The tensor of a name, whatever its type; nil takes the first.
    func named(_ name: String?, in tensors: [OnnxTensor], _ kind: String) throws -> OnnxTensor {
        guard let found = tensors.first(where: { name == nil || $0.name == name }) else {
            throw mismatch(name.map { "\(kind) \($0)" } ?? "an \(kind)", tensors)
        }
        return found
    }

    /// The only input of a model, where it is an image at a time.
    func image(_ inputs: [OnnxTensor]) throws -> OnnxTensor {
        guard inputs.count == 1 else { throw several(inputs) }
        let input = try find(nil, in: inputs, "input")
        guard input.shape.count != 4 || input.shape[0] <= 1 else {
            var one = input.shape
            one[0] = 1
            let sizes = one.allSatisfy { $0 > 0 } ? one.map(String.init) : []
            throw MaskStreamError(
                .configuration,
                "the model takes \(input.shape[0]) images at a time, not one: \(input) (\(path))",
                hint: "export it again for a batch of 1"
                    + (sizes.isEmpty
                        ? ""
                        : ", or try: onnxsim IN OUT --overwrite-input-shape "
                            + "\(input.name):\(sizes.joined(separator: ","))"))
        }
        return input
    }

    /// Checks that a model takes a list of indices.
    func indices(_ name: String, in inputs: [OnnxTensor]) throws {
        let found = inputs.first { $0.name == name }
        guard let found, found.elementType == .int64, found.accepts([-1]) else {
            let tensors = inputs.map(\.description).joined(separator: ", ")
            throw MaskStreamError(
                .configuration,
                "the model has no input \(name) int64[?] of patches: \(tensors) (\(path))",
                hint: "make one: python -m maskstream_training drop-patches IN.onnx OUT.onnx")
        }
    }

    /// The error for a model with other inputs beside the image.
    func several(_ inputs: [OnnxTensor]) -> MaskStreamError {
        let tensors = inputs.map(\.description).joined(separator: ", ")
        return MaskStreamError(
            .configuration,
            "the model has \(inputs.count) inputs where one input is expected: \(tensors) (\(path))",
            hint: "export it with the image as its only input, the others as constants")
    }

    private func wrongType(_ found: OnnxTensor, _ kind: String) -> MaskStreamError {
        let isHalf = ["float16", "bfloat16", "float64"].contains(found.elementType.description)
        let hint =
            isHalf
            ? "convert it with float32 at both ends; from Python, for one of float32: "
                + "onnxconverter_common.float16.convert_float_to_float16(model, keep_io_types=True)"
            : kind == "input"
                ? "export it without its own conversion of pixels: with an input of float32"
                : "export the scores for each pixel, before classes are chosen (argmax)"
        return MaskStreamError(
            .configuration,
            "the model's \(kind) is \(found.elementType), not float32: \(found) (\(path))",
            hint: hint)
    }

    /// Checks a concrete shape against an input and counts its elements.
    func input(_ declared: OnnxTensor, accepts shape: [Int]) throws -> Int {
        let expected = "input \(declared.name) float32\(OnnxTensor.text(shape))"
        guard declared.accepts(shape) else { throw mismatch(expected, [declared]) }
        return try count(of: shape, expected)
    }

    /// Checks an output that the model declares against the expected shape.
    func output(_ declared: OnnxTensor, agrees shape: [Int]?) throws {
        guard let shape, !declared.accepts(shape) else { return }
        throw mismatch("output \(declared.name) float32\(OnnxTensor.text(shape))", [declared])
    }

    /// Checks the output that a run gave, and counts its elements.
    func output(
        _ found: OnnxTensor, agrees shape: [Int]?, of declared: OnnxTensor
    ) throws -> Int {
        if let shape, !OnnxTensor.agree(found.shape, shape) {
            throw mismatch("output \(found.name) float32\(OnnxTensor.text(shape))", [found])
        }
        guard declared.accepts(found.shape), found.elementType == .float32 else {
            throw mismatch("output \(declared)", [found])
        }
        return try count(of: found.shape, "output \(found)")
    }

    /// The error for a model that has other tensors than expected.
    func mismatch(_ expected: String, _ found: [OnnxTensor]) -> MaskStreamError {
        let tensors = found.isEmpty ? "none" : found.map(\.description).joined(separator: ", ")
        return MaskStreamError(
            .configuration,
            "the model does not fit its profile: expected \(expected), found \(tensors) (\(path))",
            hint: "export the model with these tensors, or correct profile.yaml")
    }

    /// The error for a model that cannot run on the expected input at all.
    func unusable(
        _ shape: [Int], _ declared: OnnxTensor, _ cause: OnnxError
    ) -> MaskStreamError {
        MaskStreamError(
            .configuration,
            "the model does not run on input \(declared.name) "
                + "float32\(OnnxTensor.text(shape)): \(cause.message) (\(path))",
            hint: "correct the input's size in profile.yaml, or export the model again",
            underlying: cause)
    }

    private func count(of shape: [Int], _ tensor: String) throws -> Int {
        guard let count = TensorMemory.count(of: shape) else {
            throw MaskStreamError(
                .configuration, "a tensor is empty or too large: \(tensor) (\(path))",
                hint: "a tensor has 1 to \(TensorMemory.mostElements) elements; correct the"
                    + " input's size in profile.yaml")
        }
        return count
    }
}
