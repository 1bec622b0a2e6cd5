/// Paints masks and confidence maps as grey frames of the source's size, one value for each
/// cell of the chroma grid.
struct GrayPainter {
    private let pool = PixelBufferPool()
    private var upsampler: MapUpsampler?

    /// White where the mask keeps, black elsewhere.
    mutating func mask(_ frame: Frame, mask: Mask?) -> Frame {
        paint(frame) { y, line in
            guard let mask else { return line.update(repeating: 0) }
            for x in line.indices { line[x] = mask.cells[y * mask.width + x] }
        }
    }

    /// `round(255 c)` of the interpolated map; black where there is none.
    mutating func confidence(_ frame: Frame, map: ConfidenceMap?) -> Frame {
        guard let map else { return mask(frame, mask: nil) }
        let grid = frame.format.maskGrid
        let upsampler = upsampler(from: map, to: grid)
        var mapRow = [Float](repeating: 0, count: map.width)
        var values = [Float](repeating: 0, count: grid.width)
        return paint(frame) { y, line in
            map.values.withUnsafeBufferPointer { map in
                mapRow.withUnsafeMutableBufferPointer { mapRow in
                    values.withUnsafeMutableBufferPointer { values in
                        guard let map = map.baseAddress, let mapRow = mapRow.baseAddress,
                            let values = values.baseAddress
                        else { return }
                        upsampler.verticalRow(y, of: map, into: mapRow)
                        upsampler.horizontalRow(mapRow, range: 0..<grid.width, into: values)
                        for x in line.indices {
                            line[x] = UInt8(min(max(values[x], 0), 1) * 255 + 0.5)
                        }
                    }
                }
            }
        }
    }

    private mutating func upsampler(
        from map: ConfidenceMap, to grid: (width: Int, height: Int)
    ) -> MapUpsampler {
        if let last = upsampler, last.fits(map, grid) { return last }
        let new = MapUpsampler(from: (map.width, map.height), to: grid)
        upsampler = new
        return new
    }

    /// Fills a grey frame from rows of the chroma grid.
    private func paint(
        _ frame: Frame, row: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void
    ) -> Frame {
        let source = frame.format
        var buffer = pool.take(format: .gray, width: source.width, height: source.height)
        let grid = source.maskGrid
        let (shiftX, shiftY) = (source.pixelFormat.chromaShiftX, source.pixelFormat.chromaShiftY)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: grid.width) { line in
            buffer.withPlane(0) { plane in
                for y in 0..<plane.height {
                    if y & ((1 << shiftY) - 1) == 0 { row(y >> shiftY, line) }
                    let target = plane.row(y, as: UInt8.self)
                    for x in 0..<plane.width { target[x] = line[x >> shiftX] }
                }
            }
        }
        return frame.replacing(buffer: buffer.freeze(), format: source.gray)
    }
}
