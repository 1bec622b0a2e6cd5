extension ProbeController {
    /// The controller's constants; all come from the profile.
    public struct Parameters: Sendable, Equatable {
        /// The threshold of the first frame.
        public var initial: Float
        /// The least threshold.
        public var min: Float
        /// The greatest threshold.
        public var max: Float
        /// How far a prediction moves the threshold.
        public var step: Float
        /// The greatest mean regret that is tolerated.
        public var tolerance: Float
        /// The least masked confidence at which more is masked.
        public var confident: Float
        /// A fall of the masked confidence, from its recent median, that shows more at once.
        public var drop: Float
        /// The fastest move of the threshold, per second.
        public var slew: Float
        /// Seconds between probes.
        public var probeInterval: Double
        /// Seconds between probes while the prediction is open.
        public var burstInterval: Double
        /// Seconds for which a threshold that failed is not tried again; doubles each time.
        public var memory: Double
        /// The least fraction of the frame that is kept while there is a subject.
        public var keptMin: Float
        /// The greatest fraction of the frame that is kept.
        public var keptMax: Float

        /// Makes a set of parameters.
        public init(
            initial: Float, min: Float, max: Float, step: Float, tolerance: Float,
            confident: Float, drop: Float, slew: Float, probeInterval: Double,
            burstInterval: Double, memory: Double, keptMin: Float = 0, keptMax: Float = 1
        ) {
            self.initial = initial
            self.min = min
            self.max = max
            self.step = step
            self.tolerance = tolerance
            self.confident = confident
            self.drop = drop
            self.slew = slew
            self.probeInterval = probeInterval
            self.burstInterval = burstInterval
            self.memory = memory
            self.keptMin = keptMin
            self.keptMax = keptMax
        }
    }
}
