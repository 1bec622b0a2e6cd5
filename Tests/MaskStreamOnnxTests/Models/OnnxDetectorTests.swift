import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

/// A detector on the packed canvas, with models that find the red and the blue rectangle of an image,
/// or boxes that are always the same.
struct OnnxDetectorTests {
    static let red = Box(x: 41, y: 30, width: 23, height: 31)
    static let blue = Box(x: 200, y: 121, width: 50, height: 20)
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// What a profile says of the colour detector.
    static func spec(_ path: String, width: Int, height: Int) -> PrimarySpec {
        var spec = PrimarySpec(
            file: ModelReference(path: path), width: width, height: height,
            pixels: PixelSpec(layout: .nchw, color: .rgb, mean: [0, 0, 0], std: [1, 1, 1]),
            normalize: .fixed, labels: ["red", "blue"], margin: 0, fill: .zero, temperature: 1,
            interval: 0, skip: 0, maxSubjects: 4)
        spec.detector = DetectorSpec(
            form: .table(DetectorSpec.Table(columns: [.x1, .y1, .x2, .y2, .classes])))
        return spec
    }

    private func detector(_ model: TinyOnnx, width: Int, height: Int) throws -> OnnxDetector {
        let path = try folder.write(model.bytes)
        return try OnnxDetector(
            spec: Self.spec(path, width: width, height: height), session: OnnxSession(path: path))
    }

    /// A dark frame with a red and a blue rectangle.
    private static func frame(_ orientation: Orientation = .upright) -> Frame {
        var format = FrameFormat(width: 320, height: 240, pixelFormat: .gbrp)
        format.orientation = orientation
        return Frame.painted(format) { plane, x, y in
            let light = [(red, 2), (blue, 1)].contains { box, channel in
                plane == channel && (box.x..<box.x + box.width).contains(x)
                    && (box.y..<box.y + box.height).contains(y)
            }
            return light ? 240 : 20
        }
    }

    private static func around(_ box: Box, mask: Mask? = nil) -> Region {
        Region(
            box: Box(x: box.x - 5, y: box.y - 8, width: box.width + 12, height: box.height + 11),
            mask: mask)
    }

    @Test("Boxes come back within a pixel of the canvas", arguments: Orientation.every)
    func boxesComeBack(orientation: Orientation) throws {
        let frame = Self.frame(orientation)
        let mask = Mask(width: 320, height: 240, keepsAll: true)
        for (width, height) in [(160, 96), (64, 48), (40, 56)] {
            var model = try detector(
                .colorDetector(width: width, height: height), width: width, height: height)
            let regions = [Self.red, Self.blue].map { Self.around($0, mask: mask) }
            var canvas = RegionCanvas(try #require(CanvasSize(width: width, height: height)))
            let scale = try #require(canvas.paint(frame, regions).places[0]).scale
            #expect(width == 160 ? scale == 1 : scale < 1)
            let answers = try model.run(on: frame, in: regions)
            #expect(answers.map { $0?.label } == ["red", "blue"])
            for (answer, truth) in zip(answers, [Self.red, Self.blue]) {
                let objects = try #require(answer?.objects)
                #expect(objects.count == 1 && objects[0].score == 0.9)
                let found = objects[0].box
                let edges = [
                    found.x - truth.x, found.y - truth.y,
                    found.x + found.width - truth.x - truth.width,
                    found.y + found.height - truth.y - truth.height,
                ]
                #expect(edges.allSatisfy { Double(abs($0)) <= 1 / scale }, "\(scale): \(edges)")
            }
        }
    }

    @Test("What the mask hides is not found, and a region without a mask is seen whole")
    func masks() throws {
        var model = try detector(.colorDetector(width: 160, height: 96), width: 160, height: 96)
        let nothing = Mask(width: 320, height: 240)
        let answers = try model.run(
            on: Self.frame(), in: [Self.around(Self.red, mask: nothing), Self.around(Self.blue)])
        #expect(answers.map { $0?.label } == [nil, "blue"])
        #expect(try model.run(on: Self.frame(), in: []).isEmpty)
    }

    /// A detector that finds the same boxes in any image.
    private static func fixed(_ rows: [[Float]]) -> TinyOnnx {
        var model = TinyOnnx()
        model.input("x", [1, 3, 96, 160])
        model.constant("none", [1], [0])
        model.constant("rows", [rows.count, 6], rows.flatMap { $0 })
        model.node("ReduceMean", ["x"], ["mean"], [("keepdims", .int(0))])
        model.node("Mul", ["mean", "none"], ["nothing"])
        model.node("Add", ["rows", "nothing"], ["y"])
        model.output("y", [.fixed(rows.count), 6])
        return model
    }

    @Test(
        "Boxes belong to the subject under their centre, are clipped to it, and one is left of two")
    func assignment() throws {
        // They overlap in the frame by two thirds.
        let boxes = [
            Box(x: 100, y: 100, width: 40, height: 40), Box(x: 108, y: 100, width: 40, height: 40),
        ]
        let regions = boxes.map { Region(box: $0, mask: nil) }
        var canvas = RegionCanvas(try #require(CanvasSize(width: 160, height: 96)))
        let places = try canvas.paint(Self.frame(), regions).places.map { try #require($0).from }
        func row(_ place: Box, _ x: Int, _ size: Int, _ scores: [Float]) -> [Float] {
            [place.x + x, place.y + 4, place.x + x + size, place.y + 4 + size].map(Float.init)
                + scores
        }
        let gap = Float(max(places[0].x, places[1].x) - 6)
        let rows: [[Float]] = [
            // The same 20 pixels of the frame, seen on both.
            row(places[0], 12, 20, [0.8, 0.1]), row(places[1], 4, 20, [0.7, 0.1]),
            // Reaches over the subject's right edge.
            row(places[1], 24, 24, [0.1, 0.6]),
            // Between the places.
            [gap, 0, gap + 4, 9, 1, 0],
        ]
        var model = try detector(Self.fixed(rows), width: 160, height: 96)
        let answers = try model.run(on: Self.frame(), in: regions)
        #expect(
            answers[0]?.objects == [
                DetectedObject(
                    box: Box(x: 112, y: 104, width: 20, height: 20), label: 0, score: 0.8)
            ])
        #expect(
            answers[1]?.objects == [
                DetectedObject(
                    box: Box(x: 132, y: 104, width: 16, height: 24), label: 1, score: 0.6)
            ])
        // Views of one subject keep theirs.
        let views = try model.run(on: Self.frame(), in: [regions[0], regions[0]])
        #expect(views.allSatisfy { $0?.label == "red" })
    }

    @Test func answersThatAreNoNumbersEndTheRun() throws {
        var model = try detector(Self.fixed([[0, 0, 9, 9, .nan, 0]]), width: 160, height: 96)
        expectError(.software, "not finite") {
            _ = try model.run(on: Self.frame(), in: [Self.around(Self.red)])
        }
    }

    @Test func otherOutputsAndSizesAreRefused() throws {
        expectError(.configuration, "table") {
            _ = try detector(
                TinyOnnx.one("Identity", input: [1, 3, 96, 160], output: [1, 3, 96, 160]),
                width: 160, height: 96)
        }
        expectError(.configuration, "16") {
            _ = try detector(.colorDetector(width: 8, height: 8), width: 8, height: 8)
        }
    }
}
