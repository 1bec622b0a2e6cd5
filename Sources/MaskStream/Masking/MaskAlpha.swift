extension Mask {
    /// Masks the cells in which no pixel of a frame is at least half opaque.
    mutating func hideTransparent(_ frame: borrowing Frame) {
        let pixels = frame.format.pixelFormat
        guard pixels.hasAlpha else { return }
        frame.buffer.withPlane(pixels.planeCount - 1) { plane in
            if pixels.bytesPerSample == 1 {
                hide(plane, as: UInt8.self, pixels)
            } else {
                hide(plane, as: UInt16.self, pixels)
            }
        }
    }

    private mutating func hide<Sample: FixedWidthInteger>(
        _ alpha: Plane, as type: Sample.Type, _ pixels: PixelFormat
    ) {
        let half = Sample(truncatingIfNeeded: (pixels.maxValue + 1) / 2)
        let (shiftX, shiftY) = (pixels.chromaShiftX, pixels.chromaShiftY)
        for y in 0..<height {
            let rows = y << shiftY..<min((y + 1) << shiftY, alpha.height)
            for x in 0..<width where cells[y * width + x] != 0 {
                let columns = x << shiftX..<min((x + 1) << shiftX, alpha.width)
                let isSeen = rows.contains { row in
                    let samples = alpha.row(row, as: type)
                    return columns.contains { samples[$0] >= half }
                }
                if !isSeen { cells[y * width + x] = 0 }
            }
        }
    }
}
