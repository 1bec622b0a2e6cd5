import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

/// Detectors are recognised by the names and shapes of their outputs.
@Suite struct DetectorGuessTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let outputs: [(name: String, shape: [Int])]
        let kind: String
        var classes = 1
        var columns: [DetectorSpec.Column] = []
        var isTransposed = false
    }

    /// For an input of 64x64: 64 + 16 + 4 cells.
    static let cases = [
        Case(
            testDescription: "CenterFace",
            outputs: [
                ("537", [1, 1, 16, 16]), ("538", [1, 2, 16, 16]), ("539", [1, 2, 16, 16]),
                ("540", [1, 10, 16, 16]),
            ], kind: "CenterFace"),
        Case(
            testDescription: "YuNet",
            outputs: ["cls", "obj", "bbox", "kps"].flatMap { name in
                [8, 16, 32].map { ("\(name)_\($0)", [1, 4096 / $0 / $0, name == "bbox" ? 4 : 1]) }
            }, kind: "YuNet"),
        Case(
            testDescription: "SCRFD with two anchors and key points",
            outputs: [
                ("s8", [128, 1]), ("s16", [32, 1]), ("s32", [8, 1]), ("b8", [128, 4]),
                ("b16", [32, 4]), ("b32", [8, 4]), ("k8", [128, 10]), ("k16", [32, 10]),
                ("k32", [8, 10]),
            ], kind: "SCRFD"),
        Case(
            testDescription: "YOLOv8 of three classes", outputs: [("output0", [1, 7, 84])],
            kind: "YOLOv8", classes: 3, columns: [.cx, .cy, .w, .h, .classes], isTransposed: true),
        Case(
            testDescription: "YOLOv5 of 80 classes", outputs: [("output", [1, 252, 85])],
            kind: "YOLOv5", classes: 80, columns: [.cx, .cy, .w, .h, .objectness, .classes]),
        Case(
            testDescription: "YOLOv10", outputs: [("output0", [1, 300, 6])],
            kind: "YOLO with suppression", columns: [.x1, .y1, .x2, .y2, .score, .class]),
        Case(
            testDescription: "YOLOv7, rows with the batch's index", outputs: [("output", [0, 7])],
            kind: "YOLOv7 with suppression",
            columns: [.skip, .x1, .y1, .x2, .y2, .class, .score]),
    ]

    @Test("Known detectors are recognised", arguments: cases)
    func knownDetectorsAreRecognised(_ one: Case) throws {
        let outputs = one.outputs.map { name, shape in
            DetectorOutput(
                name: name,
                value: OnnxValue(
                    shape: shape, elements: [Float](repeating: 0, count: shape.reduce(1, *))))
        }
        let form = try #require(DetectorGuess.Form(outputs, width: 64, height: 64))
        #expect(form.kind == one.kind && form.classCount == one.classes)
        guard case .table(let table) = form.detector.form else {
            return #expect(one.columns.isEmpty)
        }
        #expect(table.columns == one.columns && table.isTransposed == one.isTransposed)
    }

    @Test("Ultralytics' property gives the classes' names")
    func names() {
        #expect(
            DetectorGuess.names("{0: 'person', 1: 'traffic light'}") == ["person", "traffic light"])
        #expect(DetectorGuess.names(nil).isEmpty && DetectorGuess.names("{}").isEmpty)
    }

    @Test("Tables of boxes and scores are told apart by their numbers")
    func tablesAreToldApart() throws {
        func form(
            _ boxes: [Float], _ scores: [Float], _ shape: [Int]
        ) throws -> (DetectorGuess.Form, DetectorSpec.Table) {
            let outputs = [
                DetectorOutput(name: "scores", value: OnnxValue(shape: shape, elements: scores)),
                DetectorOutput(name: "boxes", value: OnnxValue(shape: [1, 2, 4], elements: boxes)),
            ]
            let form = try #require(DetectorGuess.Form(outputs, width: 64, height: 64))
            guard case .table(let table) = form.detector.form else {
                throw ProgramFailure(description: "no table")
            }
            return (form, table)
        }
        let (corners, cornerTable) = try form(
            [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7], [0.9, 0.1, 0.3, 0.7], [1, 2, 2])
        #expect(cornerTable.columns == [.x1, .y1, .x2, .y2] && cornerTable.isNormalized)
        #expect(corners.channels == [1] && corners.activation == .none)
        let (centres, centreTable) = try form(
            [0.5, 0.5, 0.2, 0.4, 0.6, 0.5, 0.1, 0.1], [-3, 2, 0.5, 1, 2, 0], [1, 2, 3])
        #expect(centreTable.columns == [.cx, .cy, .w, .h] && centreTable.scores == "scores")
        #expect(centres.activation == .softmax && centres.classCount == 3)
        let (pixels, pixelTable) = try form([10, 20, 30, 40, 5, 5, 60, 64], [0.9, 0.1], [1, 2])
        #expect(!pixelTable.isNormalized && pixels.classCount == 1)
    }

    @Test("Maps are no detectors", arguments: [[[1, 1, 64, 64]], [[1, 2, 32, 32], [1, 5]]])
    func mapsAreNone(_ shapes: [[Int]]) {
        let outputs = shapes.enumerated().map { index, shape in
            DetectorOutput(
                name: "\(index)",
                value: OnnxValue(
                    shape: shape, elements: [Float](repeating: 0.5, count: shape.reduce(1, *))))
        }
        #expect(DetectorGuess.Form(outputs, width: 64, height: 64) == nil)
    }

    @Test func aDeclaredBatchIsOpened() throws {
        let folder = try TestFolder()
        let path = try folder.write(TinyOnnx.linear(1, batch: 4).bytes)
        #expect(try OnnxSession(path: path).inputs[0].shape[0] == 4)
        let session = try OnnxSession(path: path, opensBatch: true)
        #expect(session.inputs[0].shape == [1, 3, -1, -1])
        let outputs = try OnnxOutputs(session, inputShape: [1, 3, 2, 2], names: [nil])
        outputs.withInput { $0.update(repeating: 0.5) }
        let value = try #require(try outputs.run().first)
        #expect(value.shape == [1, 1, 2, 2] && value.elements == [0.5, 0.5, 0.5, 0.5])
    }

    @Test func aTableOfAnyLengthIsRead() throws {
        var model = TinyOnnx()
        model.input("x", [1, 3, 8, 8])
        model.constant("shape", [-1, 6])
        model.node("Reshape", ["x", "shape"], ["rows"])
        model.node("Cast", ["rows"], ["y"], [("to", .int(7))])
        model.output("y", ["n", 6], .int64)
        let folder = try TestFolder()
        let session = try OnnxSession(path: try folder.write(model.bytes))
        let outputs = try OnnxOutputs(session, inputShape: [1, 3, 8, 8], names: ["y"])
        for number in [Float(3), 7] {
            outputs.withInput { $0.update(repeating: number) }
            let value = try #require(try outputs.run().first)
            #expect(value.shape == [32, 6] && value.elements.allSatisfy { $0 == number })
        }
    }
}
