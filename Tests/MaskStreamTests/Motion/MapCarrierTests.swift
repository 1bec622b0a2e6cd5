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

    private static func carrier(
        interval: Int = 4, hides: Bool = false, waits: Bool = false
    ) -> MapCarrier {
        MapCarrier(interval: interval, area: 128 * 96, hides: hides, waits: waits)
    }

    /// A carrier behind a key frame.
    private static func carrier(
        behind frame: Frame, _ map: ConfidenceMap, interval: Int = 4, hides: Bool = false,
        waits: Bool = false
    ) -> MapCarrier {
        var carrier = carrier(interval: interval, hides: hides, waits: waits)
        _ = carrier.step(to: frame)
        carrier.keep(map)
        return carrier
    }

    private static let still = frame(texture)

    /// A textured square of 48 pixels on a plain ground.
    private static func square(at left: Int) -> Frame {
        frame { x, y in
            (left..<left + 48).contains(x) && (24..<72).contains(y) ? texture(x - left, y) : 100
        }
    }

    /// The texture with something that has just appeared.
    private static func appearing(_ width: Int) -> Frame {
        frame { x, y in
            (40..<40 + width).contains(x) && (40..<48).contains(y) ? 250 : texture(x, y)
        }
    }

    @Test("With alpha, in which a picture may be drawn, every frame is estimated")
    func alpha() {
        let format = FrameFormat(
            width: 128, height: 96, pixelFormat: PixelFormat(.gray, hasAlpha: true))
        let frame = Frame.painted(format) { plane, x, y in plane == 0 ? texture(x, y) : 255 }
        var carrier = Self.carrier(behind: frame, Self.map(10, 10))
        for _ in 0..<3 {
            guard case .runs = carrier.step(to: frame) else {
                Issue.record("it is carried")
                return
            }
            carrier.keep(Self.map(10, 10))
        }
    }

    @Test("The map moves with what it belongs to")
    func moves() throws {
        var carrier = Self.carrier(behind: Self.square(at: 16), Self.map(10, 10))
        for step in 1...3 {
            let moved = try #require(carrier.step(to: Self.square(at: 16 + 4 * step)).carried)
            #expect(moved.run == .moved)
            #expect(moved.map.values[10 * 32 + 10 + step] == 1)
            #expect(moved.map.values.reduce(0, +) == 1)
        }
        #expect(carrier.step(to: Self.square(at: 32)).runs)
    }

    @Test("Where nothing changes the map holds, however long", arguments: [false, true])
    func holds(waits: Bool) throws {
        var carrier = Self.carrier(
            behind: Self.still, Self.map(3, 4), interval: 2, waits: waits)
        for _ in 0..<10 {
            let carried = try #require(carrier.step(to: Self.still).carried)
            #expect(carried.run == .skipped && carried.map == Self.map(3, 4))
        }
        #expect(carrier.step(to: Self.frame { x, y in texture(x + 1, y) }).runs)
    }

    @Test("The estimator runs where a scene begins, and until there is a map to carry")
    func runs() {
        var carrier = Self.carrier()
        #expect(carrier.step(to: Self.still).runs)
        carrier.keep(nil)
        #expect(carrier.step(to: Self.still).runs)
        carrier.keep(Self.map(1, 1))
        #expect(carrier.step(to: Self.still).carried != nil)
        #expect(carrier.step(to: Self.still.replacing(beginsScene: true)).runs)
        // The map from before the scene is gone, also if the estimator failed on its first frame.
        #expect(carrier.step(to: Self.still).runs)
    }

    @Test("A little that is new is masked; more is estimated", arguments: [false, true])
    func new(hides: Bool) throws {
        let half = ConfidenceMap(width: 32, height: 24, repeating: 0.5)
        var carrier = Self.carrier(behind: Self.still, half, hides: hides)
        let carried = try #require(carrier.step(to: Self.appearing(8)).carried)
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
        #expect(carrier.step(to: Self.appearing(32)).runs)
    }

    @Test("Between two key frames both say what is shown, and either what is hidden")
    func meets() throws {
        for hides in [false, true] {
            var carrier = Self.carrier(
                behind: Self.square(at: 16), Self.map(10, 10), hides: hides, waits: true)
            let between = try (1...3).map {
                try #require(carrier.step(to: Self.square(at: 16 + 4 * $0)).between)
            }
            #expect(carrier.step(to: Self.square(at: 32)).runs)
            carrier.keep(Self.map(14, 12))
            for (index, carried) in carrier.maps(of: between).enumerated() {
                let carried = try #require(carried)
                let (before, after) = (10 * 32 + 11 + index, 12 * 32 + 11 + index)
                let share = Float(index + 1) / 4
                #expect(carried.run == .moved && carried.new == nil)
                #expect(carried.map.values[before] == (hides ? 1 : 1 - share))
                #expect(carried.map.values[after] == (hides ? 1 : share))
                #expect(carried.map.values.count { $0 > 0 } == 2)
            }
        }
    }

    @Test("What appears is known from the key frame after it, if there is one")
    func later() throws {
        func between(_ frame: Frame, keys: Int) throws -> MapCarrier.Carried? {
            var carrier = Self.carrier(
                behind: Self.still, ConfidenceMap(width: 32, height: 24), waits: true)
            let waiting = try #require(carrier.step(to: frame).between)
            if keys == 2 {
                _ = carrier.step(to: Self.frame { x, y in 255 - texture(x, y) })
                carrier.keep(ConfidenceMap(width: 32, height: 24, repeating: 1))
            }
            if keys == 3 {
                #expect(carrier.step(to: Self.appearing(64)).between != nil)
                #expect(carrier.step(to: Self.appearing(64)).between != nil)
                #expect(carrier.step(to: Self.appearing(64)).runs)
                carrier.keep(ConfidenceMap(width: 32, height: 24, repeating: 1))
            }
            return carrier.maps(of: [waiting])[0]
        }
        // Alone, a frame with much that is new has to be estimated.
        #expect(try between(Self.appearing(64), keys: 1) == nil)
        #expect(try between(Self.appearing(64), keys: 2) == nil)
        let known = try #require(try between(Self.appearing(64), keys: 3))
        #expect(known.map.values[10 * 32 + 11] == 1)
        #expect(known.map.values[20 * 32 + 11] == 0.25)
        // With little that is new, it is masked.
        let little = try #require(try between(Self.appearing(8), keys: 1))
        #expect(little.map.values.allSatisfy { $0 == 0 })
    }

    @Test("A frame that has changed altogether waits for nothing")
    func changes() {
        var carrier = Self.carrier(behind: Self.still, Self.map(1, 1), waits: true)
        #expect(carrier.step(to: Self.frame { x, y in 255 - texture(x, y) }).runs)
    }
}

extension MapCarrier.Step {
    fileprivate var carried: MapCarrier.Carried? {
        if case .carries(let carried) = self { carried } else { nil }
    }

    fileprivate var between: MapCarrier.Between? {
        if case .waits(let between) = self { between } else { nil }
    }

    fileprivate var runs: Bool { if case .runs = self { true } else { false } }
}
