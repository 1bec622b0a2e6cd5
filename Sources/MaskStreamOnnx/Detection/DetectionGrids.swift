import Foundation
import MaskStream

extension DetectionReader {
    /// The boxes of all cells; nil where a score is no number.
    func boxes(of grids: DetectorSpec.Grids, _ values: [OnnxValue]) throws -> [ScoredBox]? {
        var found: [ScoredBox] = []
        for index in grids.strides.indices {
            let level = try level(index, of: grids, values)
            for cell in 0..<level.columns * level.rows {
                for anchor in 0..<level.scores.values {
                    let score = score(cell, anchor, level)
                    guard score.isFinite else { return nil }
                    guard score >= Self.floor else { continue }
                    found.append(level.box(cell, anchor, grids, score: score))
                }
            }
        }
        return found
    }

    private func score(_ cell: Int, _ anchor: Int, _ level: GridLevel) -> Float {
        let score = activate(level.scores[cell, anchor])
        guard let objectness = level.objectness else { return score }
        return (score * activate(objectness[cell, anchor])).squareRoot()
    }

    /// The outputs of one stride.
    private func level(
        _ index: Int, of grids: DetectorSpec.Grids, _ values: [OnnxValue]
    ) throws -> GridLevel {
        let stride = grids.strides[index]
        let columns = (width + stride - 1) / stride
        let rows = (height + stride - 1) / stride
        func grid(_ value: OnnxValue) throws -> Grid {
            guard let grid = Grid(value, columns: columns, rows: rows) else {
                throw mismatch(
                    "the output \(OnnxTensor.text(value.shape)) is no grid of stride \(stride) over "
                        + "the input, \(width) wide and \(height) high",
                    hint: "correct detector.strides and its outputs in profile.yaml")
            }
            return grid
        }
        let count = grids.strides.count
        // In the order of `DetectorSpec.outputs`.
        let boxes = grids.objectness.isEmpty ? count : 2 * count
        let level = GridLevel(
            stride: Float(stride), columns: columns, rows: rows,
            scores: try grid(values[index]),
            objectness: grids.objectness.isEmpty ? nil : try grid(values[count + index]),
            boxes: try grid(values[boxes + index]),
            offsets: grids.offsets.isEmpty ? nil : try grid(values[boxes + count + index]))
        guard level.fits else {
            throw mismatch(
                "the outputs of stride \(stride) do not fit each other: \(level.scores.values) "
                    + "score(s) and \(level.boxes.values) number(s) of boxes a cell",
                hint: "correct detector.boxes and detector.offsets in profile.yaml")
        }
        return level
    }
}

/// The outputs of one stride over its grid of cells.
private struct GridLevel {
    let stride: Float
    let columns: Int
    let rows: Int
    let scores: Grid
    let objectness: Grid?
    let boxes: Grid
    let offsets: Grid?

    /// Whether there are four numbers for each score.
    var fits: Bool {
        let anchors = scores.values
        return boxes.values == anchors * (offsets == nil ? 4 : 2)
            && (offsets?.values ?? 2 * anchors) == 2 * anchors
            && (objectness?.values ?? anchors) == anchors
    }

    /// The box of a cell.
    func box(
        _ cell: Int, _ anchor: Int, _ grids: DetectorSpec.Grids, score: Float
    ) -> ScoredBox {
        let near: SIMD2<Float>
        let far: SIMD2<Float>
        if let offsets {
            near = pair(offsets, cell, 2 * anchor, grids)
            far = pair(boxes, cell, 2 * anchor, grids)
        } else {
            near = pair(boxes, cell, 4 * anchor, grids)
            far = pair(boxes, cell, 4 * anchor + 2, grids)
        }
        let origin = SIMD2(Float(cell % columns), Float(cell / columns)) + grids.anchor
        let corners: (SIMD2<Float>, SIMD2<Float>)
        switch grids.decoding {
        case .exp:
            let half = SIMD2(exp(far.x), exp(far.y)) / 2
            corners = (origin + near - half, origin + near + half)
        case .distances: corners = (origin - near, origin + far)
        }
        let (low, high) = (corners.0 * stride, corners.1 * stride)
        return ScoredBox(x1: low.x, y1: low.y, x2: high.x, y2: high.y, score: score)
    }

    /// Two numbers of a cell, across and down.
    private func pair(
        _ grid: Grid, _ cell: Int, _ first: Int, _ grids: DetectorSpec.Grids
    ) -> SIMD2<Float> {
        let (one, other) = (grid[cell, first], grid[cell, first + 1])
        return grids.isRowFirst ? SIMD2(other, one) : SIMD2(one, other)
    }
}

/// An output over a grid of cells: planes, or numbers side by side.
private struct Grid {
    private let elements: [Float]
    private let cells: Int
    private let isPlanar: Bool
    /// How many numbers a cell has.
    let values: Int

    init?(_ value: OnnxValue, columns: Int, rows: Int) {
        elements = value.elements
        cells = columns * rows
        guard cells > 0, !elements.isEmpty, elements.count % cells == 0 else { return nil }
        values = elements.count / cells
        // `[1, C, h, w]`; else `[1, h, w, C]`, `[1, h * w * A, n]` or `[h * w * A, n]`.
        isPlanar = value.shape.count == 4 && value.shape.suffix(2) == [rows, columns]
    }

    subscript(cell: Int, value: Int) -> Float {
        elements[isPlanar ? value * cells + cell : cell * values + value]
    }
}
