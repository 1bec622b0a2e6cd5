import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct CanvasPainterTests {
    private static func canvas(_ text: String) throws -> CanvasSize {
        try #require(CanvasSize(text))
    }

    private static func region(_ from: [Int], _ to: [Int], scale: Double = 1) -> PackedRegion {
        func box(_ n: [Int]) -> Box { Box(x: n[0], y: n[1], width: n[2], height: n[3]) }
        return PackedRegion(track: 1, from: box(from), to: box(to), scale: scale)
    }

    @Test(
        "At scale 1 samples are the frame's, elsewhere the canvas shows the fill",
        arguments: PixelFormat.everyKind)
    func copies(pixels: PixelFormat) throws {
        // The second region ends at the frame's odd edge.
        let regions = [
            Self.region([4, 8, 10, 6], [20, 2, 10, 6]),
            Self.region([20, 16, 5, 3], [32, 20, 5, 3]),
        ]
        let format = FrameFormat(width: 37, height: 23, pixelFormat: pixels)
        let frame = Frame.noise(format, seed: 3, pts: 5)
        for fill in [MaskFill.zero, .color(red: 9, green: 99, blue: 200), .blur(nil)] {
            let canvas = try CanvasPainter(Self.canvas("41x31")).paint(frame, regions, fill: fill)
            #expect((canvas.format.width, canvas.format.height, canvas.pts) == (41, 31, 5))
            var ground =
                (fill.samples(in: canvas.format) ?? MaskFill.zero.samples(in: canvas.format) ?? [])
                .map(Int.init)
            if pixels.hasAlpha { ground.append(pixels.maxValue) }
            for plane in 0..<pixels.planeCount {
                let isChroma = pixels.model == .yuv && (plane == 1 || plane == 2)
                let (x, y) = isChroma ? (pixels.chromaShiftX, pixels.chromaShiftY) : (0, 0)
                var expected = Samples(of: canvas.buffer, plane, repeating: ground[plane])
                let source = Samples(of: frame.buffer, plane)
                for (from, to) in regions.map({ ($0.from, $0.to) }) {
                    for row in 0..<(to.height + y) >> y {
                        for column in 0..<(to.width + x) >> x {
                            expected[(from.x >> x) + column, (from.y >> y) + row] =
                                source[(to.x >> x) + column, (to.y >> y) + row]
                        }
                    }
                }
                #expect(Samples(of: canvas.buffer, plane) == expected, "plane \(plane)")
            }
        }
    }

    @Test("Shrunk samples are the means of those that they cover")
    func shrinks() throws {
        for depth in [8, 10] {
            let pixels = PixelFormat(.yuv, bitDepth: depth, chromaShiftX: 1, chromaShiftY: 1)
            let format = FrameFormat(width: 40, height: 24, pixelFormat: pixels)
            let frame = Frame.painted(format) { plane, x, y in 40 * plane + 4 * (x / 4) + y / 4 }
            let region = Self.region([2, 4, 16, 8], [8, 8, 32, 16], scale: 0.5)
            let canvas = try CanvasPainter(Self.canvas("20x16")).paint(frame, [region], fill: .zero)
            let luma = Samples(of: canvas.buffer, 0)
            let chroma = Samples(of: canvas.buffer, 1)
            for (x, y) in [(2, 4), (9, 7), (17, 11)] {
                let (column, row) = (8 + 2 * (x - 2), 8 + 2 * (y - 4))
                #expect(luma[x, y] == 4 * (column / 4) + row / 4)
            }
            // A chroma sample of the canvas covers two by two of the frame's.
            #expect(chroma[1, 2] == 40 + 4 * 1 + 1)
            #expect(luma[1, 4] == 16 << (depth - 8) && luma[18, 4] == 16 << (depth - 8))
        }
    }

    @Test func anEmptyCanvasIsTransparentWithThatFill() throws {
        let format = FrameFormat(width: 20, height: 20)
        var painter = MaskPainter(fill: .transparent)
        let masked = painter.paint(.noise(format, seed: 1), mask: nil)
        let canvas = try CanvasPainter(Self.canvas("16x16")).paint(masked, [], fill: .transparent)
        #expect(canvas.format.pixelFormat == PixelFormat.yuv420p.withAlpha)
        #expect(Set(canvas.buffer.samples(3)) == [0])
    }

    @Test("Untagged colours stay those of the frame's height, and a turned canvas is turned, too")
    func format() throws {
        var format = FrameFormat(width: 1920, height: 1080)
        format.fields = .topFirst
        format.orientation = try #require(Orientation(clockwiseDegrees: 90))
        let canvas = try Self.canvas("320x200").format(for: format)
        #expect((canvas.width, canvas.height) == (200, 320))
        #expect(canvas.displaySize == (320, 200))
        #expect(canvas.color.effectiveMatrix(height: canvas.height) == 1)
        #expect(!canvas.isInterlaced)
    }
}

/// The samples of a plane by column and row.
private struct Samples: Equatable {
    private let width: Int
    private var values: [Int]

    init(of buffer: PixelBuffer, _ plane: Int, repeating value: Int? = nil) {
        width = buffer.withPlane(plane) { $0.width }
        values = buffer.samples(plane)
        if let value { values = values.map { _ in value } }
    }

    subscript(x: Int, y: Int) -> Int {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }
}
