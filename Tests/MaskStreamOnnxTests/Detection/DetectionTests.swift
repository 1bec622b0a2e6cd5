import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

/// Every form of detector tells the same box: 8 to 24 across, 16 to 32 down, of class 1, in an input of
/// 64x48, scored 0.8.
@Suite struct DetectionTests {
    static let box = ScoredBox(x1: 8, y1: 16, x2: 24, y2: 32, score: 0.8)

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let form: DetectorSpec.Form
        var activation = EstimatorSpec.Activation.none
        let values: [OnnxValue]
    }

    private static func table(
        _ columns: [DetectorSpec.Column], transposed: Bool = false, normalized: Bool = false,
        scores: String? = nil, classes: String? = nil
    ) -> DetectorSpec.Form {
        .table(
            DetectorSpec.Table(
                columns: columns, isTransposed: transposed, isNormalized: normalized,
                scores: scores, classes: classes))
    }

    private static func value(_ shape: [Int], _ elements: [Float]) -> OnnxValue {
        OnnxValue(shape: shape, elements: elements)
    }

    /// A grid of 8x6 cells of stride 8 with `numbers` in the cell at 2, 3, where the box is.
    private static func grid(_ numbers: [Float], isPlanar: Bool) -> OnnxValue {
        let (columns, rows) = (8, 6)
        var elements = [Float](repeating: 0, count: columns * rows * numbers.count)
        let cell = 3 * columns + 2
        for (index, number) in numbers.enumerated() {
            elements[isPlanar ? index * columns * rows + cell : cell * numbers.count + index] =
                number
        }
        return value(
            isPlanar ? [1, numbers.count, rows, columns] : [1, columns * rows, numbers.count],
            elements)
    }

    private static func grids(
        boxes: [String] = ["b"], offsets: [String] = [], objectness: [String] = [],
        _ decoding: DetectorSpec.Decoding, isRowFirst: Bool = false, anchor: Float = 0
    ) -> DetectorSpec.Form {
        .grids(
            DetectorSpec.Grids(
                strides: [8], scores: ["s"], objectness: objectness, boxes: boxes,
                offsets: offsets, decoding: decoding, isRowFirst: isRowFirst, anchor: anchor))
    }

    static let cases = [
        Case(
            testDescription: "rows of corners, score and class, as after YOLO's own suppression",
            form: table([.x1, .y1, .x2, .y2, .score, .class]),
            values: [
                value([1, 3, 6], [8, 16, 24, 32, 0.8, 1, 0, 0, 9, 9, 0.9, 0, 0, 0, 0, 0, 0, 0])
            ]),
        Case(
            testDescription: "rows with the batch's index first",
            form: table([.skip, .x1, .y1, .x2, .y2, .class, .score]),
            values: [value([1, 7], [0, 8, 16, 24, 32, 1, 0.8])]),
        Case(
            testDescription: "columns of centres and classes, as YOLOv8's",
            form: table([.cx, .cy, .w, .h, .classes], transposed: true),
            values: [
                value([1, 7, 2], [16, 30, 24, 30, 16, 9, 16, 9, 0.9, 0.9, 0.8, 0.01, 0.1, 0.1])
            ]),
        Case(
            testDescription: "rows of centres, objectness and classes, as YOLOv5's",
            form: table([.cx, .cy, .w, .h, .objectness, .classes]),
            values: [value([1, 1, 8], [16, 24, 16, 16, 0.8, 0.3, 1, 0.2])]),
        Case(
            testDescription: "normalised boxes and logits apart, as DETR's",
            form: table([.cx, .cy, .w, .h], normalized: true, scores: "logits"),
            activation: .softmax,
            values: [
                value([1, 2, 4], [0.25, 0.5, 0.25, 1.0 / 3, 0.5, 0.5, 0.1, 0.1]),
                value([1, 2, 3], [log(0.1), log(0.8), log(0.1), 0, -9, 5]),
            ]),
        Case(
            testDescription: "rows down before across, classes apart, as TensorFlow's",
            form: table([.y1, .x1, .y2, .x2], normalized: true, scores: "s", classes: "c"),
            values: [
                value([1, 2, 4], [1.0 / 3, 0.125, 2.0 / 3, 0.375, 0, 0, 1, 1]),
                value([1, 2], [0.8, 0.9]), value([1, 2], [1, 0]),
            ]),
        Case(
            testDescription: "maps of sizes and offsets, down before across, as CenterFace's",
            form: grids(offsets: ["o"], .exp, isRowFirst: true, anchor: 0.5),
            values: [
                grid([0.8], isPlanar: true), grid([log(2), log(2)], isPlanar: true),
                grid([-0.5, -0.5], isPlanar: true),
            ]),
        Case(
            testDescription: "lists of cells with two scores, as YuNet's",
            form: grids(objectness: ["o"], .exp),
            values: [
                grid([0.64], isPlanar: false), grid([1], isPlanar: false),
                grid([0, 0, log(2), log(2)], isPlanar: false),
            ]),
        Case(
            testDescription: "lists of cells with two boxes each, as SCRFD's",
            form: grids(.distances),
            values: [
                grid([0.01, 0.8], isPlanar: false),
                grid([0, 0, 0, 0, 1, 1, 1, 1], isPlanar: false),
            ]),
    ]

    private static func reader(
        _ form: DetectorSpec.Form, _ activation: EstimatorSpec.Activation = .none,
        classes: [Int] = [1]
    ) -> DetectionReader {
        var spec = EstimatorSpec(
            file: ModelReference(path: "m.onnx", sha256: nil), fit: .stretch, area: 4096,
            multiple: 1,
            pixels: PixelSpec(layout: .nchw, color: .rgb, mean: [0, 0, 0], std: [1, 1, 1]),
            outputLayout: .nchw, activation: activation, channels: classes)
        let detector = DetectorSpec(form: form)
        spec.detector = detector
        return DetectionReader(spec, detector, width: 64, height: 48)
    }

    @Test("Boxes are read", arguments: cases) func boxesAreRead(_ one: Case) throws {
        let found = try #require(try Self.reader(one.form, one.activation).read(one.values))
        #expect(found.count == 1)
        let box = try #require(found.first)
        let pairs = [
            (box.x1, Self.box.x1), (box.y1, Self.box.y1), (box.x2, Self.box.x2),
            (box.y2, Self.box.y2), (box.score, Self.box.score),
        ]
        for (one, other) in pairs { #expect(abs(one - other) < 1e-3, "\(found)") }
    }

    @Test(
        "What is no number, or far outside, is a miss",
        arguments: [
            [8, 16, 24, 32, Float.nan, 1], [8, .nan, 24, 32, 0.8, 1],
            [8, 16, .infinity, 32, 0.8, 1],
            [8, 16, 24, 1e6, 0.8, 1], [-1e30, 16, 24, 32, 0.8, 1],
        ])
    func overflowIsAMiss(_ row: [Float]) throws {
        let reader = Self.reader(Self.table([.x1, .y1, .x2, .y2, .score, .class]))
        #expect(try reader.read([Self.value([1, 1, 6], row)]) == nil)
    }

    @Test func theOutputsThatAreReadAreNamed() {
        let one = DetectorSpec(form: Self.table([.x1, .y1, .x2, .y2, .score]))
        #expect(one.outputs(first: "o") == ["o"] && one.outputs(first: nil) == [nil])
        let apart = DetectorSpec(form: Self.table([.x1, .y1, .x2, .y2], scores: "s", classes: "c"))
        #expect(apart.outputs(first: "o") == ["o", "s", "c"])
        let grids = DetectorSpec(form: Self.grids(offsets: ["f"], objectness: ["o"], .exp))
        #expect(grids.outputs(first: "x") == ["s", "o", "b", "f"])
    }

    @Test func noRowsAreNoBoxes() throws {
        let reader = Self.reader(Self.table([.x1, .y1, .x2, .y2, .score, .class]))
        #expect(try reader.read([Self.value([0, 6], [])]) == [])
        let apart = Self.reader(Self.table([.x1, .y1, .x2, .y2], scores: "s"))
        #expect(try apart.read([Self.value([0, 4], []), Self.value([0], [])]) == [])
    }

    @Test func aNumberHidesNoOther() throws {
        let reader = Self.reader(
            Self.table([.x1, .y1, .x2, .y2, .classes]), classes: [0, 1])
        #expect(try reader.read([Self.value([1, 1, 6], [8, 16, 24, 32, .nan, 0.8])]) == nil)
    }

    @Test func whatDoesNotFitIsNamed() {
        let rows = Self.table([.x1, .y1, .x2, .y2, .score, .class])
        expectError(.configuration, "[1, 6, 9]", "no table of boxes with 6 columns") {
            _ = try Self.reader(rows).read([
                Self.value([1, 6, 9], [Float](repeating: 0, count: 54))
            ])
        }
        let classes = Self.table([.x1, .y1, .x2, .y2, .classes])
        expectError(.configuration, "[7]", "3 classes") {
            _ = try Self.reader(classes, classes: [7]).read([
                Self.value([1, 1, 7], [0, 0, 1, 1, 0, 0, 0])
            ])
        }
        expectError(.configuration, "no grid of stride 8") {
            _ = try Self.reader(Self.grids(.exp)).read([
                Self.value([1, 7, 1], [Float](repeating: 0, count: 7)),
                Self.value([1, 7, 4], [Float](repeating: 0, count: 28)),
            ])
        }
        expectError(.configuration, "1 score(s) and 2 number(s)") {
            _ = try Self.reader(Self.grids(.exp)).read([
                Self.grid([1], isPlanar: true), Self.grid([1, 1], isPlanar: true),
            ])
        }
    }

    @Test func theBestOfOverlappingBoxesIsKept() {
        let better = ScoredBox(x1: 10, y1: 16, x2: 26, y2: 32, score: 0.9)
        let apart = ScoredBox(x1: 40, y1: 16, x2: 56, y2: 32, score: 0.3)
        #expect(
            ScoredBox.suppress([Self.box, apart, better], maxOverlap: 0.5) == [better, apart])
        #expect(ScoredBox.suppress([Self.box, better], maxOverlap: 1) == [better, Self.box])
    }

    @Test func boxesAreDrawnWithTheirScore() {
        var spec = DetectorSpec(form: Self.grids(.exp))
        spec.shape = .box
        // The frame fills the middle of a letterbox.
        let map = DetectionMap(spec, content: Box(x: 0, y: 8, width: 64, height: 32))
        #expect(map.width == 16 && map.height == 8)
        let cells = map.draw([Self.box])
        for y in 0..<8 {
            for x in 0..<16 {
                let isInside = (2..<6).contains(x) && (2..<6).contains(y)
                #expect(cells[y * 16 + x] == (isInside ? 0.8 : 0), "\(x) \(y)")
            }
        }
        spec.shape = .ellipse
        let round = DetectionMap(spec, content: Box(x: 0, y: 8, width: 64, height: 32))
            .draw([Self.box])
        #expect(round[3 * 16 + 3] == 0.8 && round[2 * 16 + 2] < 0.4)
        #expect(zip(round, cells).allSatisfy { $0 <= $1 })
    }

    @Test func nothingFallsBetweenTheCells() {
        let map = DetectionMap(
            DetectorSpec(form: Self.grids(.exp)), content: Box(x: 0, y: 0, width: 64, height: 48))
        let tiny = ScoredBox(x1: 15.9, y1: 15.9, x2: 16.1, y2: 16.1, score: 1)
        #expect(map.draw([tiny]).max() ?? 0 > 0.2)
        let outside = ScoredBox(x1: -90, y1: -90, x2: -80, y2: -80, score: 1)
        #expect(map.draw([outside]).max() == 0)
    }
}
