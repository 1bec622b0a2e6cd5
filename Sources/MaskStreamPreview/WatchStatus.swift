/// How a stream fares at one moment.
///
/// As JSON the names are in snake case, an absent value is omitted, and a number that is not
/// finite is the string `nan`, `inf` or `-inf`.
public struct WatchStatus: Sendable, Encodable {
    /// What a stream does now.
    public enum State: String, Sendable, Encodable {
        /// Frames come and go.
        case running
        /// A viewer holds the source back.
        case paused
        /// Another profile's models are being loaded.
        case switching
        /// No further frame will come.
        case ended
    }

    /// The time from the arrival of a frame to its leaving, in milliseconds.
    public struct Latency: Sendable, Encodable {
        /// The median.
        public var p50: Double
        /// What 95 of 100 frames stay below.
        public var p95: Double
        /// What 99 of 100 frames stay below.
        public var p99: Double

        /// Collects three quantiles.
        public init(p50: Double, p95: Double, p99: Double) {
            self.p50 = p50
            self.p95 = p95
            self.p99 = p99
        }
    }

    /// The thresholds that may be set.
    public struct Bounds: Sendable, Encodable {
        /// The least.
        public var min: Double
        /// The greatest.
        public var max: Double

        /// Sets both ends.
        public init(min: Double, max: Double) {
            self.min = min
            self.max = max
        }
    }

    /// Something that the primary model looked at.
    public struct Subject: Sendable, Encodable {
        /// The number by which it is known within its scene.
        public var track: Int?
        /// What it was taken for; nil before the first prediction.
        public var label: String?
        /// How sure the primary model was, from 0 to 1.
        public var confidence: Double?
        /// How old the prediction is, in seconds of the stream.
        public var age: Double?

        /// Collects a prediction.
        public init(
            track: Int? = nil, label: String?, confidence: Double? = nil, age: Double? = nil
        ) {
            self.track = track
            self.label = label
            self.confidence = confidence
            self.age = age
        }
    }

    /// One frame's place in the curves.
    public struct Sample: Sendable, Encodable {
        /// The frame's number.
        public var frame: Int
        /// Its time stamp in seconds.
        public var time: Double
        /// The threshold that it was masked with.
        public var threshold: Double
        /// The fraction of its pixels that was kept, from 0 to 1.
        public var kept: Double
        /// How sure the primary model was, from 0 to 1; nil where there was nothing to look at.
        public var confidence: Double?

        /// Collects a frame's values.
        public init(
            frame: Int, time: Double, threshold: Double, kept: Double, confidence: Double? = nil
        ) {
            self.frame = frame
            self.time = time
            self.threshold = threshold
            self.kept = kept
            self.confidence = confidence
        }
    }

    /// The input's name without credentials.
    public var input: String
    /// The name of the profile in force.
    public var profile: String
    /// The profiles that can be chosen; empty where there is no choice.
    public var profiles: [String] = []
    /// What the stream does now.
    public var state = State.running
    /// The number of the newest frame, counted from 0; nil before the first.
    public var frame: Int?
    /// The newest frame's time stamp in seconds.
    public var time = 0.0
    /// Frames a second, lately.
    public var fps = 0.0
    /// Frames that the source gave.
    public var captured = 0
    /// Frames that were dropped at the source because the machine was busy.
    public var dropped = 0
    /// Frames that left after their time.
    public var late = 0
    /// Frames without a map that could be trusted.
    public var missed = 0
    /// How long frames take; nil where the input is a file.
    public var latency: Latency?
    /// The threshold of the newest frame.
    public var threshold = 0.0
    /// The thresholds that may be set.
    public var bounds = Bounds(min: 0, max: 1)
    /// Whether the threshold moves by itself.
    public var adapts = false
    /// The fraction of the newest frame's pixels that was kept, from 0 to 1.
    public var kept = 0.0
    /// What masked pixels show.
    public var fill = ""
    /// The fills that can be chosen; empty where there is no choice.
    public var fills: [String] = []
    /// What the primary model looked at last.
    public var subjects: [Subject] = []
    /// What the primary model is, or why there is none.
    public var primary = ""
    /// Frames for the curves: the newest, about 300 at most, oldest first.
    public var samples: [Sample] = []
    /// Whether the stream does what it should; `/health` says nothing else.
    public var isHealthy = true

    /// Begins the status of a stream; everything else is set afterwards.
    public init(input: String, profile: String) {
        self.input = input
        self.profile = profile
    }
}
