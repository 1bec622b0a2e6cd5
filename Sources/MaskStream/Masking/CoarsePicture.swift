/// A picture averaged over square cells: the fill of a mosaic, or interpolated, of a blur.
struct CoarsePicture {
    private struct CoarsePlane {
        let resampler: PlaneResampler
        var values: [Float]
        let upsampler: MapUpsampler
    }

    private let format: FrameFormat
    private let isSmooth: Bool
    private var planes: [CoarsePlane]
    private var mapRow: [Float] = []
    private var line: [Float] = []

    init(format: FrameFormat, cell: Int, isSmooth: Bool) {
        self.format = format
        self.isSmooth = isSmooth
        let pixels = format.pixelFormat
        let size = (
            width: max(1, (format.width + cell - 1) / cell),
            height: max(1, (format.height + cell - 1) / cell)
        )
        planes = (0..<pixels.colorPlaneCount).map { index in
            let source = pixels.planeSize(index, width: format.width, height: format.height)
            return CoarsePlane(
                resampler: PlaneResampler(
                    source: source, x: 0..<Double(source.width), y: 0..<Double(source.height),
                    width: size.width, height: size.height),
                values: Array(repeating: 0, count: size.width * size.height),
                upsampler: MapUpsampler(from: size, to: source))
        }
    }

    func matches(_ format: FrameFormat) -> Bool { self.format == format }

    mutating func update(from frame: borrowing Frame) {
        let bytes = format.pixelFormat.bytesPerSample
        for index in planes.indices {
            let resampler = planes[index].resampler
            frame.buffer.withPlane(index) { plane in
                planes[index].values.withUnsafeMutableBufferPointer { values in
                    guard let values = values.baseAddress else { return }
                    resampler.resample(plane, bytes: bytes, into: values)
                }
            }
        }
    }

    /// Writes `count` samples of a plane's row `y` from column `start` on.
    mutating func write(
        plane index: Int, y: Int, start: Int, count: Int, to row: UnsafeMutableRawPointer
    ) {
        let plane = planes[index]
        let upsampler = plane.upsampler
        if line.count < upsampler.width {
            line = Array(repeating: 0, count: upsampler.width)
            mapRow = Array(repeating: 0, count: upsampler.mapWidth)
        }
        plane.values.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            if isSmooth {
                mapRow.withUnsafeMutableBufferPointer { mapRow in
                    line.withUnsafeMutableBufferPointer { line in
                        guard let mapRow = mapRow.baseAddress, let line = line.baseAddress else {
                            return
                        }
                        upsampler.verticalRow(y, of: values, into: mapRow)
                        upsampler.horizontalRow(mapRow, range: start..<start + count, into: line)
                    }
                }
            } else {
                let cellRow = y * upsampler.mapHeight / upsampler.height * upsampler.mapWidth
                for x in start..<start + count {
                    line[x] = values[cellRow + x * upsampler.mapWidth / upsampler.width]
                }
            }
        }
        if format.pixelFormat.bytesPerSample == 1 {
            let samples = row.assumingMemoryBound(to: UInt8.self)
            for x in start..<start + count { samples[x] = UInt8(line[x] + 0.5) }
        } else {
            let samples = row.assumingMemoryBound(to: UInt16.self)
            for x in start..<start + count { samples[x] = UInt16(line[x] + 0.5) }
        }
    }
}
