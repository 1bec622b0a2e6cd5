import Foundation
import MaskStream

/// Reads an estimator's output tensor as an upright map of the image.
struct MapReader {
    private let spec: EstimatorSpec
    private let shape: MapShape
    private let columns: MapAxis
    private let rows: MapAxis

    /// Cells in a row of the map.
    var width: Int { columns.count }
    /// Rows of the map.
    var height: Int { rows.count }

    /// - Throws: `MaskStreamError` `configuration` for a shape that is no map.
    init(spec: EstimatorSpec, shape: [Int], geometry: InputGeometry, model: String) throws {
        self.spec = spec
        let (inputWidth, inputHeight) = (geometry.width, geometry.height)
        let layout = spec.outputLayout
        let text = OnnxTensor.text(shape)
        guard let map = MapShape(shape, layout: layout), map.lies(over: inputWidth, by: inputHeight)
        else {
            let other = PixelSpec.Layout.allCases.first { other in
                other != layout
                    && MapShape(shape, layout: other)?.lies(over: inputWidth, by: inputHeight)
                        == true
            }
            throw MaskStreamError(
                .configuration,
                "the output \(text) is no map of the input, \(inputWidth) wide and "
                    + "\(inputHeight) high, in the order \(layout.rawValue) (\(model))",
                hint: other.map { "set estimator.output_layout: \($0.rawValue)" }
                    ?? "expected [1, C, h, w], [1, h, w, C] or one of them without the 1; name "
                    + "another output in estimator.output, or export the model's map")
        }
        guard spec.channels.allSatisfy({ $0 < map.channels }), !spec.channels.isEmpty else {
            throw MaskStreamError(
                .configuration,
                "estimator.channels \(spec.channels) are not in the output \(text) (\(model))",
                hint: "the output has \(map.channels) channel(s), counted from 0")
        }
        self.shape = map
        // Without a letterbox's bars.
        let content = geometry.content
        columns = MapAxis(
            content: content.x..<content.x + content.width, input: geometry.width,
            output: map.width)
        rows = MapAxis(
            content: content.y..<content.y + content.height, input: geometry.height,
            output: map.height)
    }

    /// The confidence of each cell, row by row.
    func read(_ tensor: UnsafeBufferPointer<Float>) -> [Float] {
        let cells = readCells(tensor)
        guard columns.taps != nil || rows.taps != nil else { return cells }
        let stride = columns.read.count
        return (0..<height).flatMap { y in
            let (upper, lower, down) = rows.tap(y)
            return (0..<width).map { x in
                let (left, right, across) = columns.tap(x)
                func row(_ y: Int) -> Float {
                    let first = cells[y * stride + left]
                    return first + (cells[y * stride + right] - first) * across
                }
                let first = row(upper)
                return first + (row(lower) - first) * down
            }
        }
    }

    /// The confidence of the output's own cells over the image.
    private func readCells(_ tensor: UnsafeBufferPointer<Float>) -> [Float] {
        precondition(
            tensor.count >= shape.channels * shape.width * shape.height, "a value for each cell")
        let (cellStep, channelStep) =
            shape.isPlanar ? (1, shape.width * shape.height) : (shape.channels, 1)
        let (width, height) = (columns.read.count, rows.read.count)
        let factor = 1 / spec.outputScale
        return [Float](unsafeUninitializedCapacity: width * height) { map, count in
            count = width * height
            guard let map = map.baseAddress, let tensor = tensor.baseAddress else { return }
            map.initialize(repeating: 0, count: count)
            for y in 0..<height {
                let place = (rows.read.lowerBound + y) * shape.width + columns.read.lowerBound
                let cells = tensor + place * cellStep
                let row = UnsafeMutableBufferPointer(start: map + y * width, count: width)
                switch spec.activation {
                case .none:
                    add(cells, cellStep, channelStep, to: row) { $0 * factor }
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
        to row: UnsafeMutableBufferPointer<Float>, _ activation: (Float) -> Float
    ) {
        for channel in spec.channels {
            let values = cells + channel * channelStep
            for x in row.indices { row[x] += activation(values[x * cellStep]) }
        }
    }

    /// Adds up the wanted channels' shares of the softmax over all channels.
    private func addShares(
        _ cells: UnsafePointer<Float>, _ cellStep: Int, _ channelStep: Int,
        to row: UnsafeMutableBufferPointer<Float>
    ) {
        for x in row.indices {
            let logits = cells + x * cellStep
            var top = logits[0]
            for channel in 1..<shape.channels { top = max(top, logits[channel * channelStep]) }
            var sum: Float = 0
            for channel in 0..<shape.channels { sum += exp(logits[channel * channelStep] - top) }
            for channel in spec.channels {
                row[x] += exp(logits[channel * channelStep] - top) / sum
            }
        }
    }
}
