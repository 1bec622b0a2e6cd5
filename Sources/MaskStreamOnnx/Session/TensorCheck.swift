import MaskStream

/// Compares what a model declares with what its profile expects of it.
struct TensorCheck {
    /// The model's file, for messages.
    let path: String

    /// The tensor of a name; nil takes the first.
    func find(_ name: String?, in tensors: [OnnxTensor], _ kind: String) throws -> OnnxTensor {
        guard let found = tensors.first(where: { name == nil || $0.name == name }) else {
            throw mismatch(name.map { "\(kind) \($0)" } ?? "an \(kind)", tensors)
        }
        guard found.elementType == .float32 else {
            throw mismatch("\(kind) \(found.name) float32", [found])
        }
        return found
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
