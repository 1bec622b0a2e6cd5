import Testing

@testable import MaskStream

struct DetectorSpecTests {
    private static func folder(_ estimator: String) throws -> ProfileFolder {
        try ProfileFolder(
            """
            schema: 1
            name: small
            estimator: {file: estimator.onnx, input: {}, \(estimator)}
            levels: {region: 0.5}
            threshold: {initial: 0.5}
            mask: {}
            """)
    }

    private static let corners = "columns: [x1, y1, x2, y2, score]"
    private static let grids =
        "strides: [8, 16], scores: [a, b], boxes: [c, d], decoding: distances"

    static let forms: [(String, DetectorSpec.Form)] = [
        (corners, .table(DetectorSpec.Table(columns: [.x1, .y1, .x2, .y2, .score]))),
        (
            "columns: [skip, cx, cy, w, h, skip, classes], transposed: true, normalized: true",
            .table(
                DetectorSpec.Table(
                    columns: [.skip, .cx, .cy, .w, .h, .skip, .classes], isTransposed: true,
                    isNormalized: true))
        ),
        (
            "columns: [x1, y1, x2, y2], scores: s, classes: c",
            .table(
                DetectorSpec.Table(columns: [.x1, .y1, .x2, .y2], scores: "s", classes: "c"))
        ),
        (
            grids,
            .grids(
                DetectorSpec.Grids(
                    strides: [8, 16], scores: ["a", "b"], boxes: ["c", "d"], decoding: .distances))
        ),
        (
            "strides: [4], scores: [a], objectness: [o], boxes: [b], offsets: [f], decoding: exp, "
                + "order: yx, anchor: 0.5",
            .grids(
                DetectorSpec.Grids(
                    strides: [4], scores: ["a"], objectness: ["o"], boxes: ["b"], offsets: ["f"],
                    decoding: .exp, isRowFirst: true, anchor: 0.5))
        ),
    ]

    @Test("Tables and grids are read", arguments: forms)
    func form(text: String, form: DetectorSpec.Form) throws {
        let folder = try Self.folder("kind: detector, detector: {\(text)}")
        let read = try Profile(folder: folder.path).estimator.detector
        #expect(read == DetectorSpec(form: form))
    }

    @Test("What boxes look like is read")
    func look() throws {
        let text = Self.corners + ", max_overlap: 0.25, shape: box, grow: -0.125"
        let folder = try Self.folder("kind: detector, detector: {\(text)}")
        let read = try #require(try Profile(folder: folder.path).estimator.detector)
        #expect(read.maxOverlap == 0.25 && read.shape == .box && read.grow == -0.125)
    }

    /// The labels are `happy` and `sad`.
    @Test(
        "Classes are chosen by index or by name",
        arguments: [
            ("channels: [1, 3]", [1, 3]), ("labels: labels.txt, channels: [sad]", [1]),
            ("labels: labels.txt, channels: [1, happy]", [1, 0]), ("labels: labels.txt", [0]),
        ])
    func classes(text: String, indices: [Int]) throws {
        let folder = try Self.folder(text)
        #expect(try Profile(folder: folder.path).estimator.channels == indices)
    }

    @Test(
        "Classes that there are not are errors that name the key",
        arguments: [
            ("channels: [sad]", "channels"), ("channels: [-1]", "channels"),
            ("labels: labels.txt, channels: [angry]", "channels"),
            ("labels: labels.txt, channels: [2]", "channels"),
            ("labels: labels.txt, channels: [1, sad]", "channels"),
            ("labels: none.txt", "labels"), ("labels: /etc/hosts", "labels"),
        ])
    func wrongClasses(text: String, key: String) throws {
        try Self.folder(text).expectError("estimator.\(key)")
    }

    @Test(
        "Keys that mean nothing to a kind are errors that name them",
        arguments: [
            ("kind: detector, unclip: 1.5", "estimator.unclip"),
            ("kind: detector, output_layout: nchw", "estimator.output_layout"),
            ("kind: detector, output_scale: 255", "estimator.output_scale"),
            ("kind: detector", "estimator.detector"), ("kind: box", "estimator.kind"),
            ("detector: {\(corners)}", "estimator.detector"),
        ])
    func misplaced(text: String, key: String) throws {
        let needed = text.hasPrefix("kind: detector,") ? ", detector: {\(Self.corners)}" : ""
        try Self.folder(text + needed).expectError(key)
    }

    @Test(
        "Wrong values are errors that name the key",
        arguments: [
            // A box is two corners, or a centre and a size; classes come last; nothing comes twice.
            ("columns: [x1, y1, x2, score]", "columns"), ("columns: [x1, y1, w, h]", "columns"),
            ("columns: [x1, y1, x2, y2, classes, score]", "columns"),
            ("columns: [x1, x1, y1, x2, y2]", "columns"), ("columns: [left]", "columns"),
            ("columns: x1", "columns"), ("transposed: true", "columns"),
            ("\(corners), anchor: 0.5", "anchor"), ("\(corners), offsets: [a]", "offsets"),
            ("\(corners), surprise: 1", "surprise"), ("\(corners), shape: round", "shape"),
            ("\(corners), max_overlap: 1.5", "max_overlap"), ("\(corners), grow: 5", "grow"),
            ("\(corners), normalized: maybe", "normalized"),
            ("\(grids), columns: [x1]", "columns"), ("\(grids), classes: c", "classes"),
            ("\(grids), offsets: [e]", "offsets"), ("\(grids), order: zx", "order"),
            ("\(grids), anchor: 2", "anchor"),
            ("strides: [8], scores: [a, b], boxes: [c], decoding: exp", "scores"),
            ("strides: [8], scores: [a], decoding: exp", "boxes"),
            ("strides: [8], scores: [a], boxes: [c]", "decoding"),
            ("strides: [0], scores: [a], boxes: [c], decoding: exp", "strides"),
            ("strides: [9223372036854775807], scores: [a], boxes: [c], decoding: exp", "strides"),
        ])
    func wrong(text: String, key: String) throws {
        try Self.folder("kind: detector, detector: {\(text)}")
            .expectError("estimator.detector.\(key)")
    }
}
