import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MaskPainterTests {
    static let sizes: [[Int]] = [[1, 1], [3, 2], [17, 9], [40, 30]]

    private static func format(_ pixels: PixelFormat, _ size: [Int]) -> FrameFormat {
        FrameFormat(width: size[0], height: size[1], pixelFormat: pixels)
    }

    /// Calls `body(plane, index, isKept, source, painted)` for each sample of a painted frame.
    private static func compare(
        _ frame: Frame, _ painted: Frame, _ mask: Mask?,
        _ body: (_ plane: Int, _ index: Int, _ isKept: Bool, _ source: Int, _ painted: Int) -> Void
    ) {
        let pixels = frame.format.pixelFormat
        for plane in 0..<pixels.planeCount {
            let size = pixels.planeSize(
                plane, width: frame.format.width, height: frame.format.height)
            let isChroma = pixels.model == .yuv && (plane == 1 || plane == 2)
            let shift = isChroma ? (0, 0) : (pixels.chromaShiftX, pixels.chromaShiftY)
            let (source, target) = (frame.buffer.samples(plane), painted.buffer.samples(plane))
            for index in source.indices {
                let (x, y) = ((index % size.width) >> shift.0, (index / size.width) >> shift.1)
                let isKept = mask.map { $0.cells[y * $0.width + x] != 0 } ?? false
                body(plane, index, isKept, source[index], target[index])
            }
        }
    }

    @Test(
        "Kept samples are the decoded ones bit for bit, masked ones the fill",
        arguments: PixelFormat.everyKind, sizes)
    func keepsAndFills(pixels: PixelFormat, size: [Int]) throws {
        var format = Self.format(pixels, size)
        for (seed, range) in [ColorInfo.Range.limited, .full].enumerated() {
            format.color.range = range
            for fill in [MaskFill.zero, .color(red: 200, green: 30, blue: 90)] {
                var painter = MaskPainter(fill: fill)
                let samples = try #require(fill.samples(in: format))
                let frame = Frame.noise(format, seed: seed, pts: 77)
                let mask = Mask.random(format, seed: seed)
                let painted = painter.paint(frame, mask: mask)
                Self.compare(frame, painted, mask) { plane, index, isKept, source, painted in
                    let isAlpha = pixels.hasAlpha && plane == pixels.planeCount - 1
                    if isAlpha {
                        #expect(painted <= source, "alpha is never increased")
                    } else {
                        #expect(painted == (isKept ? source : Int(samples[plane])))
                    }
                }
                #expect(painted.pts == 77)
            }
        }
    }

    @Test(
        "Masked pixels are transparent unless the frame is opaque; kept ones are as they were",
        arguments: PixelFormat.everyKind, sizes)
    func alpha(pixels: PixelFormat, size: [Int]) throws {
        let format = Self.format(pixels, size)
        let black = try #require(MaskFill.zero.samples(in: format))
        let noise = Frame.noise(format, seed: 4)
        let opaque = Frame.painted(format) { plane, x, y in
            plane == pixels.colorPlaneCount ? pixels.maxValue : x + 7 * y
        }
        for fill in [MaskFill.zero, .blur(2), .pixelate(nil), .transparent] {
            let masks = [Mask.random(format, seed: 9), nil]
            for (frame, mask) in [noise, opaque].flatMap({ frame in masks.map { (frame, $0) } }) {
                var painter = MaskPainter(fill: fill)
                let painted = painter.paint(frame, mask: mask)
                let isClear = fill == .transparent
                #expect(painted.format.pixelFormat == (isClear ? pixels.withAlpha : pixels))
                guard painted.format.pixelFormat.hasAlpha else { continue }
                let last = painted.format.pixelFormat.planeCount - 1
                let before = pixels.hasAlpha ? frame.buffer.samples(last) : nil
                let isOpaque = before?.allSatisfy { $0 == pixels.maxValue } ?? true
                let alpha = painted.buffer.samples(last)
                Self.compare(frame, painted, mask) { plane, index, isKept, source, painted in
                    if plane == 0 {
                        let opacity = before?[index] ?? pixels.maxValue
                        let isSeen = isKept || isOpaque && !isClear
                        #expect(alpha[index] == (isSeen ? opacity : 0))
                    }
                    guard isClear, plane < last else { return }
                    #expect(painted == (isKept ? source : Int(black[plane])))
                }
            }
        }
    }

    @Test("A missing mask masks the picture whole", arguments: PixelFormat.everyKind)
    func missingMask(pixels: PixelFormat) throws {
        let format = Self.format(pixels, [7, 5])
        let samples = try #require(MaskFill.zero.samples(in: format))
        var painter = MaskPainter(fill: .zero)
        let painted = painter.paint(Frame.noise(format, seed: 3), mask: nil)
        for plane in 0..<pixels.colorPlaneCount {
            #expect(painted.buffer.samples(plane).allSatisfy { $0 == samples[plane] })
        }
    }

    @Test(
        "Blur and mosaic keep kept samples and show no masked one as it was",
        arguments: PixelFormat.everyKind, sizes)
    func translucent(pixels: PixelFormat, size: [Int]) {
        let format = Self.format(pixels, size)
        let top = pixels.maxValue
        let frame = Frame.painted(format) { plane, x, y in
            (x + y) % 2 == 0 || plane == pixels.colorPlaneCount ? top : 0
        }
        let mask = Mask.random(format, seed: 5, share: 0.3)
        for fill in [MaskFill.blur(2), .blur(nil), .pixelate(2), .pixelate(3), .pixelate(Int.max)] {
            var painter = MaskPainter(fill: fill)
            for mask in [mask, nil] {
                let painted = painter.paint(frame, mask: mask)
                Self.compare(frame, painted, mask) { plane, index, isKept, source, painted in
                    guard !(pixels.hasAlpha && plane == pixels.planeCount - 1) else { return }
                    #expect(
                        isKept ? painted == source : painted != source,
                        "\(fill), plane \(plane), sample \(index)")
                }
            }
        }
    }

    @Test("A mosaic's block is the mean of its samples")
    func mosaic() {
        let format = Self.format(.gray, [8, 4])
        var painter = MaskPainter(fill: .pixelate(4))
        let painted = painter.paint(Frame.painted(format) { _, x, _ in x * 10 }, mask: nil)
        #expect(painted.buffer.samples(0).prefix(8) == [15, 15, 15, 15, 55, 55, 55, 55])
    }

    @Test(
        "Where subjects are hidden, only the fill's colour is left of wholly transparent pixels",
        arguments: PixelFormat.everyKind.filter(\.hasAlpha), [0, 1])
    func transparent(pixels: PixelFormat, opacity: Int) throws {
        let format = Self.format(pixels, [16, 8])
        // The left half is wholly transparent, or all but.
        let frame = Frame.painted(format) { plane, x, y in
            plane == pixels.colorPlaneCount ? (x < 8 ? opacity : pixels.maxValue) : x + 16 * y + 3
        }
        let everything = Mask(
            width: format.maskGrid.width, height: format.maskGrid.height, keepsAll: true)
        for fill in [MaskFill.zero, .color(red: 9, green: 8, blue: 7), .blur(2), .transparent] {
            var painter = MaskPainter(fill: fill, hidesSubjects: true)
            let painted = painter.paint(frame, mask: everything)
            let clear = try #require(fill.samples(in: format) ?? MaskFill.zero.samples(in: format))
            for plane in 0..<pixels.colorPlaneCount {
                let (before, after) = (frame.buffer.samples(plane), painted.buffer.samples(plane))
                let width = pixels.planeSize(plane, width: 16, height: 8).width
                for index in after.indices {
                    let isClear = opacity == 0 && index % width < width / 2
                    #expect(after[index] == (isClear ? Int(clear[plane]) : before[index]))
                }
            }
            #expect(
                painted.buffer.samples(pixels.planeCount - 1)
                    == frame.buffer.samples(pixels.planeCount - 1))
        }
    }

    @Test("Blur and mosaic show nothing of what is wholly transparent")
    func transparentCells() {
        let format = Self.format(PixelFormat(.gray, hasAlpha: true), [8, 8])
        for fill in [MaskFill.blur(8), .pixelate(8)] {
            let painted = [0, 255].map { hidden in
                var painter = MaskPainter(fill: fill)
                let frame = Frame.painted(format) { plane, x, _ in
                    plane == 1 ? (x < 4 ? 0 : 255) : x < 4 ? hidden : 100
                }
                return painter.paint(frame, mask: nil).buffer.samples(0)
            }
            #expect(painted[0] == painted[1])
        }
    }

    @Test("Frames of another format may follow")
    func otherFormat() {
        var painter = MaskPainter(fill: .blur(nil))
        for pixels in [PixelFormat.gray, .yuv420p, PixelFormat(.rgb, bitDepth: 10), .gray] {
            for size in Self.sizes {
                let format = Self.format(pixels, size)
                let frame = Frame.noise(format, seed: 1)
                let painted = painter.paint(
                    frame, mask: Mask.random(format, seed: 1, share: 1))
                for plane in 0..<pixels.planeCount {
                    #expect(painted.buffer.samples(plane) == frame.buffer.samples(plane))
                }
            }
        }
    }
}

struct MaskFillTests {
    struct Colour: CustomTestStringConvertible {
        let matrix: Int32
        let range: ColorInfo.Range
        let rgb: (UInt8, UInt8, UInt8)
        let yuv: [UInt16]

        var testDescription: String { "\(rgb), matrix \(matrix), \(range)" }
    }

    /// The well-known bars of BT.601, BT.709 and JPEG.
    static let colours = [
        Colour(matrix: 6, range: .limited, rgb: (255, 0, 0), yuv: [81, 90, 240]),
        Colour(matrix: 6, range: .limited, rgb: (0, 255, 0), yuv: [145, 54, 34]),
        Colour(matrix: 6, range: .limited, rgb: (0, 0, 255), yuv: [41, 240, 110]),
        Colour(matrix: 1, range: .limited, rgb: (255, 0, 0), yuv: [63, 102, 240]),
        Colour(matrix: 1, range: .limited, rgb: (0, 255, 0), yuv: [173, 42, 26]),
        Colour(matrix: 1, range: .limited, rgb: (0, 0, 255), yuv: [32, 240, 118]),
        Colour(matrix: 6, range: .full, rgb: (255, 0, 0), yuv: [76, 85, 255]),
        Colour(matrix: 6, range: .full, rgb: (0, 255, 0), yuv: [150, 44, 21]),
        Colour(matrix: 6, range: .full, rgb: (0, 0, 255), yuv: [29, 255, 107]),
        Colour(matrix: 1, range: .limited, rgb: (0, 0, 0), yuv: [16, 128, 128]),
        Colour(matrix: 1, range: .limited, rgb: (255, 255, 255), yuv: [235, 128, 128]),
        Colour(matrix: 1, range: .full, rgb: (0, 0, 0), yuv: [0, 128, 128]),
        Colour(matrix: 1, range: .full, rgb: (255, 255, 255), yuv: [255, 128, 128]),
        // Untagged and small is BT.601.
        Colour(matrix: 2, range: .limited, rgb: (255, 0, 0), yuv: [81, 90, 240]),
    ]

    @Test("Colours become the samples of the matrix and the range", arguments: colours)
    func samples(colour: Colour) {
        var format = FrameFormat(width: 64, height: 48)
        format.color = ColorInfo(range: colour.range, matrix: colour.matrix)
        let (red, green, blue) = colour.rgb
        #expect(
            MaskFill.color(red: red, green: green, blue: blue).samples(in: format) == colour.yuv)
    }

    @Test(
        "Untagged frames have the matrix of their stored height, however they are shown",
        arguments: [576, 719, 720, 1080])
    func untagged(height: Int) {
        let red = MaskFill.color(red: 255, green: 0, blue: 0)
        for degrees in [0, 90, 180, 270] {
            var format = FrameFormat(width: 1024, height: height)
            format.orientation = Orientation(clockwiseDegrees: degrees) ?? .upright
            let samples = red.samples(in: format)
            #expect(samples == (height < 720 ? [81, 90, 240] : [63, 102, 240]))
            #expect(UprightSource.upright(format).orientation == .upright)
            #expect(red.samples(in: UprightSource.upright(format)) == samples, "\(degrees)")
            format.color.matrix = 9
            #expect(UprightSource.upright(format).color.matrix == 9)
        }
        let small = FrameFormat(
            width: 64, height: 48, orientation: Orientation(clockwiseDegrees: 90) ?? .upright)
        #expect(UprightSource.upright(small).color.matrix == 2, "tagged only where it must be")
    }

    @Test(
        "Black scales with depth",
        arguments: zip([8, 10, 12, 16], [[16, 128], [64, 512], [256, 2048], [4096, 32768]]))
    func depth(bits: Int, black: [UInt16]) {
        var format = FrameFormat(
            width: 2, height: 2, pixelFormat: PixelFormat(.yuv, bitDepth: bits))
        #expect(MaskFill.zero.samples(in: format) == [black[0], black[1], black[1]])
        format.color.range = .full
        #expect(MaskFill.zero.samples(in: format) == [0, black[1], black[1]])
        format.pixelFormat = PixelFormat(.rgb, bitDepth: bits)
        #expect(
            MaskFill.color(red: 0, green: 0, blue: 255).samples(in: format)
                == [0, UInt16(format.pixelFormat.maxValue), 0])
    }

    @Test("Fills are read from text")
    func reading() {
        let fills: [(String, MaskFill?)] = [
            ("zero", .zero), ("#ff8000", .color(red: 255, green: 128, blue: 0)),
            ("#FFFFFF", .color(red: 255, green: 255, blue: 255)), ("blur", .blur(nil)),
            ("blur:9", .blur(9)), ("pixelate:1", .pixelate(1)), ("pixelate", .pixelate(nil)),
            ("", nil), ("#ff80", nil), ("#+12345", nil), ("#gg0000", nil), ("zero:1", nil),
            ("blur:0", nil), ("blur:-3", nil), ("blur:", nil), ("blur:1:2", nil), ("Zero", nil),
            ("pixelate:x", nil), ("#ff8000:1", nil), ("red", nil),
        ]
        for (text, fill) in fills { #expect(MaskFill(text) == fill, "\(text)") }
    }

    @Test("Every kind of fill has one form, and every form is read")
    func forms() {
        #expect(MaskFill.everyKind.count == MaskFill.forms.count)
        for (fill, form) in zip(MaskFill.everyKind, MaskFill.forms) {
            let text = form.replacing("RRGGBB", with: "40c080")
            let variants = [
                String(text.prefix { $0 != "[" }), text.filter { !"[]".contains($0) },
            ]
            for text in variants.map({ $0.replacing("N", with: "4") }) {
                let read = MaskFill(text)
                #expect(read?.description == text)
                #expect(read?.isTranslucent == fill.isTranslucent)
            }
            #expect(MaskFill(fill.description) == fill)
            #expect(fill.description.first == form.first)
        }
    }

    @Test func onlyBlurAndMosaicAreTranslucent() {
        #expect(MaskFill.blur(nil).isTranslucent && MaskFill.pixelate(4).isTranslucent)
        #expect(!MaskFill.zero.isTranslucent)
        #expect(!MaskFill.color(red: 1, green: 2, blue: 3).isTranslucent)
    }
}

struct GrayPainterTests {
    @Test(
        "Mask and confidence are repeated over the pixels of a chroma cell",
        arguments: [PixelFormat.yuv420p, .yuv422p, .yuv444p, PixelFormat(.yuv, chromaShiftY: 1)])
    func repeats(pixels: PixelFormat) {
        let format = FrameFormat(width: 7, height: 5, pixelFormat: pixels)
        let frame = Frame.noise(format, seed: 2)
        var painter = GrayPainter()
        let mask = Mask.random(format, seed: 4)
        let map = ConfidenceMap(width: 2, height: 2, values: [0, 0.3, 0.7, 1])
        let grid = format.maskGrid
        let shown = painter.mask(frame, mask: mask).buffer.samples(0)
        let scores = painter.confidence(frame, map: map).buffer.samples(0)
        for index in shown.indices {
            let (x, y) = ((index % 7) >> pixels.chromaShiftX, (index / 7) >> pixels.chromaShiftY)
            #expect(shown[index] == Int(mask.cells[y * grid.width + x]))
            let score = map.interpolated(x: x, y: y, grid)
            #expect(scores[index] == Int((score * 255).rounded()))
        }
    }

    @Test("What is missing is black")
    func missing() {
        let frame = Frame.noise(FrameFormat(width: 5, height: 3), seed: 2)
        var painter = GrayPainter()
        #expect(painter.mask(frame, mask: nil).buffer.samples(0).allSatisfy { $0 == 0 })
        #expect(painter.confidence(frame, map: nil).buffer.samples(0).allSatisfy { $0 == 0 })
    }

    @Test("Scores outside of 0 to 1 are drawn at its ends")
    func outside() {
        let frame = Frame.noise(FrameFormat(width: 2, height: 1, pixelFormat: .gray), seed: 2)
        var painter = GrayPainter()
        let map = ConfidenceMap(width: 2, height: 1, values: [-3, 7])
        #expect(painter.confidence(frame, map: map).buffer.samples(0) == [0, 255])
    }
}
