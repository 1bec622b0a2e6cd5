/// Which source samples make each target sample along one axis, and with which weights.
///
/// Target sample i is the mean of the source under a box centred on it; the box is as wide as the
/// scale when shrinking (area averaging) and one sample wide when enlarging, where it is the
/// same as linear interpolation. Weights are whole 256ths that add up to 256, so that
/// 8-bit samples sum up in 16 bits; a box of more than 64 samples takes only some of them.
/// Positions outside the source repeat its edge.
struct AxisTaps {
    /// Per target sample: the first tap in `indices` and `weights`, and one past the last.
    let bounds: [Range<Int>]
    let indices: [Int]
    let weights: [UInt16]

    /// Taps for `count` samples over the source interval `low ..< high` of `source` samples.
    init(source: Int, low: Double, high: Double, count: Int) {
        var bounds: [Range<Int>] = []
        var indices: [Int] = []
        var weights: [UInt16] = []
        let scale = (high - low) / Double(count)
        let width = max(scale, 1)
        let step = max(1, Int((width / 64).rounded(.up)))
        for target in 0..<count {
            let centre = low + (Double(target) + 0.5) * scale
            let (start, end) = (centre - width / 2, centre + width / 2)
            let first = indices.count
            var rest = 256
            var covered = 0.0
            for position in stride(
                from: Int(start.rounded(.down)), to: Int(end.rounded(.up)), by: step)
            {
                covered += max(0, min(Double(position + step), end) - max(Double(position), start))
                // What is left of 256 after this tap: rounding errors do not add up.
                let left = 256 - Int((256 * min(covered / width, 1)).rounded())
                let weight = rest - left
                rest = left
                guard weight > 0 else { continue }
                let index = min(max(position + step / 2, 0), source - 1)
                if let last = indices.last, indices.count > first, last == index {
                    weights[weights.count - 1] += UInt16(weight)
                } else {
                    indices.append(index)
                    weights.append(UInt16(weight))
                }
            }
            if rest > 0, indices.count > first { weights[weights.count - 1] += UInt16(rest) }
            bounds.append(first..<indices.count)
        }
        self.bounds = bounds
        self.indices = indices
        self.weights = weights
    }

    /// Lends the bounds, indices and weights for a loop that must not check them each time.
    @inline(__always)
    func withTaps(
        _ body: (UnsafePointer<Range<Int>>, UnsafePointer<Int>, UnsafePointer<UInt16>) -> Void
    ) {
        bounds.withUnsafeBufferPointer { bounds in
            indices.withUnsafeBufferPointer { indices in
                weights.withUnsafeBufferPointer { weights in
                    guard let bounds = bounds.baseAddress, let indices = indices.baseAddress,
                        let weights = weights.baseAddress
                    else { return }
                    body(bounds, indices, weights)
                }
            }
        }
    }

    /// The source samples that any target sample needs.
    var sourceRange: Range<Int> {
        guard let low = indices.min(), let high = indices.max() else { return 0..<0 }
        return low..<high + 1
    }
}
