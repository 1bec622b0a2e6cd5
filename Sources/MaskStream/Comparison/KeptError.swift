import Foundation

/// How far the kept pixels of encoded pictures are from the originals.
public struct KeptError: Sendable {
    /// What is given for pictures that are equal.
    public static let best = 100.0

    private var squares = 0.0
    private var samples = 0
    private var peak = 255.0

    /// Starts with nothing compared.
    public init() {}

    /// The peak signal-to-noise ratio of kept luma in decibels, at most ``best``; nil where
    /// nothing was kept.
    public var psnr: Double? {
        guard samples > 0 else { return nil }
        let mean = squares / Double(samples)
        return mean > 0 ? min(10 * log10(peak * peak / mean), Self.best) : Self.best
    }

    /// Whether luma of two formats can be compared sample by sample.
    public static func isComparable(_ one: FrameFormat, _ other: FrameFormat) -> Bool {
        one.width == other.width && one.height == other.height
            && one.pixelFormat.bitDepth == other.pixelFormat.bitDepth
            && one.color.range == other.color.range && one.pixelFormat.model != .rgb
            && other.pixelFormat.model != .rgb
    }

    /// Compares a decoded picture with its original where the original's mask keeps it.
    ///
    /// Both must be comparable, see ``isComparable(_:_:)``.
    public mutating func add(
        _ decoded: Frame, original: Frame, mask: Mask
    ) {
        let pixels = original.format.pixelFormat
        peak = Double(pixels.maxValue)
        let spans = SpanRows(mask)
        decoded.buffer.withPlane(0) { decoded in
            original.buffer.withPlane(0) { original in
                if pixels.bytesPerSample == 1 {
                    add(decoded, original, spans, pixels, as: UInt8.self)
                } else {
                    add(decoded, original, spans, pixels, as: UInt16.self)
                }
            }
        }
    }

    private mutating func add<Sample: FixedWidthInteger>(
        _ decoded: Plane, _ original: Plane, _ spans: SpanRows, _ pixels: PixelFormat,
        as type: Sample.Type
    ) {
        for y in 0..<original.height {
            let (one, other) = (decoded.row(y, as: type), original.row(y, as: type))
            for span in spans[y >> pixels.chromaShiftY] where span.isKept {
                let start = span.start << pixels.chromaShiftX
                let end = min(span.end << pixels.chromaShiftX, original.width)
                var sum = 0
                for x in start..<end {
                    let difference = Int(one[x]) - Int(other[x])
                    sum += difference * difference
                }
                squares += Double(sum)
                samples += end - start
            }
        }
    }
}

/// A mask in little memory: the lengths of its spans, masked and kept by turns.
public struct MaskSpans: Sendable {
    private let width: Int
    private let height: Int
    private var lengths: [UInt32] = []

    /// Packs a mask.
    public init(_ mask: Mask) {
        width = mask.width
        height = mask.height
        var (length, value) = (UInt32(0), UInt8(0))
        for cell in mask.cells {
            if cell != value {
                lengths.append(length)
                (length, value) = (0, cell)
            }
            length += 1
        }
        lengths.append(length)
    }

    /// The mask.
    public var mask: Mask {
        var mask = Mask(width: width, height: height)
        var position = 0
        for (index, length) in lengths.enumerated() {
            let end = position + Int(length)
            if index % 2 == 1 {
                for cell in position..<end { mask.cells[cell] = Mask.kept }
            }
            position = end
        }
        return mask
    }
}
