import Foundation

/// Shows more when the primary model is unsure and masks more when it is sure.
///
/// With p the primary's confidence, smoothed over half a second of the frames' time, and T the
/// threshold: p below `low` lowers T, p above `high` raises it, between them T holds. T moves at
/// most `slew` per second, slower near the band, never leaves `min ... max`, and stays on a grid
/// of thousandths. A subject of which nothing is kept counts as p = 0; without a subject T holds.
/// There is no integral to wind up.
public struct ConfidenceController: ThresholdController {
    /// The controller's constants; all come from the profile.
    public struct Parameters: Sendable, Equatable {
        /// The threshold of the first frame.
        public var initial: Float
        /// The least threshold.
        public var min: Float
        /// The greatest threshold.
        public var max: Float
        /// Confidence below which more is shown.
        public var low: Float
        /// Confidence above which more is masked.
        public var high: Float
        /// The fastest move of the threshold, per second.
        public var slew: Float
        /// The least fraction of the frame that is kept while there is a subject.
        public var keptMin: Float
        /// The greatest fraction of the frame that is kept.
        public var keptMax: Float

        /// Makes a set of parameters.
        public init(
            initial: Float, min: Float, max: Float, low: Float, high: Float, slew: Float,
            keptMin: Float = 0, keptMax: Float = 1
        ) {
            self.initial = initial
            self.min = min
            self.max = max
            self.low = low
            self.high = high
            self.slew = slew
            self.keptMin = keptMin
            self.keptMax = keptMax
        }
    }

    /// Seconds after which a measurement counts a third.
    private static let smoothing = 0.5
    /// How far outside the band the threshold reaches its full speed.
    private static let ramp: Float = 0.2

    private let parameters: Parameters
    private var exact: Float
    private var performance: Float?
    private var time: Double?
    /// Why the threshold moved at the last update.
    public private(set) var move: ThresholdMove?

    /// Starts at the initial threshold.
    public init(parameters: Parameters) {
        self.parameters = parameters
        exact = Swift.min(Swift.max(parameters.initial, parameters.min), parameters.max)
    }

    /// The threshold for the next frame.
    public var threshold: Float { (exact * 1000).rounded() / 1000 }

    /// Learns from a frame.
    public mutating func update(with measurement: FrameMeasurement) {
        let before = threshold
        let elapsed = Float(Swift.max(0, measurement.time - (time ?? measurement.time)))
        time = measurement.time
        move = nil
        observe(measurement, elapsed: elapsed)
        let wanted = exact + rate(measurement) * elapsed
        exact = Swift.min(Swift.max(wanted, parameters.min), parameters.max)
        guard threshold != before else { return }
        move = exact != wanted ? .clamp : threshold < before ? .loosen : .tighten
    }

    private mutating func observe(_ measurement: FrameMeasurement, elapsed: Float) {
        guard measurement.subjects > 0 else { return }
        guard let sample = measurement.isBlind ? 0 : measurement.confidence, sample.isFinite
        else { return }
        let weight = 1 - Float(exp(Double(-elapsed) / Self.smoothing))
        performance = performance.map { $0 + (sample - $0) * weight } ?? sample
    }

    /// How fast the threshold should move, in units per second.
    private func rate(_ measurement: FrameMeasurement) -> Float {
        if measurement.kept > parameters.keptMax { return parameters.slew }
        guard measurement.subjects > 0 else { return 0 }
        if measurement.isBlind || measurement.kept < parameters.keptMin { return -parameters.slew }
        guard let performance else { return 0 }
        if performance < parameters.low {
            return -parameters.slew * Swift.min(1, (parameters.low - performance) / Self.ramp)
        }
        if performance > parameters.high {
            return parameters.slew * Swift.min(1, (performance - parameters.high) / Self.ramp)
        }
        return 0
    }
}
