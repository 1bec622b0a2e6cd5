import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Blur and mosaic over subjects that are to be hidden: cells grow with the subject.
struct HiddenSubjectTests {
    /// A mask that hides some boxes, in cells.
    private static func mask(_ format: FrameFormat, hiding boxes: [Box]) -> Mask {
        let grid = format.maskGrid
        var mask = Mask(width: grid.width, height: grid.height, keepsAll: true)
        for box in boxes {
            for y in box.y..<box.y + box.height {
                for x in box.x..<box.x + box.width { mask.cells[y * mask.width + x] = 0 }
            }
        }
        return mask
    }

    /// How often cells are doubled in each masked span of a picture.
    private static func doublings(_ format: FrameFormat, _ mask: Mask, size: Int = 4) -> [[UInt8]] {
        var spans = SpanRows(mask)
        let pixels = format.pixelFormat
        spans.doubleCells(
            of: size, most: 6, shiftX: pixels.chromaShiftX, shiftY: pixels.chromaShiftY)
        return (0..<mask.height).map { y in spans[y].filter { !$0.isKept }.map(\.doublings) }
    }

    @Test("At most six cells cover the shorter side", arguments: 1...200)
    func sixth(side: Int) throws {
        let format = FrameFormat(width: 300, height: 220, pixelFormat: .gray)
        let box = Box(x: 3, y: 5, width: side + 60, height: side)
        let found = Self.doublings(format, Self.mask(format, hiding: [box]))
        let doublings = try #require(found[5].first)
        #expect(6 * 4 << Int(doublings) >= side)
        #expect(doublings == 0 || 6 * 4 << Int(doublings - 1) < side, "no more than needed")
        #expect(found.joined().allSatisfy { $0 == doublings })
    }

    @Test("Each region has cells of its own; regions that touch at a corner are one")
    func regions() {
        let format = FrameFormat(width: 120, height: 100, pixelFormat: .gray)
        let small = Box(x: 2, y: 2, width: 20, height: 20)
        let large = Box(x: 40, y: 4, width: 50, height: 90)
        #expect(Self.doublings(format, Self.mask(format, hiding: [small, large]))[10] == [0, 2])
        let corner = Box(x: 22, y: 22, width: 20, height: 20)
        let joined = Self.doublings(format, Self.mask(format, hiding: [small, corner]))
        #expect(joined[10] == [1] && joined[30] == [1])
        // A ring is one region, and what lies in it another.
        var ring = Self.mask(format, hiding: [Box(x: 10, y: 10, width: 80, height: 80)])
        for y in 12..<88 {
            for x in 12..<88 where !(40..<50).contains(x) || !(40..<50).contains(y) {
                ring.cells[y * ring.width + x] = Mask.kept
            }
        }
        #expect(Self.doublings(format, ring)[45] == [2, 0, 2])
    }

    @Test("Sides are counted in pixels, whatever a cell of the mask covers")
    func subsampled() {
        let format = FrameFormat(width: 120, height: 100)
        let box = Box(x: 0, y: 0, width: 20, height: 20)
        #expect(Self.doublings(format, Self.mask(format, hiding: [box]))[3] == [1])
    }

    @Test(
        "A subject that fills the frame keeps no detail finer than a sixth of its side",
        arguments: PixelFormat.everyKind, [[96, 96], [97, 131], [250, 101]])
    func fillsTheFrame(pixels: PixelFormat, size: [Int]) {
        let format = FrameFormat(width: size[0], height: size[1], pixelFormat: pixels)
        let frame = Frame.painted(format) { plane, x, y in
            plane == pixels.colorPlaneCount ? pixels.maxValue : (x * x + 3 * y * x) % 190 + 20
        }
        var painter = MaskPainter(fill: .pixelate(4), hidesSubjects: true)
        let painted = painter.paint(frame, mask: nil)
        for plane in 0..<pixels.colorPlaneCount {
            let (width, height) = pixels.planeSize(plane, width: size[0], height: size[1])
            let values = painted.buffer.samples(plane)
            let rows = Set((0..<height).map { Array(values[$0 * width..<($0 + 1) * width]) })
            let columns = Set(
                (0..<width).map { x in (0..<height).map { values[$0 * width + x] } })
            let most = min(size[0], size[1])
            #expect(rows.count <= 6 * size[1] / most && columns.count <= 6 * size[0] / most)
        }
        var asked = MaskPainter(fill: .pixelate(4))
        #expect(Set(asked.paint(frame, mask: nil).buffer.samples(0)).count > 6)
    }

    @Test("Cells are never smaller than asked for")
    func neverSmaller() {
        let format = FrameFormat(width: 70, height: 50, pixelFormat: .gray)
        let frame = Frame.noise(format, seed: 8)
        for (size, most) in [(8, 8 * 6), (24, 2 * 2), (60, 1)] {
            var painter = MaskPainter(fill: .pixelate(size), hidesSubjects: true)
            let mask = Self.mask(format, hiding: [Box(x: 0, y: 0, width: 70, height: 20)])
            let painted = painter.paint(frame, mask: mask).buffer.samples(0)
            #expect(Set(painted.prefix(70 * 20)).count <= most)
        }
    }
}
