import Foundation
import MaskStream

/// Reads an estimator's output tensor as an upright map of the picture.
struct MapReader {
    /// Cells in a row of the map.
    let width: Int
    /// Rows of the map.
    let height: Int
    private let spec: EstimatorSpec
    private let channels: Int
    private let tensorWidth: Int
    private let tensorHeight: Int
    private let left: Int
    private let top: Int

    /// - Throws: ``MaskStreamError`` `configuration` for a shape that is no map.
    init(spec: EstimatorSpec, shape: [Int], geometry: InputGeometry, model: String) throws {
        self.spec = spec
        let isPlanar = spec.pixels.layout == .nchw
        let layout: (channels: Int, height: Int, width: Int)
        switch shape.count {
        case 4 where isPlanar: layout = (shape[1], shape[2], shape[3])
        case 4: layout = (shape[3], shape[1], shape[2])
        case 3: layout = (1, shape[1], shape[2])
        default:
            throw MaskStreamError(
                .configuration, "the model's output \(shape) is no map (\(model))",
                hint: "expected [1, C, h, w], [1, h, w, C] or [1, h, w]")
        }
        (channels, tensorHeight, tensorWidth) = layout
        guard spec.channels.allSatisfy({ $0 < layout.channels }), !spec.channels.isEmpty else {
            throw MaskStreamError(
                .configuration,
                "estimator.channels \(spec.channels) are not in the output \(shape) (\(model))",
                hint: "the output has \(channels) channel(s), counted from 0")
        }
        // The part of the output that lies over the picture, without a letterbox's bars.
        let content = geometry.content
        let scaleX = Double(layout.width) / Double(geometry.width)
        let scaleY = Double(layout.height) / Double(geometry.height)
        left = min(Int((Double(content.x) * scaleX).rounded()), layout.width - 1)
        top = min(Int((Double(content.y) * scaleY).rounded()), layout.height - 1)
        width = max(1, min(layout.width - left, Int((Double(content.width) * scaleX).rounded())))
        height = max(1, min(layout.height - top, Int((Double(content.height) * scaleY).rounded())))
    }

    /// The confidence of each cell, row by row.
    func read(_ tensor: UnsafeBufferPointer<Float>) -> [Float] {
        [Float](unsafeUninitializedCapacity: width * height) { map, count in
            for y in 0..<height {
                for x in 0..<width {
                    map[y * width + x] = confidence(tensor, x: left + x, y: top + y)
                }
            }
            count = width * height
        }
    }

    private func confidence(_ tensor: UnsafeBufferPointer<Float>, x: Int, y: Int) -> Float {
        let (start, step) =
            spec.pixels.layout == .nchw
            ? (y * tensorWidth + x, tensorWidth * tensorHeight)
            : ((y * tensorWidth + x) * channels, 1)
        switch spec.activation {
        case .none:
            return spec.channels.reduce(0) { $0 + tensor[start + $1 * step] }
        case .sigmoid:
            return spec.channels.reduce(0) { $0 + 1 / (1 + exp(-tensor[start + $1 * step])) }
        case .softmax:
            let logits = (0..<channels).map { tensor[start + $0 * step] }
            let shares = softmax(logits)
            return spec.channels.reduce(0) { $0 + shares[$1] }
        }
    }
}

/// Turns logits into probabilities that add up to 1; NaN stays NaN.
func softmax(_ logits: [Float], temperature: Float = 1) -> [Float] {
    let top = logits.max() ?? 0
    let powers = logits.map { exp(($0 - top) / temperature) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}
