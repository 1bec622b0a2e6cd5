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

    /// - Throws: `MaskStreamError` `configuration` for a shape that is no map.
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
        precondition(
            tensor.count >= channels * tensorWidth * tensorHeight, "a value for each cell")
        let isPlanar = spec.pixels.layout == .nchw
        let (cellStep, channelStep) =
            isPlanar ? (1, tensorWidth * tensorHeight) : (channels, 1)
        return [Float](unsafeUninitializedCapacity: width * height) { map, count in
            count = width * height
            guard let map = map.baseAddress, let tensor = tensor.baseAddress else { return }
            map.initialize(repeating: 0, count: count)
            for y in 0..<height {
                let cells = tensor + ((top + y) * tensorWidth + left) * cellStep
                let row = map + y * width
                switch spec.activation {
                case .none:
                    add(cells, cellStep, channelStep, to: row) { $0 }
                case .sigmoid:
                    add(cells, cellStep, channelStep, to: row) { 1 / (1 + exp(-$0)) }
                case .softmax:
                    addShares(cells, cellStep, channelStep, to: row)
                }
            }
        }
    }

    /// Adds up the wanted channels of a row of cells.
    @inline(__always)
    private func add(
        _ cells: UnsafePointer<Float>, _ cellStep: Int, _ channelStep: Int,
        to row: UnsafeMutablePointer<Float>, _ activation: (Float) -> Float
    ) {
        for channel in spec.channels {
            let values = cells + channel * channelStep
            for x in 0..<width { row[x] += activation(values[x * cellStep]) }
        }
    }

    /// Adds up the wanted channels' shares of the softmax over all channels.
    private func addShares(
        _ cells: UnsafePointer<Float>, _ cellStep: Int, _ channelStep: Int,
        to row: UnsafeMutablePointer<Float>
    ) {
        for x in 0..<width {
            let logits = cells + x * cellStep
            var top = logits[0]
            for channel in 1..<channels { top = max(top, logits[channel * channelStep]) }
            var sum: Float = 0
            for channel in 0..<channels { sum += exp(logits[channel * channelStep] - top) }
            for channel in spec.channels {
                row[x] += exp(logits[channel * channelStep] - top) / sum
            }
        }
    }
}
