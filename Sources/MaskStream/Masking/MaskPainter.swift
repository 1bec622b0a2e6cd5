/// Writes the masked copy of a frame: kept pixels as decoded, masked ones filled, in one pass.
///
/// A mask's rows consist of few spans; each span is one copy or one fill in every plane. Of a frame
/// that is opaque throughout, masked pixels stay opaque, but with ``MaskFill/transparent``. Of any
/// other they become transparent, because a picture may be drawn in alpha; none ever gains any. Where
/// subjects are hidden a wholly transparent pixel counts as masked: nobody sees it, so nothing is
/// found there, and all that is left of it is the fill's colour, or black.
public struct MaskPainter {
    /// How many cells of a blur or mosaic cover a hidden subject's shorter side, at most.
    private static let mostCells = 6

    private let fill: MaskFill
    private let hidesSubjects: Bool
    private let pool = PixelBufferPool()
    private let transparent = TransparentPixels()
    /// The last frame in cells of the fill's size, of twice this size, and so on.
    private var coarse: [CoarseFrame] = []

    /// Makes a painter for one kind of fill.
    ///
    /// - Parameters:
    ///   - fill: what masked pixels show.
    ///   - hidesSubjects: masked regions are subjects: the cells of a blur or mosaic are doubled
    ///     until at most six cover the shorter side of a region, and wholly transparent pixels lose
    ///     their colours.
    public init(fill: MaskFill, hidesSubjects: Bool = false) {
        self.fill = fill
        self.hidesSubjects = hidesSubjects
    }

    /// The masked copy of a frame, in memory of its own; a nil mask masks the frame whole.
    public mutating func paint(_ frame: Frame, mask: Mask?) -> Frame {
        paint(frame, mask: mask, overlay: nil)
    }

    /// The masked copy of a frame with an overlay drawn on it.
    mutating func paint(_ frame: Frame, mask: Mask?, overlay: Overlay?) -> Frame {
        let format = fill.format(of: frame.format)
        let pixels = format.pixelFormat
        let samples = fill.samples(in: format)
        let clear = hidesSubjects || fill.isTranslucent ? cleared(frame) : frame.buffer
        let source = hidesSubjects ? clear : frame.buffer
        var target = pool.take(format: pixels, width: format.width, height: format.height)
        let grid = format.maskGrid
        let mask = mask ?? Mask(width: grid.width, height: grid.height)
        precondition(mask.width == grid.width && mask.height == grid.height, "mask on its grid")
        var spans = SpanRows(mask)
        let keepsAlpha = fill != .transparent && frame.buffer.isOpaque
        if fill.isTranslucent { prepareCells(clear, of: frame.format, under: &spans) }
        for index in 0..<pixels.planeCount {
            let isAlpha = pixels.hasAlpha && index == pixels.planeCount - 1
            let isChroma = pixels.model == .yuv && (index == 1 || index == 2)
            let layout = PlaneLayout(
                shiftX: isChroma ? 0 : pixels.chromaShiftX,
                shiftY: isChroma ? 0 : pixels.chromaShiftY, bytes: pixels.bytesPerSample)
            if isAlpha, !source.format.hasAlpha {
                target.withPlane(index) { to in
                    layout.paint(spans, to) { row, start, count, isKept in
                        layout.fill(row, start, count, isKept ? UInt16(pixels.maxValue) : 0)
                    }
                }
                continue
            }
            source.withPlane(index) { from in
                target.withPlane(index) { to in
                    if isAlpha, keepsAlpha {
                        layout.copy(from, to)
                    } else if isAlpha {
                        layout.paint(spans, from, to) { row, start, count, _, _ in
                            layout.fill(row, start, count, 0)
                        }
                    } else if let samples {
                        layout.paint(spans, from, to) { row, start, count, _, _ in
                            layout.fill(row, start, count, samples[index])
                        }
                    } else {
                        layout.paint(spans, from, to) { row, start, count, y, doublings in
                            coarse[doublings].write(
                                plane: index, y: y, start: start, count: count, to: row)
                        }
                    }
                }
            }
        }
        overlay?.draw(on: &target, format: format, source: frame.buffer)
        return frame.replacing(buffer: target.freeze(), format: format)
    }

    /// The frame's samples without colours that no viewer shows.
    private func cleared(_ frame: Frame) -> PixelBuffer {
        let color = fill.samples(in: frame.format) ?? MaskFill.zero.samples(in: frame.format)
        return transparent.cleared(frame.buffer, to: color ?? [])
    }

    /// Averages the frame over cells of all the sizes that its masked spans show.
    private mutating func prepareCells(
        _ pixels: PixelBuffer, of format: FrameFormat, under spans: inout SpanRows
    ) {
        let (strength, isSmooth): (Int?, Bool) =
            switch fill {
            case .blur(let strength): (strength, true)
            case .pixelate(let strength): (strength, false)
            case .zero, .transparent, .color: (nil, false)
            }
        let cell = MaskFill.cellSize(strength, height: format.displaySize.height)
        if hidesSubjects {
            spans.doubleCells(
                of: cell, most: Self.mostCells, shiftX: format.pixelFormat.chromaShiftX,
                shiftY: format.pixelFormat.chromaShiftY)
        }
        if coarse.first?.matches(format) != true { coarse = [] }
        for doublings in spans.doublings {
            while coarse.count <= doublings {
                coarse.append(
                    CoarseFrame(
                        format: format, cell: cell << coarse.count, isSmooth: isSmooth,
                        isLeast: hidesSubjects))
            }
            coarse[doublings].update(from: pixels)
        }
    }
}

/// How a plane lies under the mask's grid.
private struct PlaneLayout {
    let shiftX: Int
    let shiftY: Int
    let bytes: Int

    func copy(_ from: Plane, _ to: MutablePlane) {
        for y in 0..<from.height {
            (to.base + y * to.stride).copyMemory(
                from: from.base + y * from.stride, byteCount: from.width * bytes)
        }
    }

    /// Copies kept spans and has `fill(row, start, count, y, doublings)` paint the masked ones.
    @inline(__always)
    func paint(
        _ spans: SpanRows, _ from: Plane, _ to: MutablePlane,
        fill: (UnsafeMutableRawPointer, Int, Int, Int, Int) -> Void
    ) {
        for y in 0..<from.height {
            let source = from.base + y * from.stride
            let target = to.base + y * to.stride
            for span in spans[y >> shiftY] {
                let start = span.start << shiftX
                let count = min(span.end << shiftX, from.width) - start
                if span.isKept {
                    (target + start * bytes).copyMemory(
                        from: source + start * bytes, byteCount: count * bytes)
                } else {
                    fill(target, start, count, y, Int(span.doublings))
                }
            }
        }
    }

    /// Has `fill(row, start, count, isKept)` paint every span.
    @inline(__always)
    func paint(
        _ spans: SpanRows, _ to: MutablePlane,
        fill: (UnsafeMutableRawPointer, Int, Int, Bool) -> Void
    ) {
        for y in 0..<to.height {
            for span in spans[y >> shiftY] {
                let start = span.start << shiftX
                let count = min(span.end << shiftX, to.width) - start
                fill(to.base + y * to.stride, start, count, span.isKept)
            }
        }
    }

    @inline(__always)
    func fill(_ row: UnsafeMutableRawPointer, _ start: Int, _ count: Int, _ sample: UInt16) {
        if bytes == 1 {
            (row + start).initializeMemory(
                as: UInt8.self, repeating: UInt8(truncatingIfNeeded: sample), count: count)
        } else {
            (row + start * 2).initializeMemory(as: UInt16.self, repeating: sample, count: count)
        }
    }
}
