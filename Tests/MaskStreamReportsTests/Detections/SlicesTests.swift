import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct SlicesTests {
    private static func object(
        _ x: Int, _ y: Int, _ width: Int, _ height: Int, label: Int = 0, score: Float = 0.5
    ) -> DetectedObject {
        DetectedObject(
            box: Box(x: x, y: y, width: width, height: height), label: label, score: score)
    }

    @Test(
        "Windows of the input's size cover the frame, overlap by a fifth, and the frame is the last",
        arguments: [
            (640, 360, 320, [0, 160, 320], [0, 40]), (300, 200, 320, [], []),
            (321, 100, 320, [0, 1], [0]), (576, 320, 320, [0, 256], [0]),
        ])
    func windows(width: Int, height: Int, side: Int, columns: [Int], rows: [Int]) {
        let format = FrameFormat(width: width, height: height, pixelFormat: .gray)
        let slices = Slices(format, width: side, height: side)
        let frame = Box(x: 0, y: 0, width: width, height: height)
        let expected = rows.flatMap { y in
            columns.map { Box(x: $0, y: y, width: side, height: min(side, height)) }
        }
        #expect(slices.windows == expected + [frame])
    }

    @Test("Windows are upright and of square pixels as the input is")
    func turned() {
        var format = FrameFormat(width: 400, height: 200, pixelFormat: .gray)
        format.orientation = Orientation(transposes: true, flipsX: true)
        let turned = Slices(format, width: 100, height: 200).windows
        #expect(turned.allSatisfy { ($0.width, $0.height) == (200, 100) || $0.width == 400 })
        format.orientation = .upright
        format.sampleAspect = Rational(2, 1)
        let wide = Slices(format, width: 400, height: 200).windows
        #expect(wide.first == Box(x: 0, y: 0, width: 200, height: 200) && wide.count == 4)
    }

    @Test(
        "What a window cuts is its neighbour's or the frame's; of two of a class the surest is left"
    )
    func merging() {
        let format = FrameFormat(width: 576, height: 320, pixelFormat: .gray)
        let slices = Slices(format, width: 320, height: 320)
        let merged = slices.merge([
            // Cut at 320, and at the frame's own edge.
            [Self.object(290, 10, 30, 40, score: 0.9), Self.object(0, 0, 20, 20, score: 0.3)],
            // The first one whole, and another class at the same place.
            [Self.object(290, 10, 60, 40), Self.object(290, 10, 60, 40, label: 1, score: 0.7)],
            // The first one once more, a little aside, and one that only the frame shows.
            [Self.object(292, 10, 60, 40, score: 0.6), Self.object(10, 5, 500, 300, score: 0.4)],
        ])
        #expect(
            merged == [
                Self.object(290, 10, 60, 40, label: 1, score: 0.7),
                Self.object(292, 10, 60, 40, score: 0.6),
                Self.object(10, 5, 500, 300, score: 0.4), Self.object(0, 0, 20, 20, score: 0.3),
            ])
    }
}
