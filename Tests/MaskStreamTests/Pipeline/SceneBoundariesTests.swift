import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct SceneCutTests {
    private static let format = FrameFormat(width: 96, height: 54, pixelFormat: .gray)

    /// A smooth scene of blobs; `phase` moves it, `seed` is another place.
    private static func scene(_ seed: Int, phase: Int = 0, light: Int = 0) -> Frame {
        var generator = SeededGenerator(seed)
        let cells = (0..<12 * 8).map { _ in Int.random(in: 40...215, using: &generator) }
        return Frame.painted(format) { _, x, y in
            min(max(cells[(x + phase) / 8 % 12 + y / 7 % 8 * 12] + light, 0), 255)
        }
    }

    @Test("A cut is found on its first frame and only there")
    func cut() {
        var detector = SceneCut()
        let found = (0..<30).map { index in
            detector.isCut(Self.scene(index / 10, phase: index % 10 / 3))
        }
        #expect(found.indices.filter { found[$0] } == [10, 20])
    }

    @Test("Steady motion is none, however fast, once it has begun", arguments: [1, 3, 8])
    func motion(speed: Int) {
        var detector = SceneCut()
        let found = (0..<40).map { detector.isCut(Self.scene(1, phase: $0 * speed)) }
        // Every picture differs by much from the one before: the first change looks like a cut.
        #expect(found.count { $0 } <= 1)
        #expect(!found.dropFirst(2).contains(true))
    }

    @Test("A change of light of a tenth of the range is none")
    func light() {
        var detector = SceneCut()
        for index in 0..<20 {
            let isCut = detector.isCut(Self.scene(1, light: index % 2 * 25))
            #expect(!isCut)
        }
    }

    @Test("A bright flash over the whole picture counts as two cuts")
    func flash() {
        var detector = SceneCut()
        let found = (0..<10).map { detector.isCut(Self.scene(1, light: $0 == 5 ? 200 : 0)) }
        #expect(found.indices.filter { found[$0] } == [5, 6])
    }

    @Test("Depth, range and tiny sizes make no difference", arguments: PixelFormat.everyKind)
    func formats(pixels: PixelFormat) {
        let format = FrameFormat(width: 3, height: 2, pixelFormat: pixels)
        var detector = SceneCut()
        let found = [1, 1, 6, 6].map { eighths in
            detector.isCut(Frame.painted(format) { _, _, _ in eighths * pixels.maxValue / 8 })
        }
        #expect(found == [false, false, true, false])
    }
}

struct SceneBoundariesTests {
    /// Gray frames with times in ticks; their gray is 100, or another in another scene.
    private static func frames(
        _ times: [Int64], per second: Rational = Rational(1, 1000),
        gray: (Int) -> Int = { _ in 100 },
        damaged: Set<Int> = [], begins: Set<Int> = []
    ) -> [Frame] {
        let format = FrameFormat(width: 8, height: 8, pixelFormat: .gray, timeBase: second)
        return times.enumerated().map { index, pts in
            Frame.painted(format, pts: pts, isDamaged: damaged.contains(index)) { _, _, _ in
                gray(index)
            }
            .replacing(beginsScene: begins.contains(index))
        }
    }

    /// The frames that begin a scene.
    private static func begins(_ frames: [Frame], limit: Double? = nil) -> [Int] {
        var scenes = SceneBoundaries(limit: limit)
        return frames.indices.filter { scenes.mark(frames[$0]).beginsScene }
    }

    @Test("A limit counts from the first frame: the first one at or after each multiple")
    func limits() {
        let steady = Self.frames((0..<50).map { 3_600_000 + 40 * $0 })
        #expect(Self.begins(steady) == [])
        #expect(Self.begins(steady, limit: 0.5) == [13, 25, 38])
        #expect(
            Self.begins(steady, limit: 0.4) == [10, 20, 30, 40], "also where it is no multiple of 2"
        )
        #expect(Self.begins(steady, limit: 2) == [])
        #expect(Self.begins(steady, limit: 1e-9) == Array(1..<50))
        let ntsc = Self.frames((0..<300).map { 1001 * $0 }, per: Rational(1, 30_000))
        #expect(Self.begins(ntsc, limit: 1001.0 / 300) == [100, 200])
        #expect(Self.begins(ntsc, limit: 2) == [60, 120, 180, 240])
        let sparse = Self.frames([-500, 0, 100, 3700, 3750, 9500, 9600])
        #expect(Self.begins(sparse, limit: 1) == [3, 5], "one for all multiples in a gap")
    }

    @Test("A source's boundary and a cut count, each forgets what changed before")
    func others() {
        let times = (0..<12).map { Int64(40 * $0) }
        #expect(Self.begins(Self.frames(times, begins: [0, 7])) == [0, 7])
        #expect(Self.begins(Self.frames(times) { $0 < 5 ? 40 : 200 }) == [5])
        let moved = Self.frames(times, gray: { $0 < 5 ? 100 : 150 }, begins: [3])
        #expect(Self.begins(moved) == [3], "right after a boundary less than a third is motion")
        #expect(Self.begins(Self.frames(times) { $0 < 10 ? 100 : 150 }) == [10])
    }

    @Test("A damaged frame is no cut and is compared with none; other boundaries count")
    func damage() {
        let times = (0..<12).map { Int64(100 * $0) }
        let broken = Self.frames(times, gray: { $0 == 5 ? 255 : 20 }, damaged: [5])
        #expect(Self.begins(broken) == [])
        #expect(Self.begins(broken, limit: 0.5) == [5, 10])
    }
}
