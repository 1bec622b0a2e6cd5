import Foundation
import MaskStream

/// Reads a detector's outputs as boxes.
struct DetectionReader {
    /// The score below which a box is of no interest to any threshold.
    static let floor: Float = 0.05

    let spec: DetectorSpec
    let activation: EstimatorSpec.Activation
    /// The classes that count.
    let classes: [Int]
    /// The input's size.
    let width: Int
    let height: Int
    private let model: String

    /// The boxes of all classes, over a primary model's input.
    init(_ spec: PrimarySpec, _ detector: DetectorSpec) {
        self.spec = detector
        activation = spec.activation
        classes = Array(spec.labels.indices)
        (width, height) = (spec.width, spec.height)
        model = spec.file.path
    }

    init(_ spec: EstimatorSpec, _ detector: DetectorSpec, width: Int, height: Int) {
        self.spec = detector
        activation = spec.activation
        classes = spec.channels
        self.width = width
        self.height = height
        model = spec.file.path
    }

    /// The boxes of the wanted classes; nil where a score is no number or a box lies far outside, as
    /// of a model whose numbers overflowed.
    ///
    /// - Throws: `MaskStreamError` `configuration` for shapes that the manifest does not describe.
    func read(_ values: [OnnxValue]) throws -> [ScoredBox]? {
        let found =
            switch spec.form {
            case .table(let table): try boxes(of: table, values)
            case .grids(let grids): try boxes(of: grids, values)
            }
        guard let found, found.allSatisfy(isPlausible) else { return nil }
        return ScoredBox.suppress(found, maxOverlap: spec.maxOverlap)
    }

    private func isPlausible(_ box: ScoredBox) -> Bool {
        let far = 16 * Float(max(width, height))
        return [box.x1, box.y1, box.x2, box.y2].allSatisfy { abs($0) <= far }
    }

    /// The error for outputs that the manifest does not describe.
    func mismatch(_ problem: String, hint: String) -> MaskStreamError {
        MaskStreamError(.configuration, "\(problem) (\(model))", hint: hint)
    }

    /// A score of a class by itself, from what the model gives.
    func activate(_ value: Float) -> Float {
        activation == .none ? value : 1 / (1 + exp(-value))
    }
}
