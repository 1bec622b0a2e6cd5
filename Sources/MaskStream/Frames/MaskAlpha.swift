extension PixelBuffer {
    /// Whether no pixel is transparent at all.
    var isOpaque: Bool {
        guard format.hasAlpha else { return true }
        let most = UInt16(format.maxValue)
        return withPlane(format.planeCount - 1) { alpha in
            (0..<alpha.height).allSatisfy { y in
                format.bytesPerSample == 1
                    ? alpha.samples(y, as: UInt8.self).allSatisfy { $0 == most }
                    : alpha.samples(y, as: UInt16.self).allSatisfy { $0 == most }
            }
        }
    }
}

extension Plane {
    /// The samples of a row.
    func samples<Sample>(_ y: Int, as type: Sample.Type) -> UnsafeBufferPointer<Sample> {
        UnsafeBufferPointer(start: row(y, as: type), count: width)
    }
}

extension Mask {
    /// Masks the cells in which no pixel of a frame is at least half opaque, or with `seesFaint`
    /// opaque at all.
    mutating func hideTransparent(_ frame: Frame, seesFaint: Bool = false) {
        let pixels = frame.format.pixelFormat
        guard pixels.hasAlpha else { return }
        let least = seesFaint ? 1 : (pixels.maxValue + 1) / 2
        frame.buffer.withPlane(pixels.planeCount - 1) { plane in
            if pixels.bytesPerSample == 1 {
                hide(plane, below: UInt8(truncatingIfNeeded: least), pixels)
            } else {
                hide(plane, below: UInt16(truncatingIfNeeded: least), pixels)
            }
        }
    }

    private mutating func hide<Sample: FixedWidthInteger>(
        _ alpha: Plane, below least: Sample, _ pixels: PixelFormat
    ) {
        let (shiftX, shiftY) = (pixels.chromaShiftX, pixels.chromaShiftY)
        for y in 0..<height {
            let rows = y << shiftY..<min((y + 1) << shiftY, alpha.height)
            for x in 0..<width where cells[y * width + x] != 0 {
                let columns = x << shiftX..<min((x + 1) << shiftX, alpha.width)
                let isSeen = rows.contains { row in
                    let samples = alpha.row(row, as: Sample.self)
                    return columns.contains { samples[$0] >= least }
                }
                if !isSeen { cells[y * width + x] = 0 }
            }
        }
    }
}
