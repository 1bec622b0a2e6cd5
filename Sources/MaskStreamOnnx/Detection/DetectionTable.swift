import Foundation
import MaskStream

extension DetectionReader {
    /// The boxes in a table; nil where a score is no number.
    func boxes(of table: DetectorSpec.Table, _ values: [OnnxValue]) throws -> [ScoredBox]? {
        let rows = try rows(of: values[0], table)
        var rest = values.dropFirst()
        let scores = table.scores == nil ? nil : rest.popFirst()
        let indices = table.classes == nil ? nil : rest.popFirst()
        guard scores.map({ $0.elements.count % max(rows.count, 1) == 0 }) ?? true,
            indices.map({ $0.elements.count == rows.count }) ?? true
        else {
            throw mismatch(
                "the outputs of scores or classes do not fit the table of \(rows.count) boxes",
                hint: "correct detector.scores and detector.classes in profile.yaml")
        }
        let classScores = rows.place(of: .classes)
        let factors = [.score, .objectness].compactMap(rows.place)
        let classIndex = rows.place(of: .class)
        var found: [ScoredBox] = []
        for row in 0..<rows.count {
            var (score, label): (Float, Int) = (1, 0)
            if let scores {
                let count = scores.elements.count / rows.count
                (score, label) = try best(count) { scores.elements[row * count + $0] }
            }
            if let classScores {
                (score, label) = try best(rows.columns - classScores) {
                    rows[row, classScores + $0]
                }
            }
            for place in factors { score *= activate(rows[row, place]) }
            guard score.isFinite else { return nil }
            guard score >= Self.floor else { continue }
            if let index = indices?.elements[row] ?? classIndex.map({ rows[row, $0] }) {
                guard let place = classes.firstIndex(where: { Float($0) == index }) else {
                    continue
                }
                label = place
            }
            var box = rows.box(row, score: score)
            box.label = label
            found.append(box)
        }
        return found
    }

    /// The best score of the wanted classes among `count` of a row, and the place of its class among
    /// them.
    private func best(
        _ count: Int, _ value: (Int) -> Float
    ) throws -> (score: Float, label: Int) {
        // One number is the score of the box, whatever its class.
        let wanted = count == 1 ? [0] : classes
        guard wanted.allSatisfy({ $0 < count }) else {
            throw mismatch(
                "estimator.channels \(classes) are not among the detector's \(count) classes",
                hint: "they are counted from 0")
        }
        var (top, factor): (Float, Float) = (0, 1)
        if activation == .softmax {
            top = (0..<count).map(value).max() ?? 0
            factor = 1 / (0..<count).reduce(Float(0)) { $0 + exp(value($1) - top) }
        }
        return wanted.enumerated().reduce((score: Float(0), label: 0)) { best, wanted in
            let raw = value(wanted.element)
            let score = activation == .softmax ? exp(raw - top) * factor : activate(raw)
            // What is no number stays so, whatever it is compared with.
            return best.score.isNaN || score < best.score
                ? best : (score: score, label: wanted.offset)
        }
    }

    private func rows(of value: OnnxValue, _ table: DetectorSpec.Table) throws -> Rows {
        let shape =
            value.shape.count == 3 && value.shape[0] == 1
            ? Array(value.shape.dropFirst()) : value.shape
        let names = table.columns
        let fixed = names.last == .classes ? names.count - 1 : names.count
        let columns = shape.count == 2 ? shape[table.isTransposed ? 0 : 1] : 0
        guard names.last == .classes ? columns > fixed : columns == fixed else {
            throw mismatch(
                "the output \(OnnxTensor.text(value.shape)) is no table of boxes with "
                    + "\(fixed) columns\(names.last == .classes ? " and the classes" : "")",
                hint: "correct detector.columns, or set detector.transposed: "
                    + "\(!table.isTransposed)")
        }
        return Rows(
            elements: value.elements, names: names, count: shape[table.isTransposed ? 1 : 0],
            columns: columns, isTransposed: table.isTransposed,
            scale: table.isNormalized ? (Float(width), Float(height)) : (1, 1))
    }

    /// A table of boxes in memory.
    private struct Rows {
        let elements: [Float]
        let names: [DetectorSpec.Column]
        let count: Int
        let columns: Int
        let isTransposed: Bool
        let scale: (x: Float, y: Float)

        subscript(row: Int, column: Int) -> Float {
            elements[isTransposed ? column * count + row : row * columns + column]
        }

        func place(of column: DetectorSpec.Column) -> Int? { names.firstIndex(of: column) }

        func box(_ row: Int, score: Float) -> ScoredBox {
            func number(_ column: DetectorSpec.Column) -> Float? {
                place(of: column).map { self[row, $0] }
            }
            let box: ScoredBox
            if let x = number(.cx), let y = number(.cy), let w = number(.w), let h = number(.h) {
                box = ScoredBox(
                    x1: x - w / 2, y1: y - h / 2, x2: x + w / 2, y2: y + h / 2, score: score)
            } else {
                box = ScoredBox(
                    x1: number(.x1) ?? .nan, y1: number(.y1) ?? .nan, x2: number(.x2) ?? .nan,
                    y2: number(.y2) ?? .nan, score: score)
            }
            return ScoredBox(
                x1: box.x1 * scale.x, y1: box.y1 * scale.y, x2: box.x2 * scale.x,
                y2: box.y2 * scale.y, score: score)
        }
    }
}
