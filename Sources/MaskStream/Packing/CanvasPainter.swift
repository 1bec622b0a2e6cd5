/// Copies subjects of masked frames onto canvases.
///
/// It sees no frame that is not masked. At scale 1 samples are copied as they are, else a sample is
/// the mean of those that it covers. The rest of the canvas shows the fill, or black where that has
/// no one colour, and is transparent with ``MaskFill/transparent``.
struct CanvasPainter {
    /// The size of the canvases.
    let size: CanvasSize
    private let pool = PixelBufferPool()

    /// Makes a painter of canvases of one size.
    init(_ size: CanvasSize) { self.size = size }

    /// A canvas with regions of a frame that was masked with a fill, in memory of its own.
    func paint(_ masked: Frame, _ regions: [PackedRegion], fill: MaskFill) -> Frame {
        paint([(masked, regions)], as: masked, fill: fill)
    }

    /// A canvas with regions of a frame that was masked in several ways, in memory of its own; it
    /// has the frame's time.
    func paint(
        _ layers: [(masked: Frame, regions: [PackedRegion])], as frame: Frame, fill: MaskFill
    ) -> Frame {
        let format = size.format(for: frame.format)
        let pixels = format.pixelFormat
        let ground = Self.ground(of: format, fill)
        var canvas = pool.take(format: pixels, width: format.width, height: format.height)
        for index in 0..<pixels.planeCount {
            let isChroma = pixels.model == .yuv && (index == 1 || index == 2)
            let layer = PlaneLayer(
                shiftX: isChroma ? pixels.chromaShiftX : 0,
                shiftY: isChroma ? pixels.chromaShiftY : 0, bytes: pixels.bytesPerSample)
            canvas.withPlane(index) { to in
                layer.fill(to, with: ground[index])
                for (masked, regions) in layers {
                    masked.buffer.withPlane(index) { from in
                        for region in regions { layer.draw(region, of: from, on: to) }
                    }
                }
            }
        }
        return frame.replacing(buffer: canvas.freeze(), format: format)
    }

    /// The samples of the canvas where no subject lies, for each plane.
    private static func ground(of format: FrameFormat, _ fill: MaskFill) -> [UInt16] {
        let color = fill.samples(in: format) ?? MaskFill.zero.samples(in: format) ?? []
        guard format.pixelFormat.hasAlpha else { return color }
        return color + [fill == .transparent ? 0 : UInt16(format.pixelFormat.maxValue)]
    }
}

/// How a plane lies under frames and canvases.
private struct PlaneLayer {
    let shiftX: Int
    let shiftY: Int
    let bytes: Int

    func fill(_ plane: MutablePlane, with sample: UInt16) {
        for y in 0..<plane.height {
            if bytes == 1 {
                plane.row(y, as: UInt8.self).update(
                    repeating: UInt8(truncatingIfNeeded: sample), count: plane.width)
            } else {
                plane.row(y, as: UInt16.self).update(repeating: sample, count: plane.width)
            }
        }
    }

    func draw(_ region: PackedRegion, of source: Plane, on canvas: MutablePlane) {
        let target = samples(region.from)
        if region.scale == 1 {
            copy(source, at: samples(region.to), to: canvas, target)
        } else if bytes == 1 {
            shrink(source, region, to: canvas, target, as: UInt8.self)
        } else {
            shrink(source, region, to: canvas, target, as: UInt16.self)
        }
    }

    /// The plane's samples that a rectangle of pixels has a part in.
    private func samples(_ box: Box) -> Box {
        Box(
            x: box.x >> shiftX, y: box.y >> shiftY,
            width: (box.width + (1 << shiftX) - 1) >> shiftX,
            height: (box.height + (1 << shiftY) - 1) >> shiftY)
    }

    private func copy(_ source: Plane, at origin: Box, to canvas: MutablePlane, _ target: Box) {
        for y in 0..<target.height {
            let from = source.base + (origin.y + y) * source.stride + origin.x * bytes
            let to = canvas.base + (target.y + y) * canvas.stride + target.x * bytes
            to.copyMemory(from: from, byteCount: target.width * bytes)
        }
    }

    private func shrink<Sample: FixedWidthInteger>(
        _ source: Plane, _ region: PackedRegion, to canvas: MutablePlane, _ target: Box,
        as type: Sample.Type
    ) {
        func range(_ start: Int, _ shift: Int, _ count: Int) -> Range<Double> {
            let low = Double(start) / Double(1 << shift)
            return low..<low + Double(count) / region.scale
        }
        let resampler = PlaneResampler(
            source: (source.width, source.height),
            x: range(region.to.x, shiftX, target.width),
            y: range(region.to.y, shiftY, target.height),
            width: target.width, height: target.height)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: target.width * target.height) {
            guard let means = $0.baseAddress else { return }
            resampler.resample(source, bytes: bytes, into: means)
            for y in 0..<target.height {
                let row = canvas.row(target.y + y, as: Sample.self) + target.x
                for x in 0..<target.width { row[x] = Sample(means[y * target.width + x].rounded()) }
            }
        }
    }
}
