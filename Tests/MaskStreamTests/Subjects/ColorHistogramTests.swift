import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ColorHistogramTests {
    /// The colours of a component drawn as `#`, in a frame of samples by plane, column and row.
    private static func histogram(
        _ rows: [String], _ pixels: PixelFormat = .yuv420p, side: Int = 64,
        _ value: (_ plane: Int, _ x: Int, _ y: Int) -> Int
    ) throws -> ColorHistogram {
        let map = ConfidenceMap(
            width: rows[0].count, height: rows.count,
            values: rows.joined().map { $0 == "#" ? 1 : 0 })
        let (components, owners) = SubjectFinder(level: 0.5, minArea: 0).components(of: map)
        let format = FrameFormat(width: side, height: side, pixelFormat: pixels)
        return ColorHistogram(
            of: try #require(components.first), owners: owners, width: map.width,
            in: Frame.painted(format, value))
    }

    private static func plain(_ samples: [Int], _ pixels: PixelFormat = .yuv420p) throws
        -> ColorHistogram
    {
        try histogram(["##", "##"], pixels) { plane, _, _ in samples[plane] }
    }

    @Test("The distance is 0 to the same, 1 where nothing is in common, and between them else")
    func distance() throws {
        let red = try Self.plain([81, 90, 240])
        let dark = try Self.plain([60, 90, 240])
        let blue = try Self.plain([200, 240, 20])
        #expect(red.distance(to: red) < 1e-3)
        #expect(abs(red.distance(to: blue) - 1) < 1e-3 && blue.distance(to: red) > 0.999)
        #expect((0.1..<0.9).contains(red.distance(to: dark)))
        #expect(red.distance(to: dark) == dark.distance(to: red))
    }

    @Test("A little more light changes little")
    func light() throws {
        for luma in stride(from: 20, to: 230, by: 7) {
            let (one, other) = (
                try Self.plain([luma, 128, 128]), try Self.plain([luma + 3, 128, 128])
            )
            #expect(one.distance(to: other) < 0.25, "\(luma)")
        }
    }

    @Test("Only the subject's own pixels count, however few or many cells it has")
    func ownPixels() throws {
        for side in [4, 8, 80] {
            let row =
                String(repeating: "#", count: side / 4)
                + String(repeating: ".", count: side - side / 4)
            let rows = Array(repeating: row, count: side)
            let part = try Self.histogram(rows, side: 320) { plane, x, _ in
                let isInside = x < (plane == 0 ? 80 : 40)
                return isInside ? [81, 90, 240][plane] : [200, 240, 20][plane]
            }
            #expect(part.distance(to: try Self.plain([81, 90, 240])) < 1e-3, "\(side)")
        }
    }

    @Test("Depth and grid of a format make no difference")
    func formats() throws {
        let eight = try Self.plain([81, 90, 200])
        let ten = try Self.plain(
            [324, 360, 800], PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 0, chromaShiftY: 0))
        #expect(eight.distance(to: ten) < 1e-3)
        let gray = try Self.plain([81], .gray)
        #expect(gray.distance(to: try Self.plain([200], .gray)) > 0.9)
    }

    @Test("Every pixel format is counted", arguments: PixelFormat.everyKind)
    func everyKind(pixels: PixelFormat) throws {
        let unit = 1 << (pixels.bitDepth - 8)
        let one = try Self.plain([60, 100, 150, 255].map { $0 * unit }, pixels)
        let other = try Self.plain([200, 160, 90, 255].map { $0 * unit }, pixels)
        #expect(one.distance(to: one) < 1e-3 && one.distance(to: other) > 0.9)
    }

    @Test("It moves to another by a fraction")
    func moving() throws {
        var colors = try Self.plain([81, 90, 240])
        let other = try Self.plain([200, 240, 20])
        let start = colors
        colors.move(to: other, by: 0.25)
        #expect(start.distance(to: colors) < other.distance(to: colors))
        colors.move(to: other, by: 1)
        #expect(other.distance(to: colors) < 1e-3)
    }
}
