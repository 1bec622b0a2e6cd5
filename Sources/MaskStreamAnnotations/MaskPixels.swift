import MaskStream

extension FrameFormat {
    /// The cell of a mask that a pixel belongs to.
    func cell(_ x: Int, _ y: Int, of mask: Mask) -> UInt8 {
        mask.cells[
            (y >> pixelFormat.chromaShiftY) * mask.width + (x >> pixelFormat.chromaShiftX)]
    }
}

extension Mask {
    /// The least box of pixels of a frame that holds all that is kept; nil where nothing is.
    func bounds(over format: FrameFormat) -> Box? {
        var (left, right, top, bottom) = (width, -1, height, -1)
        for y in 0..<height {
            let row = cells[y * width..<(y + 1) * width]
            guard let first = row.firstIndex(of: Self.kept),
                let last = row.lastIndex(of: Self.kept)
            else { continue }
            left = min(left, first - row.startIndex)
            right = max(right, last - row.startIndex)
            top = min(top, y)
            bottom = y
        }
        guard right >= 0 else { return nil }
        let pixels = format.pixelFormat
        let (x, y) = (left << pixels.chromaShiftX, top << pixels.chromaShiftY)
        return Box(
            x: x, y: y, width: min(format.width, (right + 1) << pixels.chromaShiftX) - x,
            height: min(format.height, (bottom + 1) << pixels.chromaShiftY) - y)
    }
}
