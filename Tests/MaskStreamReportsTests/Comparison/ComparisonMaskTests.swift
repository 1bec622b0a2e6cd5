import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct ComparisonMaskTests {
    private static let format = FrameFormat(width: 64, height: 48)
    private static let box = Box(x: 10, y: 8, width: 30, height: 22)

    private static func kept(_ mask: Mask, in box: Box) -> Int {
        let cells = mask.cells(of: box, in: format)
        return cells.y.reduce(0) { sum, y in
            sum + cells.x.filter { mask.cells[y * mask.width + $0] != 0 }.count
        }
    }

    @Test("A random mask keeps as much of the box, and the rest stays", arguments: 0..<6)
    func area(seed: Int) {
        let mask = Mask.random(Self.format, seed: seed, share: Float(seed) / 5)
        let random = RandomMask.like(
            mask, in: Self.box, format: Self.format, seed: UInt64(seed))
        #expect(Self.kept(random, in: Self.box) == Self.kept(mask, in: Self.box))
        let cells = mask.cells(of: Self.box, in: Self.format)
        for y in 0..<mask.height {
            for x in 0..<mask.width where !(cells.x.contains(x) && cells.y.contains(y)) {
                #expect(random.cells[y * mask.width + x] == mask.cells[y * mask.width + x])
            }
        }
    }

    @Test("Seeds choose different blocks, the same seed the same")
    func seeds() {
        let mask = Mask.random(Self.format, seed: 1)
        let masks = (0..<3).map {
            RandomMask.like(mask, in: Self.box, format: Self.format, seed: UInt64($0 / 2))
        }
        #expect(masks[0] == masks[1] && masks[1] != masks[2])
    }

    @Test("A box outside of the picture has no cells")
    func outside() {
        let mask = Mask.random(Self.format, seed: 1)
        let far = Box(x: 90, y: 90, width: 8, height: 8)
        #expect(RandomMask.like(mask, in: far, format: Self.format, seed: 1) == mask)
    }

    @Test("Masks come back from their file in order")
    func file() throws {
        let small = FrameFormat(width: 2, height: 2)
        let masks =
            [0, 0.1, 0.5, 1].map { Mask.random(Self.format, seed: 3, share: $0) }
            + [Mask.random(small, seed: 1)]
        let file = try MaskFile()
        try masks.forEach(file.append)
        try file.rewind()
        for mask in masks { #expect(try file.next() == mask) }
        #expect(try file.next() == nil)
    }

    @Test("A full disk is an error")
    func full() throws {
        let descriptor = open("/dev/full", O_RDWR)
        defer { close(descriptor) }
        let file = try MaskFile(descriptor: descriptor)
        try file.append(Mask.random(Self.format, seed: 3))
        let error = #expect(throws: MaskStreamError.self) { try file.rewind() }
        #expect(error?.code == .inputOutput)
    }

    @Test("The silhouette shows the mask's shape and nothing else")
    func silhouette() {
        var painter = SilhouettePainter()
        let mask = Mask.random(Self.format, seed: 4)
        let pictures = [1, 2].map { seed in
            painter.paint(Frame.noise(Self.format, seed: seed), mask: mask).buffer
        }
        #expect((0..<3).allSatisfy { pictures[0].samples($0) == pictures[1].samples($0) })
        #expect(Set(pictures[0].samples(0)).count == 2)
        #expect(Set(pictures[0].samples(1)) == [128])
    }

    @Test("Errors are measured on kept luma alone")
    func psnr() throws {
        var mask = Mask(width: 32, height: 24)
        mask.cells[5] = Mask.kept
        let original = Frame.painted(Self.format) { _, _, _ in 100 }
        // Cell 5 covers columns 10 and 11 of rows 0 and 1: one of its four samples is 4 off.
        let decoded = Frame.painted(Self.format) { plane, x, y in
            x == 10 && y == 0 ? 104 : x > 20 || plane > 0 ? 0 : 100
        }
        var error = KeptError()
        #expect(error.psnr == nil)
        error.add(decoded, original: original, mask: mask)
        // 10 log10(255^2 / 4)
        #expect(abs(try #require(error.psnr) - 42.1102) < 1e-3)
        var none = KeptError()
        none.add(original, original: original, mask: mask)
        #expect(none.psnr == KeptError.best)
    }
}
