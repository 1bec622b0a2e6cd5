import MaskStream

/// The values that an output had in some runs.
struct TrialValues {
    /// What the values are taken for.
    struct Reading {
        let activation: EstimatorSpec.Activation
        let scale: Float
        let isDistribution: Bool
        /// Whether they can be scores at all.
        let isFit: Bool
    }

    private var low = Float.infinity
    private var high = -Float.infinity
    /// The least and the largest sum of a cell's channels.
    private var sums = (low: Float.infinity, high: -Float.infinity)
    private var distinct: Set<Float> = []
    private(set) var isFinite = true
    private var isWhole = true

    /// The least and the largest value.
    var range: ClosedRange<Float> { low <= high ? low...high : 0...0 }

    /// Adds the values of a run.
    mutating func add(_ values: UnsafeBufferPointer<Float>, _ shape: MapShape) {
        let cells = shape.width * shape.height
        for cell in 0..<cells {
            var sum: Float = 0
            for channel in 0..<shape.channels {
                let value = values[
                    shape.isPlanar ? channel * cells + cell : cell * shape.channels + channel]
                guard value.isFinite else {
                    isFinite = false
                    return
                }
                (low, high) = (min(low, value), max(high, value))
                if value != value.rounded() { isWhole = false }
                if distinct.count < 64 { distinct.insert(value) }
                sum += value
            }
            sums = (min(sums.low, sum), max(sums.high, sum))
        }
    }

    /// Shares of 1 or of 255 are taken as they are; what else a map can hold are logits.
    func map(of shape: MapShape) -> Reading {
        let isSingle = shape.channels == 1
        func reading(
            _ activation: EstimatorSpec.Activation, _ scale: Float = 1, _ isFit: Bool = true
        )
            -> Reading
        {
            let isWhole =
                sums.high - sums.low <= 0.02 * scale && abs(sums.high - scale) < 0.02 * scale
            return Reading(
                activation: activation, scale: scale,
                isDistribution: !isSingle && (isWhole || activation == .softmax), isFit: isFit)
        }
        guard isFinite else { return reading(.sigmoid, 1, false) }
        if low >= -0.001, high <= 1.001 { return reading(.none) }
        if isSingle, low >= 0, isWhole, high < 100, distinct.count < 64 {
            return reading(.sigmoid, 1, false)
        }
        // Nothing that is never negative and goes far beyond 1 is a logit.
        for scale in [Float(255), 65_535] where high > scale / 10 && high <= 1.001 * scale {
            guard low >= -0.001 * high else { continue }
            if isSingle || reading(.none, scale).isDistribution { return reading(.none, scale) }
        }
        return reading(isSingle ? .sigmoid : .softmax)
    }
}
