/// Samples a part of a frame as a small upright image of floats, the way models want it.
///
/// Each plane is area-averaged in its stored orientation, converted to RGB or luma in [0, 1] by
/// the frame's matrix and range, and turned upright, so that only small images are ever
/// converted; high dynamic range is mapped to the standard one. Pixels that are less than half
/// opaque are not seen; a whole frame is composited over mid grey, on which dark and bright things
/// stand out.
public struct FrameSampler {
    /// Width of the upright sample.
    public let width: Int
    /// Height of the upright sample.
    public let height: Int
    private let format: FrameFormat
    private let isGray: Bool
    private let planes: [PlaneResampler]
    private let alpha: PlaneResampler?
    private let storedWidth: Int
    private let storedHeight: Int
    private let toneMap: ToneMap?
    /// Whether all pixels are seen that are opaque at all: for models that find what must not be
    /// seen however faint it is.
    public var seesFaint = false

    /// Prepares to sample `x` by `y` of frames of a format, in stored pixels.
    ///
    /// The part may reach outside of the frame, where its edge is repeated.
    public init(
        format: FrameFormat, x: Range<Double>, y: Range<Double>, width: Int, height: Int,
        isGray: Bool
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.isGray = isGray
        toneMap = ToneMap(format.color)
        (storedWidth, storedHeight) = format.orientation.inverse.displayed(
            width: width, height: height)
        let pixels = format.pixelFormat
        let stored = (width: storedWidth, height: storedHeight)
        let count = isGray && pixels.model != .rgb ? 1 : pixels.colorPlaneCount
        func resampler(of index: Int) -> PlaneResampler {
            let isChroma = pixels.model == .yuv && (index == 1 || index == 2)
            let scaleX = isChroma ? Double(1 << pixels.chromaShiftX) : 1
            let scaleY = isChroma ? Double(1 << pixels.chromaShiftY) : 1
            return PlaneResampler(
                source: pixels.planeSize(index, width: format.width, height: format.height),
                x: x.lowerBound / scaleX..<x.upperBound / scaleX,
                y: y.lowerBound / scaleY..<y.upperBound / scaleY,
                width: stored.width, height: stored.height)
        }
        planes = (0..<count).map(resampler)
        alpha = pixels.hasAlpha ? resampler(of: pixels.planeCount - 1) : nil
    }

    /// Prepares to sample whole frames of a format.
    public init(format: FrameFormat, width: Int, height: Int, isGray: Bool) {
        self.init(
            format: format, x: 0..<Double(format.width), y: 0..<Double(format.height),
            width: width, height: height, isGray: isGray)
    }

    /// Channels of the sample: 1 for grey, 3 for red, green, blue.
    public var channelCount: Int { isGray ? 1 : 3 }

    /// Samples a frame: `channelCount` planes of `height` rows of `width` values in [0, 1].
    public func sample(_ frame: Frame) -> [Float] {
        guard format.pixelFormat.hasAlpha else { return sample(frame, mask: nil).values }
        let grid = format.maskGrid
        let everything = Mask(width: grid.width, height: grid.height, keepsAll: true)
        let (values, coverage) = sample(frame, mask: everything)
        return values.indices.map { index in
            0.5 + (values[index] - 0.5) * coverage[index % coverage.count]
        }
    }

    /// What ``sample(_:)`` gave of a frame, as faint as its pixels are over mid grey; nil where the
    /// frame is opaque.
    ///
    /// With ``seesFaint`` the sample shows the colours however faint they are, and this one what is
    /// drawn in alpha.
    public func faded(_ samples: [Float], of frame: Frame) -> [Float]? {
        guard let alpha, !frame.buffer.isOpaque else { return nil }
        let pixels = format.pixelFormat
        var opacity = [Float](repeating: 0, count: storedWidth * storedHeight)
        frame.buffer.withPlane(pixels.planeCount - 1) { plane in
            opacity.withUnsafeMutableBufferPointer { values in
                guard let values = values.baseAddress else { return }
                alpha.resample(plane, bytes: pixels.bytesPerSample, into: values)
            }
        }
        opacity = format.orientation.apply(
            to: opacity, width: storedWidth, height: storedHeight)
        let most = Float(pixels.maxValue)
        return samples.indices.map { index in
            0.5 + (samples[index] - 0.5) * opacity[index % opacity.count] / most
        }
    }

    /// Samples the kept pixels of a frame alone.
    ///
    /// - Returns: the means over kept pixels, planar as in ``sample(_:)``, and for each pixel of
    ///   the sample the fraction that is kept; the mean is 0 where nothing is kept.
    public func sample(
        _ frame: Frame, mask: Mask?
    ) -> (values: [Float], coverage: [Float]) {
        var mask = mask
        mask?.hideTransparent(frame, seesFaint: seesFaint)
        let count = storedWidth * storedHeight
        var coverage = [Float](repeating: 1, count: count)
        var samples: [[Float]] = []
        let pixels = format.pixelFormat
        let scale = SampleScale(format)
        for (index, resampler) in planes.enumerated() {
            var values = [Float](repeating: 0, count: count)
            let isChroma = pixels.model == .yuv && index > 0
            let black = isChroma ? scale.neutral : scale.black
            frame.buffer.withPlane(index) { plane in
                values.withUnsafeMutableBufferPointer { values in
                    guard let values = values.baseAddress else { return }
                    guard let mask else {
                        resampler.resample(plane, bytes: pixels.bytesPerSample, into: values)
                        return
                    }
                    var share = [Float](repeating: 0, count: count)
                    share.withUnsafeMutableBufferPointer { share in
                        guard let share = share.baseAddress else { return }
                        resampler.resample(
                            plane, bytes: pixels.bytesPerSample, mask: mask,
                            shiftX: isChroma ? 0 : pixels.chromaShiftX,
                            shiftY: isChroma ? 0 : pixels.chromaShiftY, into: values,
                            coverage: share)
                        for cell in 0..<count {
                            values[cell] = share[cell] > 0 ? values[cell] / share[cell] : black
                        }
                    }
                    if index == 0 { coverage = share }
                }
            }
            samples.append(values)
        }
        let color = convert(samples).flatMap {
            format.orientation.apply(to: $0, width: storedWidth, height: storedHeight)
        }
        return (
            color, format.orientation.apply(to: coverage, width: storedWidth, height: storedHeight)
        )
    }

    /// Converts plane samples to luma or to red, green and blue in [0, 1], in standard range.
    private func convert(_ planes: [[Float]]) -> [[Float]] {
        let signals = signals(planes)
        return toneMap?.map(signals) ?? signals
    }

    private func signals(_ planes: [[Float]]) -> [[Float]] {
        let scale = SampleScale(format)
        let unit = planes.enumerated().map { index, plane in
            let isChroma = format.pixelFormat.model == .yuv && index > 0
            let offset = isChroma ? scale.neutral : scale.black
            let factor = 1 / (isChroma ? scale.chromaSpan : scale.lumaSpan)
            return plane.map { ($0 - offset) * factor }
        }
        let weights = format.color.lumaWeights(height: format.height)
        let green = 1 - weights.red - weights.blue
        switch format.pixelFormat.model {
        case .gray:
            let luma = unit[0].map(Self.clamp)
            return isGray ? [luma] : [luma, luma, luma]
        case .rgb:
            let colors = [unit[2], unit[0], unit[1]].map { $0.map(Self.clamp) }
            guard isGray else { return colors }
            return [
                colors[0].indices.map {
                    weights.red * colors[0][$0] + green * colors[1][$0]
                        + weights.blue * colors[2][$0]
                }
            ]
        case .yuv:
            guard !isGray else { return [unit[0].map(Self.clamp)] }
            return Self.colors(luma: unit[0], blue: unit[1], red: unit[2], weights: weights)
        }
    }

    /// Red, green and blue of luma and colour differences (ITU-T H.273, equations 38 to 40).
    private static func colors(
        luma: [Float], blue: [Float], red: [Float], weights: (red: Float, blue: Float)
    ) -> [[Float]] {
        let redFactor = 2 * (1 - weights.red)
        let blueFactor = 2 * (1 - weights.blue)
        let green = 1 - weights.red - weights.blue
        let greenOfRed = weights.red * redFactor / green
        let greenOfBlue = weights.blue * blueFactor / green
        return luma.withUnsafeBufferPointer { luma in
            blue.withUnsafeBufferPointer { blue in
                red.withUnsafeBufferPointer { red in
                    [
                        plane(luma.count) { clamp(luma[$0] + redFactor * red[$0]) },
                        plane(luma.count) {
                            clamp(luma[$0] - greenOfRed * red[$0] - greenOfBlue * blue[$0])
                        },
                        plane(luma.count) { clamp(luma[$0] + blueFactor * blue[$0]) },
                    ]
                }
            }
        }
    }

    @inline(__always)
    private static func plane(_ count: Int, _ value: (Int) -> Float) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { values, initialized in
            for index in 0..<count { values[index] = value(index) }
            initialized = count
        }
    }

    private static func clamp(_ value: Float) -> Float { min(max(value, 0), 1) }
}
