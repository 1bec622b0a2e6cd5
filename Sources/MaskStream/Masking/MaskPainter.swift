/// Writes the masked copy of a frame: kept pixels as decoded, masked ones filled, in one pass.
///
/// A mask's rows consist of few spans; each span is one copy or one fill in every plane. A masked
/// pixel keeps its alpha, or loses it with ``MaskFill/transparent``; none ever gains any.
public struct MaskPainter {
    private let fill: MaskFill
    private let pool = PixelBufferPool()
    private var coarse: CoarsePicture?

    /// Makes a painter for one kind of fill.
    public init(fill: MaskFill) {
        self.fill = fill
    }

    /// The masked copy of a frame, in memory of its own; a nil mask masks the picture whole.
    public mutating func paint(_ frame: borrowing Frame, mask: Mask?) -> Frame {
        let format = fill.format(of: frame.format)
        let pixels = format.pixelFormat
        let source = frame.buffer
        let target = pool.take(format: pixels, width: format.width, height: format.height)
        let grid = format.maskGrid
        let mask = mask ?? Mask(width: grid.width, height: grid.height)
        precondition(mask.width == grid.width && mask.height == grid.height, "mask on its grid")
        let samples = fill.samples(in: format)
        if samples == nil { updateCoarse(frame) }
        let spans = SpanRows(mask)
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
                    if isAlpha, fill != .transparent {
                        layout.copy(from, to)
                    } else if isAlpha {
                        layout.paint(spans, from, to) { row, start, count, _ in
                            layout.fill(row, start, count, 0)
                        }
                    } else if let samples {
                        layout.paint(spans, from, to) { row, start, count, _ in
                            layout.fill(row, start, count, samples[index])
                        }
                    } else {
                        layout.paint(spans, from, to) { row, start, count, y in
                            coarse?.write(plane: index, y: y, start: start, count: count, to: row)
                        }
                    }
                }
            }
        }
        return frame.replacing(buffer: target, format: format)
    }

    private mutating func updateCoarse(_ frame: borrowing Frame) {
        let (strength, isSmooth): (Int?, Bool) =
            switch fill {
            case .blur(let strength): (strength, true)
            case .pixelate(let strength): (strength, false)
            case .zero, .transparent, .color: (nil, false)
            }
        let cell = MaskFill.cellSize(strength, height: frame.format.displaySize.height)
        if coarse?.matches(frame.format) != true {
            coarse = CoarsePicture(format: frame.format, cell: cell, isSmooth: isSmooth)
        }
        coarse?.update(from: frame)
    }
}

/// The kept and masked spans of every mask row.
struct SpanRows {
    struct Span {
        let start: Int
        let end: Int
        let isKept: Bool
    }

    private var spans: [Span] = []
    /// Where each row begins in `spans`, and where the last one ends.
    private var starts = [0]

    init(_ mask: Mask) {
        starts.reserveCapacity(mask.height + 1)
        mask.cells.withUnsafeBytes { cells in
            for y in 0..<mask.height {
                let row = y * mask.width..<(y + 1) * mask.width
                append(UnsafeRawBufferPointer(rebasing: cells[row]))
                starts.append(spans.count)
            }
        }
    }

    subscript(y: Int) -> ArraySlice<Span> { spans[starts[y]..<starts[y + 1]] }

    private mutating func append(_ row: UnsafeRawBufferPointer) {
        var start = 0
        while start < row.count {
            let value = row[start]
            let pattern: UInt64 = value == 0 ? 0 : .max
            var end = start + 1
            while end + 8 <= row.count,
                row.loadUnaligned(fromByteOffset: end, as: UInt64.self) == pattern
            {
                end += 8
            }
            while end < row.count, row[end] == value { end += 1 }
            spans.append(Span(start: start, end: end, isKept: value != 0))
            start = end
        }
    }
}

/// How a plane lies under the mask's grid.
private struct PlaneLayout {
    let shiftX: Int
    let shiftY: Int
    let bytes: Int

    func copy(_ from: Plane, _ to: Plane) {
        for y in 0..<from.height {
            (to.base + y * to.stride).copyMemory(
                from: from.base + y * from.stride, byteCount: from.width * bytes)
        }
    }

    /// Copies kept spans and has `fill(row, start, count, y)` paint the masked ones.
    @inline(__always)
    func paint(
        _ spans: SpanRows, _ from: Plane, _ to: Plane,
        fill: (UnsafeMutableRawPointer, Int, Int, Int) -> Void
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
                    fill(target, start, count, y)
                }
            }
        }
    }

    /// Has `fill(row, start, count, isKept)` paint every span.
    @inline(__always)
    func paint(
        _ spans: SpanRows, _ to: Plane, fill: (UnsafeMutableRawPointer, Int, Int, Bool) -> Void
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
