import Foundation
@testable import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

/// A detector that is shown windows of a frame, with a model that finds the red and the blue rectangle
/// of an image.
struct WindowDetectorTests {
    static let red = Box(x: 41, y: 30, width: 24, height: 32)
    static let blue = Box(x: 200, y: 120, width: 48, height: 20)
    static let whole = Box(x: 0, y: 0, width: 320, height: 240)
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func detector(width: Int, height: Int) throws -> WindowDetector {
        let path = try folder.write(TinyOnnx.colorDetector(width: width, height: height).bytes)
        return try WindowDetector(
            spec: OnnxDetectorTests.spec(path, width: width, height: height),
            session: OnnxSession(path: path))
    }

    /// A dark frame with a red and a blue rectangle.
    private static func frame(_ change: (inout FrameFormat) -> Void = { _ in }) -> Frame {
        var format = FrameFormat(width: 320, height: 240, pixelFormat: .gbrp)
        change(&format)
        return Frame.painted(format) { plane, x, y in
            let light = [(red, 2), (blue, 1)].contains { box, channel in
                plane == channel && (box.x..<box.x + box.width).contains(x)
                    && (box.y..<box.y + box.height).contains(y)
            }
            return light ? 240 : 20
        }
    }

    private static func expect(
        _ found: [DetectedObject], _ boxes: [Box], within slack: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let sorted = found.sorted { $0.box.x < $1.box.x }.map(\.box)
        #expect(sorted.count == boxes.count, sourceLocation: sourceLocation)
        for (one, other) in zip(sorted, boxes) {
            let edges = [
                one.x - other.x, one.y - other.y, one.x + one.width - other.x - other.width,
                one.y + one.height - other.y - other.height,
            ]
            #expect(
                edges.allSatisfy { abs($0) <= slack }, "\(one) \(other)",
                sourceLocation: sourceLocation)
        }
    }

    @Test(
        "A whole frame is scaled to fit, bars beside it, and boxes come back",
        arguments: Orientation.every)
    func wholeFrames(orientation: Orientation) throws {
        let frame = Self.frame { $0.orientation = orientation }
        for (width, height) in [(160, 120), (160, 160), (96, 160), (640, 480)] {
            var model = try detector(width: width, height: height)
            let answers = try model.run(on: frame, in: [Region(box: Self.whole, mask: nil)])
            let shown = orientation.displayed(width: 320, height: 240)
            let scale = min(
                Double(width) / Double(shown.width), Double(height) / Double(shown.height))
            Self.expect(
                try #require(answers[0]?.objects), [Self.red, Self.blue],
                within: Int((1 / scale).rounded(.up)))
        }
    }

    @Test("A slice shows what lies in it, at its own size, clipped to it")
    func slices() throws {
        var model = try detector(width: 64, height: 64)
        let windows = [(30, 20), (50, 20), (160, 100), (100, 0)].map {
            Region(box: Box(x: $0.0, y: $0.1, width: 64, height: 64), mask: nil)
        }
        let found = try model.run(on: Self.frame(), in: windows).map { $0?.objects ?? [] }
        Self.expect(found[0], [Self.red], within: 0)
        Self.expect(found[1], [Box(x: 50, y: 30, width: 15, height: 32)], within: 0)
        Self.expect(found[2], [Box(x: 200, y: 120, width: 24, height: 20)], within: 0)
        #expect(found[3].isEmpty)
    }

    @Test("Pixels that are not square keep their shape, and what is masked is black")
    func aspectsAndMasks() throws {
        var model = try detector(width: 160, height: 60)
        let frame = Self.frame { $0.sampleAspect = Rational(2, 1) }
        var mask = Mask(width: 320, height: 240)
        for y in 100..<240 { for x in 0..<320 { mask.cells[y * 320 + x] = Mask.kept } }
        let answers = try model.run(
            on: frame, in: [nil, mask].map { Region(box: Self.whole, mask: $0) })
        Self.expect(try #require(answers[0]?.objects), [Self.red, Self.blue], within: 4)
        Self.expect(try #require(answers[1]?.objects), [Self.blue], within: 4)
    }
}
