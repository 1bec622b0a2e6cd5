/// A planar pixel layout: which planes there are, how large they are and how deep a sample is.
///
/// The planes are Y, U, V or G, B, R or grey, then alpha. Samples deeper than 8 bits take two
/// bytes in the machine's own order, as FFmpeg's `yuv420p10` does.
public struct PixelFormat: Hashable, Sendable {
    /// What the planes of a frame mean.
    public enum Model: Sendable {
        /// One plane of luma.
        case gray
        /// One plane of luma and two of colour difference.
        case yuv
        /// Three planes in the order green, blue, red (FFmpeg's `gbrp`).
        case rgb
    }

    /// What the planes mean.
    public let model: Model
    /// Bits in a sample: 8 to 16.
    public let bitDepth: Int
    /// Log2 of the horizontal subsampling of chroma.
    public let chromaShiftX: Int
    /// Log2 of the vertical subsampling of chroma.
    public let chromaShiftY: Int
    /// Whether the last plane is alpha.
    public let hasAlpha: Bool

    /// Makes a layout; chroma shifts count for ``Model/yuv`` only.
    public init(
        _ model: Model, bitDepth: Int = 8, chromaShiftX: Int = 0, chromaShiftY: Int = 0,
        hasAlpha: Bool = false
    ) {
        self.model = model
        self.bitDepth = bitDepth
        self.chromaShiftX = model == .yuv ? chromaShiftX : 0
        self.chromaShiftY = model == .yuv ? chromaShiftY : 0
        self.hasAlpha = hasAlpha
    }

    /// 8-bit 4:2:0.
    public static let yuv420p = PixelFormat(.yuv, chromaShiftX: 1, chromaShiftY: 1)
    /// 8-bit 4:2:2.
    public static let yuv422p = PixelFormat(.yuv, chromaShiftX: 1)
    /// 8-bit 4:4:4.
    public static let yuv444p = PixelFormat(.yuv)
    /// 8-bit grey.
    public static let gray = PixelFormat(.gray)
    /// 8-bit planar RGB.
    public static let gbrp = PixelFormat(.rgb)

    /// The same layout with alpha.
    public var withAlpha: PixelFormat { with(alpha: true) }
    /// The same layout without alpha.
    public var opaque: PixelFormat { with(alpha: false) }

    private func with(alpha: Bool) -> PixelFormat {
        PixelFormat(
            model, bitDepth: bitDepth, chromaShiftX: chromaShiftX, chromaShiftY: chromaShiftY,
            hasAlpha: alpha)
    }

    /// Colour planes, without alpha.
    public var colorPlaneCount: Int { model == .gray ? 1 : 3 }
    /// All planes, alpha included.
    public var planeCount: Int { colorPlaneCount + (hasAlpha ? 1 : 0) }
    /// Bytes of one sample: 1 or 2.
    public var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
    /// The largest sample value.
    public var maxValue: Int { (1 << bitDepth) - 1 }

    /// The size in samples of a plane of a frame of the given size.
    public func planeSize(_ plane: Int, width: Int, height: Int) -> (width: Int, height: Int) {
        let isChroma = model == .yuv && (plane == 1 || plane == 2)
        return isChroma ? chromaGrid(width: width, height: height) : (width, height)
    }

    /// The grid on which a mask decides: the chroma planes' size, or the frame's.
    public func chromaGrid(width: Int, height: Int) -> (width: Int, height: Int) {
        (
            (width + (1 << chromaShiftX) - 1) >> chromaShiftX,
            (height + (1 << chromaShiftY) - 1) >> chromaShiftY
        )
    }
}

extension PixelFormat: CustomStringConvertible {
    /// FFmpeg's name of the layout, without the byte order, as `yuv420p10`.
    public var description: String {
        let depth = bitDepth == 8 ? "" : "\(bitDepth)"
        switch model {
        case .gray: return hasAlpha ? "ya\(bitDepth)" : "gray" + depth
        case .rgb: return (hasAlpha ? "gbrap" : "gbrp") + depth
        case .yuv:
            let sampling =
                switch (chromaShiftX, chromaShiftY) {
                case (0, 0): "444"
                case (1, 0): "422"
                case (1, 1): "420"
                case (0, 1): "440"
                case (2, 0): "411"
                default: "410"
                }
            return (hasAlpha ? "yuva" : "yuv") + sampling + "p" + depth
        }
    }
}
