import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ThresholdMaskerTests {
    static let formats: [FrameFormat] = [
        FrameFormat(width: 1, height: 1), FrameFormat(width: 3, height: 2),
        FrameFormat(width: 17, height: 9, pixelFormat: .yuv420p),
        FrameFormat(width: 18, height: 11, pixelFormat: .yuv422p),
        FrameFormat(width: 16, height: 13, pixelFormat: .yuv444p),
        FrameFormat(width: 9, height: 31, pixelFormat: PixelFormat(.yuv, chromaShiftY: 1)),
        FrameFormat(
            width: 33, height: 20, pixelFormat: .yuv420p,
            orientation: Orientation(transposes: true, flipsX: true)),
        FrameFormat(width: 20, height: 12, pixelFormat: .gray),
    ]

    /// Scores in steps of 1/16 with empty stretches, so that equality and quiet rows are common.
    private static func map(
        _ width: Int, _ height: Int, _ generator: inout SeededGenerator
    ) -> ConfidenceMap {
        let emptiness = Float.random(in: 0...1, using: &generator)
        let values = (0..<height).flatMap { _ in
            let isQuiet = Float.random(in: 0...1, using: &generator) < emptiness
            return (0..<width).map { _ in
                isQuiet ? 0 : Float(Int.random(in: 0...16, using: &generator)) / 16
            }
        }
        return ConfidenceMap(width: width, height: height, values: values)
    }

    @Test("The plain mask keeps a cell iff its confidence is above T", arguments: formats)
    func exact(format: FrameFormat) {
        var generator = SeededGenerator(format.width)
        for size in [(1, 1), (3, 2), (8, 5), (40, 30)] {
            for step in 0...16 {
                let threshold = Float(step) / 16
                let map = Self.map(size.0, size.1, &generator)
                var masker = ThresholdMasker(rule: .init(), map: size, format: format)
                let mask = masker.mask(map, threshold: threshold, time: 0)
                let grid = format.maskGrid
                let expected = (0..<grid.width * grid.height).map { index in
                    map.interpolated(x: index % grid.width, y: index / grid.width, grid) > threshold
                }
                #expect(mask.cells.map { $0 == 255 } == expected)
                #expect(mask.cells.allSatisfy { $0 == 0 || $0 == 255 })
            }
        }
    }

    @Test("Inverted, a cell is kept iff its confidence is below T; equal is masked both ways")
    func equality() {
        let format = FrameFormat(width: 3, height: 1, pixelFormat: .yuv444p)
        let map = ConfidenceMap(width: 3, height: 1, values: [0.25, 0.5, 0.75])
        for inverts in [false, true] {
            var rule = ThresholdMasker.Rule()
            rule.inverts = inverts
            var masker = ThresholdMasker(rule: rule, map: (3, 1), format: format)
            #expect(
                masker.mask(map, threshold: 0.5, time: 0).drawing == (inverts ? "#.." : "..#"))
        }
    }

    @Test("Cells without a number are masked both ways", arguments: [false, true])
    func notANumber(inverts: Bool) {
        let format = FrameFormat(width: 2, height: 2, pixelFormat: .yuv444p)
        var rule = ThresholdMasker.Rule()
        rule.inverts = inverts
        rule.hysteresis = 0.1
        var masker = ThresholdMasker(rule: rule, map: (2, 2), format: format)
        let map = ConfidenceMap(width: 2, height: 2, repeating: .nan)
        for time in 0..<3 {
            #expect(masker.mask(map, threshold: 0.5, time: Double(time)).keptFraction == 0)
        }
        let sound = ConfidenceMap(width: 2, height: 2, repeating: 0.5)
        masker.reset()
        #expect(masker.mask(sound, threshold: .nan, time: 4).keptFraction == 0)
    }

    @Test("Hysteresis: on above T + h, off at or below T - h")
    func hysteresis() {
        let format = FrameFormat(width: 1, height: 1, pixelFormat: .gray)
        var rule = ThresholdMasker.Rule()
        rule.hysteresis = 0.125
        var masker = ThresholdMasker(rule: rule, map: (1, 1), format: format)
        let scores: [Float] = [0.25, 0.5625, 0.625, 0.6875, 0.5, 0.4375, 0.375, 0.5, 0.625, 0.75]
        let kept = scores.map { score in
            masker.mask(
                ConfidenceMap(width: 1, height: 1, repeating: score), threshold: 0.5, time: 0
            )
            .drawing
        }
        #expect(kept.joined() == "...###...#")
    }

    @Test("Inverted hysteresis hides at T and shows only below T - h")
    func invertedHysteresis() {
        let format = FrameFormat(width: 1, height: 1, pixelFormat: .gray)
        var rule = ThresholdMasker.Rule()
        rule.hysteresis = 0.125
        rule.inverts = true
        var masker = ThresholdMasker(rule: rule, map: (1, 1), format: format)
        let scores: [Float] = [0.25, 0.4375, 0.5, 0.4375, 0.375, 0.3125, 0.4375, 0.5625, 0.25]
        let kept = scores.map { score in
            masker.mask(
                ConfidenceMap(width: 1, height: 1, repeating: score), threshold: 0.5, time: 0
            )
            .drawing
        }
        #expect(kept.joined() == "##...##.#")
    }

    @Test("Hold counts seconds of time stamps, not frames", arguments: [0, 1_700_000_000.0, -5])
    func hold(origin: Double) {
        let format = FrameFormat(width: 1, height: 1, pixelFormat: .gray)
        var rule = ThresholdMasker.Rule()
        rule.hold = 0.2
        for inverts in [false, true] {
            rule.inverts = inverts
            var masker = ThresholdMasker(rule: rule, map: (1, 1), format: format)
            let times = [0, 0.01, 0.1, 0.2, 0.201, 0.3, 1, 1.1]
            let drawing = times.map { time in
                let score: Float = time == 0 || time == 1 ? 0.9 : 0.1
                let map = ConfidenceMap(width: 1, height: 1, repeating: score)
                return masker.mask(map, threshold: 0.5, time: origin + time).drawing
            }
            #expect(drawing.joined() == (inverts ? "....##.." : "####..##"))
        }
    }

    @Test("The fast masker equals the slow one", arguments: formats)
    func equalsReference(format: FrameFormat) {
        for seed in 0..<24 {
            var generator = SeededGenerator(seed)
            var rule = ThresholdMasker.Rule()
            rule.inverts = seed % 2 == 1
            rule.hysteresis = [0, 0.0625, 0.125].randomElement(using: &generator) ?? 0
            rule.hold = [0, 0.1, 0.25].randomElement(using: &generator) ?? 0
            rule.dilate = [0, 0.1, 0.3].randomElement(using: &generator) ?? 0
            let size = (
                Int.random(in: 1...9, using: &generator), Int.random(in: 1...7, using: &generator)
            )
            var fast = ThresholdMasker(rule: rule, map: size, format: format)
            var slow = SlowMasker(rule: rule, format: format)
            var time = 0
            for frame in 0..<12 {
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    fast.reset()
                    slow.reset()
                }
                let map = Self.map(size.0, size.1, &generator)
                let threshold = Float(Int.random(in: 2...14, using: &generator)) / 16
                let expected = slow.mask(map, threshold: threshold, time: time)
                let mask = fast.mask(map, threshold: threshold, time: Double(time) / 1000)
                #expect(
                    mask == expected,
                    "seed \(seed), frame \(frame), \(rule)\n\(mask.drawing)\n\n\(expected.drawing)")
                time += Int.random(in: 1...120, using: &generator)
            }
        }
    }

    @Test(
        "Whatever softens the mask widens the relevant side, at a fixed map",
        arguments: [false, true])
    func softeningWidens(inverts: Bool) {
        let format = FrameFormat(width: 24, height: 16)
        var generator = SeededGenerator(7)
        var plainRule = ThresholdMasker.Rule()
        plainRule.inverts = inverts
        var rule = plainRule
        rule.hold = 0.1
        rule.dilate = 0.1
        // Kept, the band has its lower half inside and its upper half outside of the plain mask.
        rule.hysteresis = inverts ? 0.1 : 0
        var soft = ThresholdMasker(rule: rule, map: (6, 4), format: format)
        for frame in 0..<40 {
            var plain = ThresholdMasker(rule: plainRule, map: (6, 4), format: format)
            let map = Self.map(6, 4, &generator)
            let wide = soft.mask(map, threshold: 0.5, time: Double(frame) / 25)
            let narrow = plain.mask(map, threshold: 0.5, time: Double(frame) / 25)
            for (wide, narrow) in zip(wide.cells, narrow.cells) {
                #expect(inverts ? wide <= narrow : wide >= narrow)
            }
        }
    }
}

struct MaskTests {
    @Test(
        "Dilation is a maximum over a rectangle",
        arguments: [(0, 0), (1, 0), (0, 1), (1, 1), (2, 5), (3, 3), (7, 2), (8, 8), (40, 50)])
    func dilation(radius: (Int, Int)) {
        for (seed, size) in [(1, 1), (1, 9), (9, 1), (16, 11), (31, 7), (33, 40)].enumerated() {
            for share in [Float(0), 0.01, 0.1, 1] {
                let mask = Mask.random(
                    FrameFormat(width: size.0, height: size.1, pixelFormat: .gray), seed: seed,
                    share: share)
                var grown = mask
                grown.dilate(x: radius.0, y: radius.1)
                #expect(grown == mask.slowlyDilated(x: radius.0, y: radius.1))
            }
        }
    }

    @Test func inversionAndKeptFraction() {
        var mask = Mask(width: 2, height: 2)
        #expect(mask.keptFraction == 0)
        mask.cells[3] = Mask.kept
        #expect(mask.keptFraction == 0.25)
        mask.invert()
        #expect(mask.cells == [255, 255, 255, 0])
        #expect(Mask(width: 0, height: 0).keptFraction == 0)
    }
}
