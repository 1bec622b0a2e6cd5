/// A small upright copy of a frame to look at: red, green and blue bytes, row by row.
public struct Thumbnail: Sendable, Equatable {
    /// Width in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int
    /// Three bytes for each pixel.
    public let pixels: [UInt8]

    /// Makes an image of its bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == 3 * width * height, "three bytes for each pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Shrinks a frame.
    package init(_ frame: Frame, size: (width: Int, height: Int)) {
        let sampler = FrameSampler(
            format: frame.format, width: size.width, height: size.height, isGray: false)
        let values = sampler.sample(frame)
        let count = size.width * size.height
        var pixels = [UInt8](repeating: 0, count: 3 * count)
        for pixel in 0..<count {
            for channel in 0..<3 {
                pixels[3 * pixel + channel] = UInt8(values[channel * count + pixel] * 255 + 0.5)
            }
        }
        self.init(width: size.width, height: size.height, pixels: pixels)
    }

    /// Shows a map in colours, upright, interpolated; nil for a map without cells.
    package init?(map: ConfidenceMap, format: FrameFormat, size: (width: Int, height: Int)) {
        guard map.width > 0, map.height > 0 else { return nil }
        let stored = format.orientation.inverse.displayed(width: size.width, height: size.height)
        let values = MapUpsampler(from: (map.width, map.height), to: stored).values(of: map)
        let upright = format.orientation.apply(
            to: values, width: stored.width, height: stored.height)
        self.init(
            width: size.width, height: size.height, pixels: upright.flatMap(ConfidenceRamp.color))
    }
}

extension FrameFormat {
    /// The size of a thumbnail whose longer side is `side` at most: of the displayed frame's shape
    /// and never larger.
    package func thumbnailSize(side: Int) -> (width: Int, height: Int) {
        let longest = Double(min(side, max(displaySize.width, displaySize.height)))
        let aspect = displayAspect
        let width = aspect >= 1 ? longest : longest * aspect
        let height = aspect >= 1 ? longest / aspect : longest
        return (max(1, Int(width.rounded())), max(1, Int(height.rounded())))
    }
}

/// The colours of confidence: dark blue to yellow, as light as they are sure (viridis).
package enum ConfidenceRamp {
    /// The colours at equal distances from 0 to 1.
    package static let stops: [(red: Float, green: Float, blue: Float)] = [
        (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137),
        (53, 183, 121), (110, 206, 88), (181, 222, 43), (253, 231, 37),
    ]

    /// The colour of a confidence; what is not finite counts as 0.
    static func color(_ confidence: Float) -> [UInt8] {
        let clamped = confidence.isFinite ? min(max(confidence, 0), 1) : 0
        let position = clamped * Float(stops.count - 1)
        let first = min(Int(position), stops.count - 2)
        let (low, high) = (stops[first], stops[first + 1])
        let weight = position - Float(first)
        return [
            UInt8(low.red + (high.red - low.red) * weight + 0.5),
            UInt8(low.green + (high.green - low.green) * weight + 0.5),
            UInt8(low.blue + (high.blue - low.blue) * weight + 0.5),
        ]
    }
}
