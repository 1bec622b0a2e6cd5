import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct PatchGridTests {
    @Test("A size is even numbers, as N or NxM")
    func spelling() {
        let sizes = ["28": "28x28", "28x14": "28x14", "4": "4x4", "1024x4": "1024x4"]
        for (text, size) in sizes { #expect(PatchSize(text)?.description == size) }
        for text in [
            "", "27", "2", "0", "-28", "1026", "28x", "x28", "28x28x28", "28.0", "28 x 28",
        ] {
            #expect(PatchSize(text) == nil, "\(text)")
        }
    }

    static let turned = Orientation(transposes: true, flipsX: true)
    static let cases: [(String, FrameFormat, columns: [Int], rows: [Int])] = [
        ("4x6", FrameFormat(width: 10, height: 12, pixelFormat: .yuv444p), [4, 4, 2], [6, 6]),
        ("4x6", FrameFormat(width: 10, height: 12, pixelFormat: .yuv420p), [2, 2, 1], [3, 3]),
        ("4", FrameFormat(width: 9, height: 3, pixelFormat: .yuv420p), [2, 2, 1], [2]),
        ("64", FrameFormat(width: 9, height: 3, pixelFormat: .yuv444p), [9], [3]),
        // Shown turned clockwise: its left column is the lowest row as stored.
        (
            "4x6", FrameFormat(width: 10, height: 9, pixelFormat: .yuv444p, orientation: turned),
            [6, 4], [1, 4, 4]
        ),
        (
            "4",
            FrameFormat(
                width: 10, height: 8, pixelFormat: .yuv444p,
                orientation: Orientation(flipsX: true, flipsY: true)), [2, 4, 4], [4, 4]
        ),
        // A cell of four columns goes to the first of two patches.
        (
            "6", FrameFormat(width: 16, height: 6, pixelFormat: PixelFormat(.yuv, chromaShiftX: 2)),
            [2, 1, 1], [6]
        ),
    ]

    @Test("Patches begin at the upper left corner of the upright frame", arguments: cases)
    func ranges(text: String, format: FrameFormat, columns: [Int], rows: [Int]) throws {
        let grid = PatchGrid(try #require(PatchSize(text)), format)
        #expect(grid.columns.map(\.count) == columns)
        #expect(grid.rows.map(\.count) == rows)
        #expect(grid.count == columns.count * rows.count)
    }

    @Test("Rows of an interlaced frame stay in pairs")
    func interlaced() throws {
        var format = FrameFormat(width: 8, height: 24, pixelFormat: .yuv420p)
        format.fields = .topFirst
        let grid = PatchGrid(try #require(PatchSize("6")), format)
        #expect(grid.rows.map(\.count) == [4, 2, 4, 2])
    }

    @Test("Touched patches become whole, on the side asked for")
    func touched() throws {
        let format = FrameFormat(width: 10, height: 8, pixelFormat: .yuv444p)
        let grid = PatchGrid(try #require(PatchSize("4")), format)
        var mask = Mask(width: 10, height: 8)
        mask.cells[5] = Mask.kept
        mask.cells[79] = Mask.kept
        var (shown, hidden) = (mask, mask)
        grid.keepTouched(&shown)
        grid.maskTouched(&hidden)
        let upper = "....####..", lower = "........##"
        #expect(
            shown.drawing
                == [upper, upper, upper, upper, lower, lower, lower, lower].joined(separator: "\n"))
        #expect(hidden.keptFraction == 0)
        #expect((grid.kept(of: mask), grid.kept(of: shown), grid.kept(of: hidden)) == (2, 2, 0))
    }

    @Test("Whatever the rule, every patch is kept or masked whole, and none shows less than asked")
    func wholePatches() throws {
        var generator = SeededGenerator(5)
        for format in ThresholdMaskerTests.formats {
            for inverts in [false, true] {
                var rule = ThresholdMasker.Rule()
                rule.inverts = inverts
                rule.hysteresis = 0.1
                rule.hold = 0.1
                var patched = rule
                patched.patch = PatchSize("6x4")
                var plain = ThresholdMasker(rule: rule, map: (8, 5), format: format)
                var masker = ThresholdMasker(rule: patched, map: (8, 5), format: format)
                let grid = PatchGrid(try #require(patched.patch), format)
                for frame in 0..<8 {
                    let values = (0..<40).map { _ in Float.random(in: 0...1, using: &generator) }
                    let map = ConfidenceMap(width: 8, height: 5, values: values.map { $0 * $0 })
                    let time = Double(frame) * 0.04
                    var expected = plain.mask(map, threshold: 0.6, time: time)
                    inverts ? grid.maskTouched(&expected) : grid.keepTouched(&expected)
                    let mask = masker.mask(map, threshold: 0.6, time: time)
                    #expect(mask == expected)
                    var whole = mask
                    grid.keepTouched(&whole)
                    #expect(whole == mask)
                }
            }
        }
    }
}
