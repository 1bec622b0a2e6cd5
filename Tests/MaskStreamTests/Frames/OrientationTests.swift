import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct OrientationTests {
    @Test("The inverse undoes it", arguments: Orientation.every)
    func inverse(orientation: Orientation) {
        let stored = Array(0..<15)
        let size = orientation.displayed(width: 5, height: 3)
        let upright = orientation.apply(to: stored, width: 5, height: 3)
        #expect(
            orientation.inverse.apply(to: upright, width: size.width, height: size.height) == stored
        )
        #expect(orientation.inverse.inverse == orientation)
        let back = orientation.inverse.displayed(width: size.width, height: size.height)
        #expect(back == (5, 3))
    }

    @Test("Planes are turned one by one", arguments: Orientation.every)
    func planes(orientation: Orientation) {
        let planes = [(0..<15).map(Float.init), (15..<30).map(Float.init)]
        #expect(
            orientation.apply(toPlanes: planes.flatMap { $0 }, width: 5, height: 3)
                == planes.flatMap { orientation.apply(to: $0, width: 5, height: 3) })
    }

    @Test("Clockwise turns, by hand")
    func turns() throws {
        // 1 2 3        4 1
        // 4 5 6   ->   5 2   when turned by 90 degrees clockwise
        //              6 3
        let picture = [1, 2, 3, 4, 5, 6]
        let expected = [
            0: picture, 90: [4, 1, 5, 2, 6, 3], 180: [6, 5, 4, 3, 2, 1], 270: [3, 6, 2, 5, 1, 4],
        ]
        for (degrees, upright) in expected {
            for turn in [-720, 0, 360] {
                let orientation = try #require(Orientation(clockwiseDegrees: degrees + turn))
                #expect(orientation.apply(to: picture, width: 3, height: 2) == upright)
            }
        }
        #expect(Orientation(clockwiseDegrees: 45) == nil)
    }

    @Test("A box lies where its pixels are shown", arguments: Orientation.every)
    func boxes(orientation: Orientation) {
        let box = Box(x: 1, y: 2, width: 3, height: 1)
        let stored = (0..<7 * 4).map { index in
            let (x, y) = (index % 7, index / 7)
            return x >= 1 && x < 4 && y == 2
        }
        let upright = orientation.apply(to: stored, width: 7, height: 4)
        let size = orientation.displayed(width: 7, height: 4)
        let shown = box.displayed(orientation, in: 7, 4)
        for (index, isInside) in upright.enumerated() {
            let (x, y) = (index % size.width, index / size.width)
            let expected =
                x >= shown.x && x < shown.x + shown.width && y >= shown.y
                && y < shown.y + shown.height
            #expect(isInside == expected)
        }
        #expect(shown.displayed(orientation.inverse, in: size.width, size.height) == box)
    }
}

struct FrameFormatTests {
    @Test("Displayed size and aspect follow orientation and pixel shape")
    func display() throws {
        var format = FrameFormat(width: 720, height: 576, sampleAspect: Rational(16, 15))
        #expect(abs(format.displayAspect - 4.0 / 3) < 1e-9)
        format.orientation = try #require(Orientation(clockwiseDegrees: 90))
        #expect(format.displaySize == (576, 720))
        #expect(abs(format.displayAspect - 0.75) < 1e-9)
        format.sampleAspect = Rational(0, 1)
        #expect(abs(format.displayAspect - 0.8) < 1e-9)
    }

    @Test("Chroma planes of odd sizes are rounded up")
    func planes() {
        #expect(PixelFormat.yuv420p.planeSize(1, width: 3, height: 1) == (2, 1))
        #expect(PixelFormat.yuv420p.planeSize(0, width: 3, height: 1) == (3, 1))
        #expect(PixelFormat.gbrp.planeSize(1, width: 3, height: 1) == (3, 1))
        let alpha = PixelFormat(.yuv, chromaShiftX: 1, chromaShiftY: 1, hasAlpha: true)
        #expect(alpha.planeSize(3, width: 3, height: 1) == (3, 1))
        #expect(PixelFormat(.rgb, chromaShiftX: 1) == PixelFormat.gbrp)
    }

    @Test("Untagged pictures are BT.601 below 720 lines, else BT.709")
    func matrix() {
        #expect(ColorInfo().lumaWeights(height: 719).red == 0.299)
        #expect(ColorInfo().lumaWeights(height: 720).red == 0.2126)
        #expect(ColorInfo(matrix: 1).lumaWeights(height: 10).red == 0.2126)
        #expect(ColorInfo(matrix: 9).lumaWeights(height: 10).red == 0.2627)
    }

    @Test("A map is finite only if all of its scores are")
    func finite() {
        #expect(ConfidenceMap(width: 2, height: 1, values: [0, 1]).isFinite)
        for bad in [Float.nan, .infinity, -.infinity, .signalingNaN] {
            #expect(!ConfidenceMap(width: 3, height: 1, values: [0, bad, 1]).isFinite)
        }
    }
}

struct PixelBufferPoolTests {
    @Test("A buffer is used again when nobody holds it, never before")
    func reuse() {
        let pool = PixelBufferPool()
        func address(_ buffer: PixelBuffer) -> UnsafeRawPointer {
            buffer.withPlane(0) { $0.base }
        }
        var first: PixelBuffer? = pool.take(format: .gray, width: 4, height: 4).freeze()
        let second = pool.take(format: .gray, width: 4, height: 4).freeze()
        let place = first.map(address)
        #expect(place != address(second))
        first = nil
        #expect(address(pool.take(format: .gray, width: 4, height: 4).freeze()) == place)
        _ = pool.take(format: .gray, width: 4, height: 4)
        #expect(address(pool.take(format: .gray, width: 4, height: 4).freeze()) == place)
        #expect(pool.take(format: .yuv420p, width: 4, height: 4).format == .yuv420p)
    }

    @Test("Buffers outlive their pool")
    func outlives() {
        var pool: PixelBufferPool? = PixelBufferPool()
        guard var buffer = pool?.take(format: .gray, width: 4, height: 4) else { return }
        pool = nil
        buffer.set(0) { x, y in x + y }
        #expect(buffer.freeze().samples(0).last == 6)
    }
}
