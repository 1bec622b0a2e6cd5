import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MapCarrierTests {
    private static let format = FrameFormat(width: 128, height: 96, pixelFormat: .gray)

    private static func frame(
        _ luma: @escaping (Int, Int) -> Int, beginsScene: Bool = false
    ) -> Frame {
        Frame.painted(format) { _, x, y in luma(x, y) }.replacing(beginsScene: beginsScene)
    }

    /// A map of cells of 4 pixels with one high cell.
    private static func map(_ x: Int, _ y: Int) -> ConfidenceMap {
        var map = ConfidenceMap(width: 32, height: 24)
        map.values[y * 32 + x] = 1
        return map
    }

    private static func carrier(interval: Int = 4, hides: Bool = false) -> MapCarrier {
        MapCarrier(interval: interval, area: 128 * 96, hides: hides)
    }

    private static let still = frame(texture)

    /// A textured square of 48 pixels on a plain ground.
    private static func square(at left: Int) -> Frame {
        frame { x, y in
            (left..<left + 48).contains(x) && (24..<72).contains(y) ? texture(x - left, y) : 100
        }
    }

    @Test("The map moves with what it belongs to")
    func moves() throws {
        var carrier = Self.carrier()
        #expect(carrier.map(of: Self.square(at: 16)) == nil)
        carrier.keep(Self.map(10, 10))
        for step in 1...3 {
            let carried = carrier.map(of: Self.square(at: 16 + 4 * step))
            let moved = try #require(carried)
            #expect(moved.run == .moved)
            #expect(moved.map.values[10 * 32 + 10 + step] == 1)
            #expect(moved.map.values.reduce(0, +) == 1)
        }
        #expect(carrier.map(of: Self.square(at: 32)) == nil)
    }

    @Test("Where nothing changes the map holds, however long")
    func holds() throws {
        var carrier = Self.carrier(interval: 2)
        _ = carrier.map(of: Self.still)
        carrier.keep(Self.map(3, 4))
        for _ in 0..<10 {
            let held = carrier.map(of: Self.still)
            let carried = try #require(held)
            #expect(carried.run == .skipped && carried.map == Self.map(3, 4))
        }
        #expect(carrier.map(of: Self.frame { x, y in texture(x + 1, y) }) == nil)
    }

    @Test("The estimator runs where a scene begins, and until there is a map to carry")
    func runs() {
        var carrier = Self.carrier()
        _ = carrier.map(of: Self.still)
        carrier.keep(nil)
        #expect(carrier.map(of: Self.still) == nil)
        carrier.keep(Self.map(1, 1))
        #expect(carrier.map(of: Self.still) != nil)
        #expect(carrier.map(of: Self.still.replacing(beginsScene: true)) == nil)
        // The map from before the scene is gone, also if the estimator failed on its first frame.
        #expect(carrier.map(of: Self.still) == nil)
    }

    @Test("A little that is new is masked; more is estimated", arguments: [false, true])
    func new(hides: Bool) throws {
        var carrier = Self.carrier(hides: hides)
        _ = carrier.map(of: Self.still)
        carrier.keep(ConfidenceMap(width: 32, height: 24, repeating: 0.5))
        func appearing(_ width: Int) -> Frame {
            Self.frame { x, y in
                (40..<40 + width).contains(x) && (40..<48).contains(y) ? 250 : texture(x, y)
            }
        }
        let moved = carrier.map(of: appearing(8))
        let carried = try #require(moved)
        for cell in carried.map.values.indices {
            let isNew = (10..<12).contains(cell % 32) && (10..<12).contains(cell / 32)
            #expect(carried.map.values[cell] == (isNew && !hides ? 0 : 0.5))
        }
        #expect((carried.new != nil) == hides)
        var mask = Mask(width: 64, height: 48, keepsAll: true)
        carried.new?.hide(in: &mask)
        for cell in mask.cells.indices where hides {
            let isNew = (20..<24).contains(cell % 64) && (20..<24).contains(cell / 64)
            #expect(mask.cells[cell] == (isNew ? 0 : Mask.kept))
        }
        #expect(carrier.map(of: appearing(32)) == nil)
    }
}
