import Foundation
package import MaskStream

/// How far the kept pixels of encoded frames are from the originals.
package struct KeptError: Sendable {
    /// What is given for frames that are equal.
    package static let best = 100.0

    private var squares = 0.0
    private var samples = 0
    private var peak = 255.0

    /// Starts with nothing compared.
    package init() {}

    /// The peak signal-to-noise ratio of kept luma in decibels, at most ``best``; nil where
    /// nothing was kept.
    package var psnr: Double? {
        guard samples > 0 else { return nil }
        let mean = squares / Double(samples)
        return mean > 0 ? min(10 * log10(peak * peak / mean), Self.best) : Self.best
    }

    /// Whether luma of two formats can be compared sample by sample.
    package static func isComparable(_ one: FrameFormat, _ other: FrameFormat) -> Bool {
        one.width == other.width && one.height == other.height
            && one.pixelFormat.bitDepth == other.pixelFormat.bitDepth
            && one.color.range == other.color.range && one.pixelFormat.model != .rgb
            && other.pixelFormat.model != .rgb
    }

    /// Compares a decoded frame with its original where the original's mask keeps it.
    ///
    /// Both must be comparable, see ``isComparable(_:_:)``.
    package mutating func add(
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
