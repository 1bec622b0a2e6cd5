import MaskStream

/// A vision transformer that is given the patches of a crop of which enough is kept.
///
/// Input: the crop, `[1, C, H, W]` or `[1, H, W, C]` float32, and `keep`, the indices of patches
/// row by row, `[K]` int64. Output: `[1, numbers]` float32. With fewer patches a run takes less time.
struct PatchNetwork: PrimaryNetwork {
    private let spec: PrimarySpec
    private let vit: VitSpec
    private let seesAll: Bool
    private let outputs: OnnxOutputs

    let batch = 1

    /// - Throws: `MaskStreamError` `configuration` for tensors that are not what the profile says.
    init(
        _ spec: PrimarySpec, _ vit: VitSpec, _ session: OnnxSession, seesAll: Bool
    ) throws {
        self.spec = spec
        self.vit = vit
        self.seesAll = seesAll
        outputs = try OnnxOutputs(
            session, inputShape: spec.inputShape(batch: 1), names: [nil], indexName: "keep")
        let check = TensorCheck(path: session.path)
        let expected = "output float32\(OnnxTensor.text([1, spec.outputCount]))"
        // One patch is tried and all: a length that the file fixes shows itself.
        for indices in [[0], Array(0..<count)] {
            try outputs.set(indices: indices)
            guard try outputs.probe()[0].shape == [1, spec.outputCount] else {
                throw check.mismatch(expected, session.outputs)
            }
        }
    }

    private var columns: Int { spec.width / vit.patch }

    /// How many patches there are.
    private var count: Int { columns * (spec.height / vit.patch) }

    mutating func answers(to crops: [PrimaryCrop]) throws -> [PrimaryAnswer?] {
        try crops.map(answer)
    }

    private func answer(to crop: PrimaryCrop) throws -> PrimaryAnswer? {
        let seen = seesAll ? Array(0..<count) : touched(crop.coverage)
        guard !seen.isEmpty else { return nil }
        outputs.withInput { spec.write(crop, to: $0) }
        try outputs.set(indices: seen)
        let values = try outputs.run()[0].elements
        return PrimaryAnswer(values: values, tokens: Tokens(kept: seen.count, all: count))
    }

    /// The patches of which more than ``VitSpec/touch`` is kept.
    private func touched(_ coverage: [Float]) -> [Int] {
        let area = Float(vit.patch * vit.patch)
        return (0..<count).filter { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            var sum: Float = 0
            for y in row * vit.patch..<(row + 1) * vit.patch {
                for x in column * vit.patch..<(column + 1) * vit.patch {
                    sum += coverage[y * spec.width + x]
                }
            }
            return sum / area > vit.touch
        }
    }
}
