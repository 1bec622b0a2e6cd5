import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct CanvasPackerTests {
    private static let frames = FrameFormat(width: 1280, height: 720)

    private static func packer(
        _ size: String = "320x320", _ pixels: PixelFormat = .yuv420p
    ) throws -> CanvasPacker {
        var format = frames
        format.pixelFormat = pixels
        return CanvasPacker(try #require(CanvasSize(size)), for: format)
    }

    private static func subject(_ track: Int, _ x: Int, _ y: Int, _ width: Int, _ height: Int)
        -> Subject
    {
        Subject(box: Box(x: x, y: y, width: width, height: height), area: 1, track: track)
    }

    /// Subjects' widths and heights, and the scale at which they are packed on 320x320.
    static let scales: [([[Int]], Double)] = [
        ([[320, 320]], 1), ([[322, 320]], 0.875), ([[640, 640]], 0.5), ([[1280, 720]], 0.25),
        ([[156, 156], [156, 156], [156, 156], [156, 156]], 1),
        ([[158, 156], [158, 156], [158, 156], [158, 156]], 0.875),
        ([[36, 36], [48, 52], [60, 64], [72, 72], [40, 50], [66, 70]], 1),
    ]

    @Test("Subjects are as large as in the frame, or shrunk together", arguments: scales)
    func scale(sizes: [[Int]], scale: Double) throws {
        var packer = try Self.packer()
        let subjects = sizes.enumerated().map { Self.subject($0 + 1, 0, 0, $1[0], $1[1]) }
        let regions = packer.place(subjects, time: 0)
        #expect(regions.map(\.scale) == sizes.map { _ in scale })
        for (region, subject) in zip(
            regions.sorted { $0.track ?? 0 < $1.track ?? 0 }, subjects)
        {
            #expect(region.to == subject.box)
            #expect(region.from.width == Int((Double(subject.box.width) * scale).rounded(.up)))
        }
    }

    @Test("Boxes grow to whole chroma samples of the frame, and places begin at some")
    func chroma() throws {
        for (pixels, step) in [
            (PixelFormat.yuv420p, 2), (.yuv444p, 2),
            (PixelFormat(.yuv, chromaShiftX: 2, chromaShiftY: 2), 4),
        ] {
            var packer = try Self.packer("317x203", pixels)
            let regions = packer.place(
                [Self.subject(1, 13, 7, 21, 33), Self.subject(2, 1261, 699, 60, 60)], time: 0)
            let large = try #require(regions.first)
            let low = (13 / step * step, 7 / step * step)
            #expect((large.to.x, large.to.y) == low)
            #expect(large.to.x + large.to.width == (34 + step - 1) / step * step)
            #expect(large.to.y + large.to.height == 40)
            let edge = try #require(regions.last).to
            #expect((edge.x + edge.width, edge.y + edge.height) == (1280, 720))
            for box in regions.map(\.from) {
                #expect(box.x % step == 0 && box.y % step == 0)
                #expect(box.x + box.width <= 317 && box.y + box.height <= 203)
            }
        }
    }

    @Test func aRestingSubjectStaysThoughItsBoxTremblesAndOthersComeAndGo() throws {
        var packer = try Self.packer()
        var generator = SeededGenerator(1)
        var offsets: Set<[Int]> = []
        for frame in 0..<200 {
            let (left, top) = (Int.random(in: 0...4, using: &generator), 2 * (frame % 3))
            var subjects = [
                Self.subject(1, 600 + left, 300 + top, 64 - left - frame % 5, 72 - top)
            ]
            for other in 2...4 where (frame / (10 * other)) % 2 == 1 {
                subjects.append(Self.subject(other, 7 * frame % 1200, 40 * other, 40, 48))
            }
            let regions = packer.place(subjects, time: Double(frame) / 25)
            #expect(regions.count == subjects.count)
            let own = try #require(regions.first { $0.track == 1 })
            offsets.insert([own.to.x - own.from.x, own.to.y - own.from.y])
        }
        #expect(offsets.count == 1, "\(offsets)")
    }

    @Test func aSubjectOutOfSightFindsItsPlaceAgainUnlessAnotherNeedsIt() throws {
        var packer = try Self.packer("96x96")
        let (one, two) = (Self.subject(1, 0, 0, 80, 40), Self.subject(2, 200, 0, 80, 32))
        let place = packer.place([one], time: 0)[0].from
        _ = packer.place([], time: 0.5)
        #expect(packer.place([one], time: 1)[0].from == place)
        #expect(packer.place([one, two], time: 1.1).map(\.scale) == [1, 1])
        _ = packer.place([two], time: 1.2)
        // There is room for two at this scale: the one in sight stays.
        let regions = packer.place([two, Self.subject(3, 0, 400, 80, 40)], time: 1.3)
        #expect(regions.map(\.scale) == [1, 1])
        #expect(regions[0].from == place)
    }

    @Test func theScaleFallsAtOnceAndRisesAfterAWhile() throws {
        var packer = try Self.packer()
        let large = Self.subject(1, 0, 0, 600, 600)
        let small = Self.subject(2, 700, 0, 100, 100)
        #expect(packer.place([small], time: 0)[0].scale == 1)
        #expect(packer.place([large, small], time: 1).allSatisfy { $0.scale < 0.5 })
        let shrunk = packer.place([small], time: 2)[0]
        #expect(shrunk.scale < 0.5)
        #expect(packer.place([small], time: 2.9)[0] == shrunk)
        #expect(packer.place([small], time: 3)[0].scale == 1)
    }

    @Test func atTheEdgeOfAScaleItDoesNotGoToAndFro() throws {
        var packer = try Self.packer()
        let scales = (0..<200).map { frame in
            packer.place(
                [Self.subject(1, 0, 0, 318 + 4 * (frame / 30 % 2), 318)], time: Double(frame) / 10
            ).first?.scale
        }
        #expect(Set(scales[40...]) == [0.875])
    }

    @Test("Of more subjects than there is room for, the largest are shown")
    func tooMany() throws {
        var packer = try Self.packer("16x16")
        let subjects = (1...64).map { Self.subject($0, 10 * $0, 0, 16, 64 + 2 * $0) }
        let regions = packer.place(subjects, time: 0)
        #expect(!regions.isEmpty && regions.count < 64)
        #expect(regions.map(\.track) == (0..<regions.count).map { 64 - $0 })
        #expect(packer.place(subjects, time: 0.1) == regions)
    }

    @Test("Nothing overlaps, and the order of subjects does not matter", arguments: 0..<30)
    func randomSequences(seed: Int) throws {
        var generator = SeededGenerator(seed)
        let size = CanvasSize(
            width: Int.random(in: 100...500, using: &generator),
            height: Int.random(in: 100...500, using: &generator))
        let canvas = try #require(size)
        var (one, other) = (
            CanvasPacker(canvas, for: Self.frames), CanvasPacker(canvas, for: Self.frames)
        )
        var subjects: [Subject] = []
        var last: [PackedRegion] = []
        for frame in 0..<150 {
            let isStill = Int.random(in: 0..<4, using: &generator) == 0
            if !isStill { Self.change(&subjects, frame, &generator) }
            let time = Double(frame) / 30
            let regions = one.place(subjects, time: time)
            #expect(regions.map(\.track).count == subjects.count)
            #expect(other.place(subjects.shuffled(using: &generator), time: time) == regions)
            if isStill, regions.first?.scale == last.first?.scale { #expect(regions == last) }
            expectApart(regions, on: canvas)
            last = regions
        }
    }

    /// Moves subjects, lets some go and others come.
    private static func change(
        _ subjects: inout [Subject], _ frame: Int, _ generator: inout SeededGenerator
    ) {
        subjects.removeAll { _ in Int.random(in: 0..<12, using: &generator) == 0 }
        for index in subjects.indices {
            subjects[index].box.x = max(
                0, subjects[index].box.x + Int.random(in: -9...9, using: &generator))
            subjects[index].box.width += Int.random(in: 0...2, using: &generator)
        }
        if subjects.count < 20, Int.random(in: 0..<3, using: &generator) == 0 {
            subjects.append(
                subject(
                    frame + 1, Int.random(in: 0..<1100, using: &generator),
                    Int.random(in: 0..<600, using: &generator),
                    Int.random(in: 1..<160, using: &generator),
                    Int.random(in: 1..<120, using: &generator)))
        }
    }

    private func expectApart(_ regions: [PackedRegion], on canvas: CanvasSize) {
        for (index, region) in regions.enumerated() {
            let box = region.from
            #expect(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0)
            #expect(box.x + box.width <= canvas.width && box.y + box.height <= canvas.height)
            #expect(region.scale <= 1 && box.x % 2 == 0 && box.y % 2 == 0)
            for other in regions[(index + 1)...].map(\.from) {
                let isApart =
                    box.x + box.width + 8 <= other.x || other.x + other.width + 8 <= box.x
                    || box.y + box.height + 8 <= other.y || other.y + other.height + 8 <= box.y
                #expect(isApart, "\(box) \(other)")
            }
        }
    }

    @Test(arguments: ["320", "15x20", "20x8193", "320x", "axb", "-20x20", "320x320x2"])
    func otherSizesAreNone(text: String) { #expect(CanvasSize(text) == nil) }
}
