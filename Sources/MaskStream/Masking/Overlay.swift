/// Draws subjects' boxes, tracks, labels and the threshold on a painted frame.
///
/// The overlay lies on the masked frame: it shows no pixel that the mask hides. Each of its boxes is
/// as opaque as the least opaque pixel there, also where masked pixels are transparent.
struct Overlay {
    let subjects: [Subject]
    let threshold: Float
    /// The frame's time where labels say how old they are.
    var time: Double?

    /// Draws on a frame in its stored orientation; `source` is the decoded frame.
    func draw(on buffer: inout MutablePixelBuffer, format: FrameFormat, source: PixelBuffer) {
        var canvas = Canvas(buffer: consume buffer, format: format, source: source)
        let unit = max(1, min(format.width, format.height) / 180)
        for subject in subjects {
            let box = subject.box.displayed(format.orientation, in: format.width, format.height)
            canvas.outline(box, thickness: unit)
            let words = [track(of: subject), prediction(of: subject)].compactMap(\.self)
            guard !words.isEmpty else { continue }
            let above = box.y - 7 * unit
            canvas.text(
                words.joined(separator: " "), x: box.x, y: above < 0 ? box.y + 2 * unit : above,
                unit: unit)
        }
        let thousandths = Int((threshold * 1000).rounded())
        let digits = String(1000 + thousandths % 1000).dropFirst()
        canvas.text("T \(thousandths / 1000).\(digits)", x: unit, y: unit, unit: unit)
        buffer = canvas.buffer
    }

    private func track(of subject: Subject) -> String? { subject.track.map { "#\($0)" } }

    private func prediction(of subject: Subject) -> String? {
        subject.prediction.map {
            "\($0.label) \(Int(($0.confidence * 100).rounded()))%\(age(of: subject))"
        }
    }

    private func age(of subject: Subject) -> String {
        guard let time, let seen = subject.seen else { return "" }
        let tenths = max(0, Int(saturating: ((time - seen) * 10).rounded()))
        return " \(tenths / 10).\(tenths % 10)s"
    }
}

/// Sets single pixels of a frame, addressed as they are displayed.
private struct Canvas: ~Copyable {
    var buffer: MutablePixelBuffer
    private let format: FrameFormat
    private let source: PixelBuffer
    private let ink: [UInt16]
    private let paper: [UInt16]

    init(buffer: consuming MutablePixelBuffer, format: FrameFormat, source: PixelBuffer) {
        self.buffer = buffer
        self.format = format
        self.source = source
        ink = MaskFill.color(red: 255, green: 255, blue: 255).samples(in: format) ?? []
        paper = MaskFill.zero.samples(in: format) ?? []
    }

    mutating func outline(_ box: Box, thickness: Int) {
        let (right, bottom) = (box.x + box.width, box.y + box.height)
        fill(Box(x: box.x, y: box.y, width: box.width, height: thickness), ink)
        fill(Box(x: box.x, y: bottom - thickness, width: box.width, height: thickness), ink)
        fill(Box(x: box.x, y: box.y, width: thickness, height: box.height), ink)
        fill(Box(x: right - thickness, y: box.y, width: thickness, height: box.height), ink)
    }

    mutating func text(_ text: String, x: Int, y: Int, unit: Int) {
        let width = text.count * 4 * unit + unit
        fill(Box(x: x, y: y, width: width, height: 7 * unit), paper)
        for (index, character) in text.uppercased().enumerated() {
            let glyph = TinyFont.glyph(character)
            for row in 0..<5 {
                for column in 0..<3 where glyph & (1 << (14 - row * 3 - column)) != 0 {
                    fill(
                        Box(
                            x: x + unit + (index * 4 + column) * unit, y: y + unit + row * unit,
                            width: unit, height: unit), ink)
                }
            }
        }
    }

    /// Gives a box the least alpha that the decoded frame has in it.
    private mutating func restoreAlpha<Sample: FixedWidthInteger>(in box: Box, opaque: Sample) {
        let left = min(max(0, box.x), format.width)
        let columns = left..<min(max(left, box.x + box.width), format.width)
        let top = min(max(0, box.y), format.height)
        let rows = top..<min(max(top, box.y + box.height), format.height)
        var least = opaque
        if source.format.hasAlpha {
            source.withPlane(source.format.planeCount - 1) { alpha in
                for y in rows {
                    let samples = alpha.row(y, as: Sample.self)
                    for x in columns { least = min(least, samples[x]) }
                }
            }
        }
        buffer.withPlane(format.pixelFormat.planeCount - 1) { plane in
            for y in rows {
                (plane.row(y, as: Sample.self) + columns.lowerBound)
                    .update(repeating: least, count: columns.count)
            }
        }
    }

    private mutating func fill(_ displayed: Box, _ samples: [UInt16]) {
        let size = format.displaySize
        let box = displayed.displayed(format.orientation.inverse, in: size.width, size.height)
        let pixels = format.pixelFormat
        if pixels.hasAlpha, pixels.bytesPerSample == 1 {
            restoreAlpha(in: box, opaque: UInt8(truncatingIfNeeded: pixels.maxValue))
        } else if pixels.hasAlpha {
            restoreAlpha(in: box, opaque: UInt16(pixels.maxValue))
        }
        for index in 0..<format.pixelFormat.colorPlaneCount {
            buffer.withPlane(index) { plane in
                let isChroma = format.pixelFormat.model == .yuv && index > 0
                let shiftX = isChroma ? format.pixelFormat.chromaShiftX : 0
                let shiftY = isChroma ? format.pixelFormat.chromaShiftY : 0
                let top = min(max(0, box.y >> shiftY), plane.height)
                let bottom = min(max(top, (box.y + box.height) >> shiftY), plane.height)
                let left = min(max(0, box.x >> shiftX), plane.width)
                let right = min(max(left, (box.x + box.width) >> shiftX), plane.width)
                for y in top..<bottom {
                    for x in left..<right {
                        if format.pixelFormat.bytesPerSample == 1 {
                            plane.row(y, as: UInt8.self)[x] = UInt8(
                                truncatingIfNeeded: samples[index])
                        } else {
                            plane.row(y, as: UInt16.self)[x] = samples[index]
                        }
                    }
                }
            }
        }
    }
}

/// Letters of three by five dots, enough for labels and numbers.
private enum TinyFont {
    /// Fifteen dots, row by row from the highest bit; unknown characters are a block.
    static func glyph(_ character: Character) -> Int {
        glyphs[character] ?? 0b111_111_111_111_111
    }

    private static let glyphs: [Character: Int] = [
        " ": 0, "0": 0b111_101_101_101_111, "1": 0b010_110_010_010_111,
        "2": 0b111_001_111_100_111, "3": 0b111_001_011_001_111, "4": 0b101_101_111_001_001,
        "5": 0b111_100_111_001_111, "6": 0b111_100_111_101_111, "7": 0b111_001_010_010_010,
        "8": 0b111_101_111_101_111, "9": 0b111_101_111_001_111, ".": 0b000_000_000_000_010,
        "%": 0b101_001_010_100_101, "-": 0b000_000_111_000_000, "#": 0b101_111_101_111_101,
        "_": 0b000_000_000_000_111,
        "A": 0b010_101_111_101_101, "B": 0b110_101_110_101_110, "C": 0b011_100_100_100_011,
        "D": 0b110_101_101_101_110, "E": 0b111_100_110_100_111, "F": 0b111_100_110_100_100,
        "G": 0b011_100_101_101_011, "H": 0b101_101_111_101_101, "I": 0b111_010_010_010_111,
        "J": 0b001_001_001_101_010, "K": 0b101_101_110_101_101, "L": 0b100_100_100_100_111,
        "M": 0b101_111_111_101_101, "N": 0b110_101_101_101_101, "O": 0b010_101_101_101_010,
        "P": 0b110_101_110_100_100, "Q": 0b010_101_101_110_011, "R": 0b110_101_110_101_101,
        "S": 0b011_100_010_001_110, "T": 0b111_010_010_010_010, "U": 0b101_101_101_101_111,
        "V": 0b101_101_101_101_010, "W": 0b101_101_111_111_101, "X": 0b101_101_010_101_101,
        "Y": 0b101_101_010_010_010, "Z": 0b111_001_010_100_111,
    ]
}
