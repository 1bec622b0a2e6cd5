/// What all frames of one stream have in common.
public struct FrameFormat: Hashable, Sendable {
    /// Stored width in pixels.
    public var width: Int
    /// Stored height in pixels.
    public var height: Int
    /// The planes and their depth.
    public var pixelFormat: PixelFormat
    /// Range, matrix and the other colour tags.
    public var color: ColorInfo
    /// Width of one pixel over its height; 1/1 where unknown.
    public var sampleAspect: Rational
    /// How the frame must be turned to be upright.
    public var orientation: Orientation
    /// Seconds of one tick of ``Frame/pts``.
    public var timeBase: Rational
    /// Whether the frames came with a palette and have few enough colours to leave with one,
    /// those of a fill and an overlay included.
    public var hasFewColors = false
    /// Which rows of a frame show the earlier moment.
    public enum Fields: Hashable, Sendable {
        /// All rows show one moment.
        case progressive
        /// The even rows are earlier.
        case topFirst
        /// The odd rows are earlier.
        case bottomFirst
    }

    /// Which rows of a frame show the earlier moment.
    public var fields = Fields.progressive
    /// Whether a frame holds two moments, one in the even rows and one in the odd ones.
    public var isInterlaced: Bool { fields != .progressive }
    /// The nominal frame rate, never used to compute time; den 0 where unknown.
    public var frameRate: Rational

    /// Makes a format; square upright pixels in milliseconds by default.
    public init(
        width: Int, height: Int, pixelFormat: PixelFormat = .yuv420p, color: ColorInfo = .init(),
        sampleAspect: Rational = Rational(1, 1), orientation: Orientation = .upright,
        timeBase: Rational = Rational(1, 1000), frameRate: Rational = Rational(0, 0)
    ) {
        self.width = width
        self.height = height
        self.pixelFormat = pixelFormat
        self.color = color
        self.sampleAspect = sampleAspect
        self.orientation = orientation
        self.timeBase = timeBase
        self.frameRate = frameRate
    }

    /// The upright frame's width and height in stored pixels (aspect not applied).
    public var displaySize: (width: Int, height: Int) {
        orientation.displayed(width: width, height: height)
    }

    /// Width over height of a stored pixel; 1 where the format does not tell.
    package var pixelAspect: Double { sampleAspect.value > 0 ? sampleAspect.value : 1 }

    /// Width over height of the frame as a person sees it.
    public var displayAspect: Double {
        let stored = Double(width) * pixelAspect / Double(height)
        return orientation.transposes ? 1 / stored : stored
    }

    /// The same frames in another size, in the same colours.
    func resized(width: Int, height: Int) -> FrameFormat {
        var format = self
        (format.width, format.height) = (width, height)
        let matrix = color.effectiveMatrix(height: self.height)
        if pixelFormat.model == .yuv, color.effectiveMatrix(height: height) != matrix {
            // Untagged, the other height would stand for another matrix.
            format.color.matrix = matrix
        }
        return format
    }

    /// The same frames in grey of full range, as masks and confidence maps are shown.
    var gray: FrameFormat {
        var format = self
        format.hasFewColors = false
        format.pixelFormat = .gray
        format.color = ColorInfo(range: .full, isRangeTagged: true)
        return format
    }

    /// The size of the grid on which a mask decides.
    public var maskGrid: (width: Int, height: Int) {
        pixelFormat.chromaGrid(width: width, height: height)
    }
}
