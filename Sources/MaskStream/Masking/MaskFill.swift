/// What is shown in place of masked pixels.
public enum MaskFill: Sendable, Equatable, LosslessStringConvertible {
    /// Black in the stream's own range.
    case zero
    /// Nothing: masked pixels are transparent, and black where transparency is ignored.
    case transparent
    /// One colour.
    case color(red: UInt8, green: UInt8, blue: UInt8)
    /// The frame averaged over cells of this many pixels and interpolated; nil grows with the frame.
    case blur(Int?)
    /// The frame averaged over blocks of this many pixels; nil grows with the frame.
    case pixelate(Int?)

    /// How fills are spelt; N is the size of a cell in pixels.
    public static let forms = ["zero", "#RRGGBB", "blur[:N]", "pixelate[:N]", "transparent"]

    /// ``forms`` as a sentence names them.
    package static let spelling =
        forms.dropLast().joined(separator: ", ") + " or " + (forms.last ?? "")

    /// A fill of every form.
    package static let everyKind: [MaskFill] = [
        .zero, .color(red: 64, green: 192, blue: 128), .blur(nil), .pixelate(4), .transparent,
    ]

    /// Reads one of the ``forms``; nil where it is none of them.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let strength = parts.count == 2 ? Int(parts[1]) : nil
        let isPlain = parts.count == 1
        switch parts[0] {
        case "zero" where isPlain: self = .zero
        case "transparent" where isPlain: self = .transparent
        case "blur" where isPlain || (strength ?? 0) > 0: self = .blur(strength)
        case "pixelate" where isPlain || (strength ?? 0) > 0: self = .pixelate(strength)
        default:
            guard isPlain, text.count == 7, text.first == "#",
                text.dropFirst().allSatisfy(\.isHexDigit),
                let value = UInt32(text.dropFirst(), radix: 16)
            else { return nil }
            self = .color(
                red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
        }
    }

    /// The text that ``init(_:)`` reads.
    public var description: String {
        switch self {
        case .zero: return "zero"
        case .transparent: return "transparent"
        case .color(let red, let green, let blue):
            let digits = [red, green, blue].map { value in
                (value < 16 ? "0" : "") + String(value, radix: 16)
            }
            return "#" + digits.joined()
        case .blur(let cell): return "blur" + (cell.map { ":\($0)" } ?? "")
        case .pixelate(let cell): return "pixelate" + (cell.map { ":\($0)" } ?? "")
        }
    }

    /// The format of painted frames: the source's, with alpha where masked pixels lose theirs.
    func format(of source: FrameFormat) -> FrameFormat {
        var format = source
        if self == .transparent { format.pixelFormat = source.pixelFormat.withAlpha }
        if isTranslucent { format.hasFewColors = false }
        return format
    }

    /// Whether something of the frame can still be seen through the fill.
    public var isTranslucent: Bool {
        switch self {
        case .zero, .transparent, .color: false
        case .blur, .pixelate: true
        }
    }

    /// The cell size in pixels of a blur or mosaic over a frame of the given height.
    ///
    /// A face fills about a third of a close-up: with a sixteenth of the height for a cell some
    /// five cells cover it.
    static func cellSize(_ strength: Int?, height: Int) -> Int {
        min(max(2, strength ?? max(8, height / 16)), 1 << 16)
    }

    /// The sample value of the fill in each colour plane of a format; nil where it has no one value.
    func samples(in format: FrameFormat) -> [UInt16]? {
        switch self {
        case .zero, .transparent: Self.samples(red: 0, green: 0, blue: 0, in: format)
        case .color(let red, let green, let blue):
            Self.samples(
                red: Float(red) / 255, green: Float(green) / 255, blue: Float(blue) / 255,
                in: format)
        case .blur, .pixelate: nil
        }
    }

    /// Converts a colour to samples by the format's matrix and range (ITU-T H.273, 8.3).
    private static func samples(
        red: Float, green: Float, blue: Float, in format: FrameFormat
    ) -> [UInt16] {
        let pixels = format.pixelFormat
        let scale = SampleScale(format)
        if pixels.model == .rgb {
            return [green, blue, red].map { scale.luma($0) }
        }
        let weights = format.color.lumaWeights(height: format.height)
        let luma =
            weights.red * red + weights.blue * blue + (1 - weights.red - weights.blue) * green
        guard pixels.model == .yuv else { return [scale.luma(luma)] }
        return [
            scale.luma(luma),
            scale.chroma((blue - luma) / (2 * (1 - weights.blue))),
            scale.chroma((red - luma) / (2 * (1 - weights.red))),
        ]
    }
}
