/// A frame averaged over cells of several samples: the fill of a mosaic, or interpolated, of a
/// blur.
struct CoarseFrame {
    private struct CoarsePlane {
        let resampler: PlaneResampler
        var values: [Float]
        let upsampler: MapUpsampler
        /// Stands for the mean where a plane's only sample would be its own.
        let black: Float?
    }

    private let format: FrameFormat
    private let isSmooth: Bool
    private var planes: [CoarsePlane]
    private var mapRow: [Float]
    private var line: [Float]

    /// Prepares for cells of `cell` pixels or a little less, so that whole cells fill the frame;
    /// with `isLeast` or a little more.
    init(format: FrameFormat, cell: Int, isSmooth: Bool, isLeast: Bool = false) {
        self.format = format
        self.isSmooth = isSmooth
        let pixels = format.pixelFormat
        let black = MaskFill.zero.samples(in: format) ?? []
        planes = (0..<pixels.colorPlaneCount).map { index in
            let source = pixels.planeSize(index, width: format.width, height: format.height)
            let isChroma = pixels.model == .yuv && index > 0
            // At least two samples of this plane: a cell of one would show it as it is.
            let (shiftX, shiftY) = isChroma ? (pixels.chromaShiftX, pixels.chromaShiftY) : (0, 0)
            func count(_ length: Int, _ shift: Int) -> Int {
                isLeast
                    ? max(1, length / max(2, (cell + (1 << shift) - 1) >> shift))
                    : (length - 1) / max(2, cell >> shift) + 1
            }
            let size = (width: count(source.width, shiftX), height: count(source.height, shiftY))
            return CoarsePlane(
                resampler: PlaneResampler(
                    source: source, x: 0..<Double(source.width), y: 0..<Double(source.height),
                    width: size.width, height: size.height),
                values: Array(repeating: 0, count: size.width * size.height),
                upsampler: MapUpsampler(from: size, to: source),
                black: source == (1, 1) ? Float(black[index]) : nil)
        }
        mapRow = Array(repeating: 0, count: format.width)
        line = Array(repeating: 0, count: format.width)
    }

    func matches(_ format: FrameFormat) -> Bool { self.format == format }

    mutating func update(from pixels: PixelBuffer) {
        let bytes = format.pixelFormat.bytesPerSample
        for index in planes.indices {
            if let black = planes[index].black {
                planes[index].values = [black]
                continue
            }
            let resampler = planes[index].resampler
            pixels.withPlane(index) { plane in
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
        let range = start..<start + count
        let upsampler = planes[index].upsampler
        planes[index].values.withUnsafeBufferPointer { values in
            mapRow.withUnsafeMutableBufferPointer { mapRow in
                line.withUnsafeMutableBufferPointer { line in
                    guard let values = values.baseAddress, let mapRow = mapRow.baseAddress,
                        let line = line.baseAddress
                    else { return }
                    if isSmooth {
                        upsampler.verticalRow(y, of: values, into: mapRow)
                        upsampler.horizontalRow(mapRow, range: range, into: line)
                    } else {
                        let cells =
                            values + y * upsampler.mapHeight / upsampler.height * upsampler.mapWidth
                        for x in range { line[x] = cells[x * upsampler.mapWidth / upsampler.width] }
                    }
                    if format.pixelFormat.bytesPerSample == 1 {
                        Self.round(line, range, to: row.assumingMemoryBound(to: UInt8.self))
                    } else {
                        Self.round(line, range, to: row.assumingMemoryBound(to: UInt16.self))
                    }
                }
            }
        }
    }

    /// Rounds values of 0 to 65535 to whole samples.
    ///
    /// Added to 2^23, a number's last bits are the nearest whole number: unlike a conversion,
    /// which checks its range, this is done for several samples at once.
    @inline(__always)
    private static func round<Sample: FixedWidthInteger>(
        _ values: UnsafePointer<Float>, _ range: Range<Int>,
        to samples: UnsafeMutablePointer<Sample>
    ) {
        for x in range {
            samples[x] = Sample(truncatingIfNeeded: (values[x] + 8_388_608).bitPattern)
        }
    }
}
