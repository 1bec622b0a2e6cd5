/// Shrinks or enlarges a part of a plane by area averaging, optionally of its kept samples alone.
struct PlaneResampler {
    let width: Int
    let height: Int
    private let columns: AxisTaps
    private let rows: AxisTaps

    /// Prepares for a source interval in samples (it may reach outside) and a target size.
    init(
        source: (width: Int, height: Int), x: Range<Double>, y: Range<Double>, width: Int,
        height: Int
    ) {
        self.width = width
        self.height = height
        columns = AxisTaps(
            source: source.width, low: x.lowerBound, high: x.upperBound, count: width)
        rows = AxisTaps(
            source: source.height, low: y.lowerBound, high: y.upperBound, count: height)
    }

    /// Writes `width * height` means of the plane's samples, in sample units.
    func resample(_ plane: Plane, bytes: Int, into target: UnsafeMutablePointer<Float>) {
        if bytes == 1 {
            // 256 times 255 fits: 16-bit sums are twice as fast as 32-bit ones.
            resample(plane, UInt8.self, sums: UInt16.self, into: target)
        } else {
            resample(plane, UInt16.self, sums: UInt32.self, into: target)
        }
    }

    @inline(__always)
    private func resample<Sample: FixedWidthInteger, Sum: FixedWidthInteger>(
        _ plane: Plane, _: Sample.Type, sums: Sum.Type, into target: UnsafeMutablePointer<Float>
    ) {
        let range = columns.sourceRange
        withUnsafeTemporaryAllocation(of: Sum.self, capacity: plane.width) { sums in
            guard let sums = sums.baseAddress else { return }
            for y in 0..<height {
                (sums + range.lowerBound).initialize(repeating: 0, count: range.count)
                for tap in rows.bounds[y] {
                    let source = plane.row(rows.indices[tap], as: Sample.self)
                    let weight = Sum(truncatingIfNeeded: rows.weights[tap])
                    for x in range { sums[x] &+= weight &* Sum(truncatingIfNeeded: source[x]) }
                }
                finishRow(sums, into: target + y * width)
            }
        }
    }

    /// Writes, for each target sample, the sum over kept samples and the kept fraction.
    ///
    /// The mask lies on a grid that is coarser than the plane by the given shifts.
    func resample(
        _ plane: Plane, bytes: Int, mask: Mask, shiftX: Int, shiftY: Int,
        into target: UnsafeMutablePointer<Float>, coverage: UnsafeMutablePointer<Float>
    ) {
        if bytes == 1 {
            resample(plane, UInt8.self, mask, shiftX, shiftY, into: target, coverage)
        } else {
            resample(plane, UInt16.self, mask, shiftX, shiftY, into: target, coverage)
        }
    }

    @inline(__always)
    private func resample<Sample: FixedWidthInteger>(
        _ plane: Plane, _: Sample.Type, _ mask: Mask, _ shiftX: Int, _ shiftY: Int,
        into target: UnsafeMutablePointer<Float>, _ coverage: UnsafeMutablePointer<Float>
    ) {
        let range = columns.sourceRange
        // Sums, kept weights and the mask's row spread over the plane's columns.
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 3 * plane.width) { memory in
            mask.cells.withUnsafeBufferPointer { cells in
                guard let sums = memory.baseAddress, let cells = cells.baseAddress else { return }
                let kept = sums + plane.width
                let keeps = kept + plane.width
                var spreadRow = -1
                for y in 0..<height {
                    (sums + range.lowerBound).initialize(repeating: 0, count: range.count)
                    (kept + range.lowerBound).initialize(repeating: 0, count: range.count)
                    for tap in rows.bounds[y] {
                        let row = rows.indices[tap]
                        if spreadRow != row >> shiftY {
                            spreadRow = row >> shiftY
                            let maskRow = cells + spreadRow * mask.width
                            for x in range { keeps[x] = maskRow[x >> shiftX] == 0 ? 0 : .max }
                        }
                        let source = plane.row(row, as: Sample.self)
                        let weight = UInt32(rows.weights[tap])
                        for x in range {
                            let share = weight & keeps[x]
                            sums[x] &+= share &* UInt32(truncatingIfNeeded: source[x])
                            kept[x] &+= share
                        }
                    }
                    finishRow(sums, into: target + y * width)
                    finishRow(kept, into: coverage + y * width)
                }
            }
        }
    }

    @inline(__always)
    private func finishRow<Sum: FixedWidthInteger>(
        _ sums: UnsafeMutablePointer<Sum>, into row: UnsafeMutablePointer<Float>
    ) {
        columns.withTaps { bounds, indices, weights in
            for x in 0..<width {
                var sum = 0
                for tap in bounds[x] {
                    sum &+= Int(truncatingIfNeeded: sums[indices[tap]]) &* Int(weights[tap])
                }
                row[x] = Float(sum) / 65536
            }
        }
    }
}
