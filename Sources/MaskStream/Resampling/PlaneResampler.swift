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
            resample(
                plane, UInt8.self, sums: UInt16.self, mask, shiftX, shiftY, into: target, coverage)
        } else {
            resample(
                plane, UInt16.self, sums: UInt32.self, mask, shiftX, shiftY, into: target, coverage)
        }
    }

    @inline(__always)
    private func resample<Sample: FixedWidthInteger, Sum: FixedWidthInteger>(
        _ plane: Plane, _: Sample.Type, sums: Sum.Type, _ mask: Mask, _ shiftX: Int,
        _ shiftY: Int, into target: UnsafeMutablePointer<Float>,
        _ coverage: UnsafeMutablePointer<Float>
    ) {
        let range = columns.sourceRange
        // Sums, kept weights and the mask's row spread over the plane's columns.
        withUnsafeTemporaryAllocation(of: Sum.self, capacity: 3 * plane.width) { memory in
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
                            Self.spread(
                                cells + spreadRow * mask.width, shiftX, over: range, into: keeps)
                        }
                        let source = plane.row(row, as: Sample.self)
                        let weight = Sum(truncatingIfNeeded: rows.weights[tap])
                        for x in range {
                            let share = weight & keeps[x]
                            sums[x] &+= share &* Sum(truncatingIfNeeded: source[x])
                            kept[x] &+= share
                        }
                    }
                    finishRow(sums, into: target + y * width)
                    finishRow(kept, into: coverage + y * width)
                }
            }
        }
    }

    /// Writes for each column of a plane whether its cell of the mask is kept: all bits or none.
    ///
    /// A function of its own, so that the compiler makes vectors of the loops.
    @inline(never)
    private static func spread<Sum: FixedWidthInteger>(
        _ cells: UnsafePointer<UInt8>, _ shift: Int, over range: Range<Int>,
        into keeps: UnsafeMutablePointer<Sum>
    ) {
        @inline(__always)
        func keep(_ cell: Int) -> Sum { cells[cell] == 0 ? 0 : Sum(truncatingIfNeeded: -1) }
        guard shift == 1 else {
            for x in range { keeps[x] = keep(x >> shift) }
            return
        }
        // Two columns at once; the first and the last may have a cell for themselves.
        keeps[range.lowerBound] = keep(range.lowerBound >> 1)
        keeps[range.upperBound - 1] = keep((range.upperBound - 1) >> 1)
        for cell in (range.lowerBound &+ 1) >> 1..<range.upperBound >> 1 {
            let both = keep(cell)
            keeps[cell &<< 1] = both
            keeps[cell &<< 1 &+ 1] = both
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
