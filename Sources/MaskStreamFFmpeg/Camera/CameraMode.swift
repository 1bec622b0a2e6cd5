public import MaskStream

/// One way in which a camera delivers frames, as its driver lists it.
public struct CameraMode: Hashable, Sendable, CustomStringConvertible {
    /// FFmpeg's name of the pixel format or codec, as `--pix-fmt` takes it; the driver's four
    /// letters where FFmpeg has no name for it and cannot open it.
    public let pixelFormat: String
    /// Frame width in pixels.
    public let width: Int
    /// Frame height in pixels.
    public let height: Int
    /// The frames per second that the driver lists for this format and size.
    public let rates: CameraRates

    /// Makes a mode of what a driver lists.
    public init(_ pixelFormat: String, _ width: Int, _ height: Int, _ rates: CameraRates) {
        self.pixelFormat = pixelFormat
        self.width = width
        self.height = height
        self.rates = rates
    }

    /// Whether FFmpeg, and so this program, can open the camera in this mode.
    public var isUsable: Bool { CameraFormats.isKnown(pixelFormat) }

    /// The size as `--size` takes it.
    public var size: String { "\(width)x\(height)" }

    /// Format, size and rates, as `yuyv422 1280x720 at 30 fps`.
    public var description: String {
        let rates = rates.description
        return "\(pixelFormat) \(size)" + (rates.isEmpty ? "" : " at \(rates) fps")
    }
}

/// The frames per second that a camera offers in one format and size.
public enum CameraRates: Hashable, Sendable, CustomStringConvertible {
    /// These and no others, the fastest first; none where the driver does not say.
    case listed([Rational])
    /// Any between two.
    case between(slowest: Rational, fastest: Rational)

    /// The fastest rate; nil where the driver reports none.
    public var fastest: Rational? {
        switch self {
        case .listed(let rates): rates.first
        case .between(_, let fastest): fastest
        }
    }

    /// The rates as numbers, the fastest first: `60, 29.97`, or `1 to 30`; empty where the driver
    /// reports none.
    public var description: String {
        switch self {
        case .listed(let rates): rates.map(\.brief).joined(separator: ", ")
        case .between(let slowest, let fastest): "\(slowest.brief) to \(fastest.brief)"
        }
    }
}

/// Sizes between two that a driver makes on demand, instead of a list of them.
public struct CameraSizeRange: Hashable, Sendable {
    /// The pixel format, as in ``CameraMode/pixelFormat``.
    public let pixelFormat: String
    /// From the narrowest to the widest frame, in pixels.
    public let widths: ClosedRange<Int>
    /// From the lowest to the highest frame, in pixels.
    public let heights: ClosedRange<Int>
    /// Pixels between one possible width and the next.
    public let widthStep: Int
    /// Pixels between one possible height and the next.
    public let heightStep: Int

    /// Makes a range of what a driver reports; a step of 0 counts as 1.
    public init(
        _ pixelFormat: String, widths: ClosedRange<Int>, heights: ClosedRange<Int>,
        widthStep: Int = 1, heightStep: Int = 1
    ) {
        self.pixelFormat = pixelFormat
        self.widths = widths
        self.heights = heights
        self.widthStep = max(1, widthStep)
        self.heightStep = max(1, heightStep)
    }

    /// Whether frames of this size can be had.
    public func contains(_ width: Int, _ height: Int) -> Bool {
        widths.contains(width) && heights.contains(height)
            && (width - widths.lowerBound) % widthStep == 0
            && (height - heights.lowerBound) % heightStep == 0
    }

    /// The sizes worth asking rates for: the usual ones, the largest, and the one that is wanted.
    func sizes(wanted: (width: Int, height: Int)?) -> [(width: Int, height: Int)] {
        var sizes = Self.usual.filter { contains($0.width, $0.height) }
        let largest = (width: widths.upperBound, height: heights.upperBound)
        for more in [largest, wanted].compactMap({ $0 })
        where contains(more.width, more.height) && !sizes.contains(where: { $0 == more }) {
            sizes.append(more)
        }
        return sizes
    }

    private static let usual: [(width: Int, height: Int)] = [
        (320, 180), (320, 240), (640, 360), (640, 480), (800, 600), (960, 540), (1280, 720),
        (1920, 1080),
    ]
}
