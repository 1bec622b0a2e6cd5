import MaskStream

/// A primary model that sees whole crops, several at once.
///
/// Input: `[N, C, H, W]` or `[N, H, W, C]` float32. Output: `[N, numbers]` float32. N is up to
/// ``OnnxClassifier/largestBatch`` where the model leaves it open, else 1.
struct BatchNetwork: PrimaryNetwork {
    private let spec: PrimarySpec
    private let session: OnnxSession
    /// A binding for each batch size from 1 on; the larger ones are made when they are needed.
    private var bindings: [OnnxBinding?]

    var batch: Int { bindings.count }

    /// - Throws: `MaskStreamError` `configuration` for tensors that are not what the profile says.
    init(_ spec: PrimarySpec, _ session: OnnxSession) throws {
        self.spec = spec
        self.session = session
        let isOpen = session.inputs.first?.shape.first.map { $0 < 0 } ?? false
        bindings = Array(repeating: nil, count: isOpen ? OnnxClassifier.largestBatch : 1)
        _ = try binding(of: 1)
        do {
            _ = try binding(of: bindings.count)
        } catch {
            // Its batch is open in name alone, as where a later layer fixes it.
            bindings.removeLast(bindings.count - 1)
        }
    }

    mutating func answers(to crops: [PrimaryCrop]) throws -> [PrimaryAnswer?] {
        let binding = try binding(of: crops.count)
        binding.withInput { input in
            let count = input.count / crops.count
            for (index, crop) in crops.enumerated() {
                let part = input[index * count..<(index + 1) * count]
                spec.write(crop, to: UnsafeMutableBufferPointer(rebasing: part))
            }
        }
        try binding.run()
        return binding.withOutput { output in
            let count = spec.outputCount
            return crops.indices.map { index in
                PrimaryAnswer(values: Array(output[index * count..<(index + 1) * count]))
            }
        }
    }

    private mutating func binding(of count: Int) throws -> OnnxBinding {
        if let binding = bindings[count - 1] { return binding }
        let binding = try OnnxBinding(
            session, inputShape: spec.inputShape(batch: count),
            outputShape: [count, spec.outputCount])
        bindings[count - 1] = binding
        return binding
    }
}
