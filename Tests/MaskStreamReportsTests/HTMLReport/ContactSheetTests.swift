import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct ContactSheetTests {
    /// A frame of 64x36 whose left half is kept, with noise of a seed in the masked half.
    private static func work(
        _ index: Int = 0, pixels: PixelFormat = .yuv420p, orientation: Orientation = .upright,
        seed: Int = 1
    ) -> FrameWork {
        let format = FrameFormat(
            width: 64, height: 36, pixelFormat: pixels, orientation: orientation)
        var noise = SeededGenerator(seed)
        let frame = Frame.painted(format, pts: Int64(index)) { plane, x, _ in
            let isChroma = pixels.model == .yuv && (plane == 1 || plane == 2)
            let half = isChroma ? 32 >> pixels.chromaShiftX : 32
            let isAlpha = pixels.hasAlpha && plane == pixels.planeCount - 1
            if isAlpha { return pixels.maxValue }
            let sample = Int.random(in: 0...pixels.maxValue, using: &noise)
            return x < half ? pixels.maxValue * 3 / 4 : sample
        }
        var work = FrameWork(index: index, source: frame, threshold: 0.5)
        var mask = Mask(width: format.maskGrid.width, height: format.maskGrid.height)
        for cell in mask.cells.indices where cell % mask.width < mask.width / 2 {
            mask.cells[cell] = Mask.kept
        }
        work.mask = mask
        work.map = ConfidenceMap(width: 2, height: 1, values: [1, 0])
        return work
    }

    private static func moment(
        _ work: borrowing FrameWork, fill: MaskFill, originals: Bool = false
    ) throws -> ReportMoment {
        var sheet = ContactSheet(fill: fill, hidesSubjects: false, keepsOriginals: originals)
        sheet.add(work)
        let first = sheet.moments.first
        return try #require(first)
    }

    @Test("Moments are evenly spaced, of whatever length the run is", arguments: 0...300)
    func spacing(count: Int) {
        var sheet = ContactSheet(fill: .zero, hidesSubjects: false, keepsOriginals: false)
        for frame in 0..<count where sheet.wants(frame) {
            sheet.keep(
                ReportMoment(
                    frame: frame, time: 0, file: nil, threshold: 0, kept: 0, label: nil,
                    confidence: nil, tracks: [], subjects: 0, miss: nil, map: nil,
                    masked: Thumbnail(width: 1, height: 1, pixels: [0, 0, 0]), original: nil))
        }
        let frames = sheet.moments.map(\.frame)
        #expect(frames == Array(stride(from: 0, to: count, by: sheet.stride)))
        #expect(frames.count <= ContactSheet.capacity)
        #expect(count < 16 || frames.count >= ContactSheet.capacity / 2)
    }

    @Test(
        "No picture depends on a masked pixel",
        arguments: MaskFill.everyKind.filter { !$0.isTranslucent }, PixelFormat.everyKind)
    func masked(fill: MaskFill, pixels: PixelFormat) throws {
        for orientation in Orientation.every {
            let moments = try [1, 2].map { seed in
                try Self.moment(
                    Self.work(pixels: pixels, orientation: orientation, seed: seed), fill: fill)
            }
            #expect(moments[0].masked == moments[1].masked)
            #expect(moments[0].map == moments[1].map)
            #expect(moments.allSatisfy { $0.original == nil })
        }
    }

    @Test("Masked pixels show the fill")
    func filled() throws {
        let expected: [(MaskFill, [UInt8])] = [
            (.zero, [0, 0, 0]), (.transparent, [128, 128, 128]),
            (.color(red: 0, green: 255, blue: 0), [0, 255, 0]),
        ]
        for (fill, color) in expected {
            let moment = try Self.moment(Self.work(pixels: .gbrp), fill: fill)
            #expect((moment.masked.width, moment.masked.height) == (64, 36))
            for x in [0, 31, 32, 63] {
                let start = 3 * (20 * 64 + x)
                let pixel = Array(moment.masked.pixels[start..<start + 3])
                #expect(pixel == (x < 32 ? [191, 191, 191] : color))
            }
        }
    }

    @Test("Without a mask nothing is shown, and without a map there is none")
    func missed() throws {
        var work = Self.work()
        (work.mask, work.map, work.miss) = (nil, nil, .damaged)
        let moment = try Self.moment(work, fill: .zero)
        #expect(moment.masked.pixels.allSatisfy { $0 == 0 })
        #expect(moment.map == nil)
        #expect(moment.miss == .damaged)
    }

    @Test("Originals are there on request alone")
    func originals() throws {
        let moment = try Self.moment(Self.work(), fill: .zero, originals: true)
        let original = try #require(moment.original)
        #expect(original != moment.masked)
    }

    @Test("Maps are turned upright and coloured")
    func map() throws {
        let quarter = Orientation(transposes: true, flipsX: true)
        let moment = try Self.moment(Self.work(orientation: quarter), fill: .zero)
        let map = try #require(moment.map)
        #expect((map.width, map.height) == (36, 64))
        #expect(Array(map.pixels.prefix(3)) == ConfidenceRamp.color(1))
        #expect(Array(map.pixels.suffix(3)) == ConfidenceRamp.color(0))
        #expect(ConfidenceRamp.color(.nan) == ConfidenceRamp.color(0))
    }

    @Test("Pictures have the displayed shape, at most 320 pixels long")
    func sizes() {
        func size(_ width: Int, _ height: Int, _ aspect: Rational = Rational(1, 1)) -> [Int] {
            let size = FrameFormat(width: width, height: height, sampleAspect: aspect)
                .thumbnailSize(side: 320)
            return [size.width, size.height]
        }
        #expect(size(1920, 1080) == [320, 180])
        #expect(size(1080, 1920) == [180, 320])
        #expect(size(720, 576, Rational(16, 11)) == [320, 176])
        #expect(size(64, 48) == [64, 48])
        #expect(size(10_000, 1) == [320, 1])
    }
}
