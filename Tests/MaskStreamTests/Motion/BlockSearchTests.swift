import Testing

@testable import MaskStream

/// A smooth texture without end in which every place looks different.
func texture(_ x: Int, _ y: Int) -> Int {
    /// What is drawn at every eighth place.
    func point(_ column: Int, _ row: Int) -> Int {
        var bits = UInt64(bitPattern: Int64(column &* 73_856_093 ^ row &* 19_349_663))
        bits = (bits ^ bits >> 33) &* 0xff51_afd7_ed55_8ccd
        return 40 + Int((bits ^ bits >> 33) >> 57)
    }
    let side = 8
    let (column, row) = ((x + 8000) / side, (y + 8000) / side)
    let (right, down) = ((x + 8000) % side, (y + 8000) % side)
    func mix(_ row: Int) -> Int {
        point(column, row) * (side - right) + point(column + 1, row) * right
    }
    return (mix(row) * (side - down) + mix(row + 1) * down) / (side * side)
}

struct BlockSearchTests {
    private static let (width, height) = (96, 64)

    private static func image(_ luma: (Int, Int) -> Int) -> LumaImage {
        LumaImage(
            width: width, height: height,
            samples: (0..<width * height).map { UInt8(luma($0 % width, $0 / width)) })
    }

    private static func motion(
        _ image: LumaImage, in earlier: LumaImage, most: Int = .max
    ) -> BlockMotion? {
        BlockSearch(image, in: earlier).motion(from: BlockMotion(still: earlier), most: most)
    }

    /// The blocks all of whose content was in the earlier image.
    private static func inside(_ x: Int, _ y: Int) -> [Int] {
        let (columns, rows) = (width / 8, height / 8)
        return (0..<columns * rows).filter {
            let (left, top) = ($0 % columns * 8 + x, $0 / columns * 8 + y)
            return left >= 0 && top >= 0 && left <= width - 8 && top <= height - 8
        }
    }

    @Test(
        "What moves as a whole is found where it came from",
        arguments: [(0, 0), (4, 0), (-3, 2), (7, -5), (-11, -9), (12, 12)])
    func shift(x: Int, y: Int) throws {
        let earlier = Self.image(texture)
        let image = Self.image { texture($0 + x, $1 + y) }
        let motion = try #require(Self.motion(image, in: earlier))
        for block in Self.inside(x, y) {
            #expect(motion.isFound[block])
            #expect(motion.vectors[block] == BlockMotion.Vector(x: x, y: y))
        }
        let isStill = motion.vectors.allSatisfy { $0 == .zero } && !motion.isFound.contains(false)
        #expect(isStill == (x == 0 && y == 0))
        #expect(BlockSearch(image, in: earlier).isSame() == (x == 0 && y == 0))
    }

    @Test("What goes on as before is found however far it is")
    func guess() throws {
        let earlier = Self.image(texture)
        var motion = BlockMotion(still: earlier)
        for step in 1...4 {
            let image = Self.image { texture($0 + 8 * step, $1) }
            let search = BlockSearch(image, in: earlier)
            motion = try #require(search.motion(from: motion, most: .max))
            for block in Self.inside(8 * step, 0) {
                #expect(motion.vectors[block] == BlockMotion.Vector(x: 8 * step, y: 0))
            }
        }
    }

    @Test("Noise is no change, a small thing is one")
    func change() {
        let earlier = Self.image { _, _ in 100 }
        let noisy = Self.image { x, y in 99 + (x + y) % 3 }
        #expect(BlockSearch(noisy, in: earlier).isSame())
        let thing = Self.image { x, y in (20..<23).contains(x) && (20..<23).contains(y) ? 130 : 100
        }
        #expect(!BlockSearch(thing, in: earlier).isSame())
    }

    @Test("What is new is not found, and with more of it than allowed there is no motion")
    func new() throws {
        let earlier = Self.image { x, y in texture(x, y) / 2 }
        let image = Self.image { x, y in
            (16..<32).contains(x) && (24..<32).contains(y)
                ? 255 - 8 * (x % 2) : texture(x, y) / 2
        }
        let motion = try #require(Self.motion(image, in: earlier, most: 2))
        #expect(motion.isFound.indices.filter { !motion.isFound[$0] } == [38, 39])
        #expect(Self.motion(image, in: earlier, most: 1) == nil)
    }
}
