import Foundation
import MaskStream

extension DetectorGuess {
    /// A known form of outputs.
    struct Form {
        var kind: String
        var detector: DetectorSpec
        var output: String?
        var activation = EstimatorSpec.Activation.none
        var classCount = 1
        var channels = [0]
        var color = PixelSpec.Color.rgb
        var normalization = EstimatorGuess.Normalization.unit

        /// Whether boxes carry the index of their class, so that outputs do not tell how many there are.
        var hasIndices: Bool {
            guard case .table(let table) = detector.form else { return false }
            return table.classes != nil || table.columns.contains(.class)
        }

        init(_ kind: String, _ form: DetectorSpec.Form) {
            self.kind = kind
            detector = DetectorSpec(form: form)
        }

        /// The form of the outputs that an input of a size has; nil for what is no known detector.
        init?(_ outputs: [DetectorOutput], width: Int, height: Int) {
            let known =
                Self.centerFace(outputs, width, height) ?? Self.yuNet(outputs)
                ?? Self.scrfd(outputs, width, height) ?? Self.oneTable(outputs, width, height)
                ?? Self.boxesAndScores(outputs)
            guard let known else { return nil }
            self = known
        }
    }
}

// MARK: Grids

extension DetectorGuess.Form {
    /// CenterFace (arXiv 1911.03599): a heat map, sizes, offsets and landmarks of stride 4.
    private static func centerFace(_ outputs: [DetectorOutput], _ width: Int, _ height: Int)
        -> Self?
    {
        let grid = [height / 4, width / 4]
        guard outputs.count >= 3,
            outputs.allSatisfy({ $0.shape.count == 3 && Array($0.shape.suffix(2)) == grid }),
            outputs.prefix(3).map({ $0.shape[0] }) == [1, 2, 2]
        else { return nil }
        var form = Self(
            "CenterFace",
            .grids(
                DetectorSpec.Grids(
                    strides: [4], scores: [outputs[0].name],
                    boxes: [outputs[1].name], offsets: [outputs[2].name], decoding: .exp,
                    isRowFirst: true, anchor: 0.5)))
        form.detector.maxOverlap = 0.3
        form.normalization = .bytes
        return form
    }

    /// YuNet, as OpenCV's model zoo has it: outputs that are named by their stride.
    private static func yuNet(_ outputs: [DetectorOutput]) -> Self? {
        let names = Set(outputs.map(\.name))
        let strides = [8, 16, 32].filter { stride in
            ["cls", "obj", "bbox"].allSatisfy { names.contains("\($0)_\(stride)") }
        }
        guard !strides.isEmpty else { return nil }
        func named(_ name: String) -> [String] { strides.map { "\(name)_\($0)" } }
        var form = Self(
            "YuNet",
            .grids(
                DetectorSpec.Grids(
                    strides: strides, scores: named("cls"), objectness: named("obj"),
                    boxes: named("bbox"), decoding: .exp)))
        form.color = .bgr
        form.normalization = .bytes
        return form
    }

    /// SCRFD, as InsightFace exports it: lists of scores and distances for each stride, in any order.
    private static func scrfd(_ outputs: [DetectorOutput], _ width: Int, _ height: Int) -> Self? {
        func lists(_ columns: Int, anchors: Int) -> [String] {
            [8, 16, 32].compactMap { stride in
                outputs.first {
                    $0.shape == [anchors * (height / stride) * (width / stride), columns]
                }?.name
            }
        }
        for anchors in [2, 1] {
            let (scores, boxes) = (lists(1, anchors: anchors), lists(4, anchors: anchors))
            guard scores.count == 3, boxes.count == 3 else { continue }
            var form = Self(
                "SCRFD",
                .grids(
                    DetectorSpec.Grids(
                        strides: [8, 16, 32], scores: scores, boxes: boxes,
                        decoding: .distances)))
            form.normalization = EstimatorGuess.Normalization(
                mean: [0.5, 0.5, 0.5], std: [128 / 255, 128 / 255, 128 / 255])
            return form
        }
        return nil
    }
}

// MARK: Tables

extension DetectorGuess.Form {
    /// A single table: YOLO's, before or after suppression.
    private static func oneTable(_ outputs: [DetectorOutput], _ width: Int, _ height: Int) -> Self?
    {
        guard outputs.count == 1, outputs[0].value.shape.count <= 3, outputs[0].shape.count == 2
        else { return nil }
        let (rows, columns) = (outputs[0].shape[0], outputs[0].shape[1])
        let cells = [8, 16, 32].reduce(0) { $0 + (height / $1) * (width / $1) }
        var table = DetectorSpec.Table(columns: [.cx, .cy, .w, .h, .classes])
        let kind: String
        var classes = 1
        switch (rows, columns) {
        case (5..., cells):
            kind = "YOLOv8"
            table.isTransposed = true
            classes = rows - 4
        case (3 * cells, 6...):
            kind = "YOLOv5"
            table.columns = [.cx, .cy, .w, .h, .objectness, .classes]
            classes = columns - 5
        case (cells, 5...):
            kind = "YOLOv8, with a row for each box"
            classes = columns - 4
        case (_, 6):
            kind = "YOLO with suppression"
            table.columns = [.x1, .y1, .x2, .y2, .score, .class]
        case (_, 7):
            kind = "YOLOv7 with suppression"
            table.columns = [.skip, .x1, .y1, .x2, .y2, .class, .score]
        default: return nil
        }
        var form = Self(kind, .table(table))
        form.output = outputs[0].name
        form.classCount = classes
        return form
    }

    /// A table of boxes and one of scores: DETR's, SSD's and others'.
    private static func boxesAndScores(_ outputs: [DetectorOutput]) -> Self? {
        guard let boxes = outputs.first(where: { $0.shape.count == 2 && $0.shape[1] == 4 })
        else { return nil }
        let others = outputs.filter {
            $0.name != boxes.name && $0.shape.count <= 2 && $0.shape.first == boxes.shape[0]
        }
        // Indices are whole numbers, and so are scores of nothing: then the name decides.
        let isNamed: (DetectorOutput) -> Bool = { $0.name.lowercased().contains("score") }
        guard let scores = others.first(where: isNamed) ?? others.first(where: { !$0.isWhole })
        else { return nil }
        let indices = others.first { $0.name != scores.name && $0.shape.count == 1 && $0.isWhole }
        var table = DetectorSpec.Table(
            columns: boxes.holdsCorners ? [.x1, .y1, .x2, .y2] : [.cx, .cy, .w, .h],
            isNormalized: boxes.value.elements.allSatisfy { abs($0) < 4 }, scores: scores.name)
        table.classes = indices?.name
        var form = Self("a table of boxes and one of scores", .table(table))
        form.output = boxes.name
        form.classCount = scores.shape.count == 2 ? scores.shape[1] : 1
        if form.classCount == 2 { form.channels = [1] }
        let isProbability = scores.value.elements.allSatisfy { $0 >= 0 && $0 <= 1 }
        // Scores of DETR have one class more, for no object.
        if !isProbability {
            form.activation = .softmax
            form.normalization = .imagenet
        }
        return form
    }
}

extension DetectorOutput {
    /// Whether all its elements are whole numbers.
    fileprivate var isWhole: Bool { value.elements.allSatisfy { $0 == $0.rounded() } }

    /// Whether each row's last two numbers are no less than its first two.
    fileprivate var holdsCorners: Bool {
        let rows = value.elements.count / 4
        return (0..<rows).allSatisfy { row in
            let numbers = value.elements[row * 4..<row * 4 + 4]
            let first = numbers.startIndex
            return numbers[first + 2] >= numbers[first] && numbers[first + 3] >= numbers[first + 1]
        }
    }
}
