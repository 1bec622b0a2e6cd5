/// One line of the events file.
///
/// Keys are snake_case and sorted, numbers are rounded, and there is no clock: two runs with the
/// same input give the same bytes.
public enum Event: Sendable {
    /// The run begins.
    case start(Start)
    /// A frame was written.
    case frame(FrameRecord)
    /// The threshold of this frame differs from the one before.
    case threshold(frame: Int, from: Float, to: Float, reason: String)
    /// Something the user should know.
    case warning(code: String, message: String)
    /// A second look at the output found something.
    case finding(VerificationFinding)
    /// What the second look at the output came to.
    case verify(SecondLook)
    /// The run is over.
    case end(End)

    /// What is known before the first frame.
    public struct Start: Sendable, Codable, Equatable {
        /// The program's version.
        public var version: String
        /// The input as given, without credentials.
        public var input: String
        /// The profile's name and hash.
        public var profile: [String: String]
        /// The video's size, pixel format, time base and rotation.
        public var video: Video
        /// Where the models run.
        public var device: String
        /// Why they run there; nil where it is the processor and there was nothing to choose.
        public var deviceReason: String?
        /// Where the video is decoded, as `cuda`; nil where nothing but software was asked for.
        public var decoder: String?
        /// Why it is `software` although hardware was asked for.
        public var decoderReason: String?
        /// Frames under way at once.
        public var depth: Int
        /// Frames that smoothing looks ahead.
        public var lookahead: Int
        /// By how much the estimator's area is multiplied; nil where it is not.
        public var detail: Int?
        /// In how many ways frames are turned for the estimator; nil where they are not.
        public var turns: Int?
        /// How many frames there are from one run of the estimator to the next; nil where it sees all.
        public var estimateEvery: Int?
        /// From what height on, in pixels of the displayed frame, subjects are found; nil where the
        /// profile does not say.
        public var smallest: Int?

        /// Makes a record.
        public init(
            version: String, input: String, profile: [String: String], video: Video,
            device: String, deviceReason: String? = nil, decoder: String? = nil,
            decoderReason: String? = nil, depth: Int, lookahead: Int,
            detail: Int? = nil, turns: Int? = nil,
            estimateEvery: Int? = nil, smallest: Int? = nil
        ) {
            self.version = version
            self.input = input
            self.profile = profile
            self.video = video
            self.device = device
            self.deviceReason = deviceReason
            self.decoder = decoder
            self.decoderReason = decoderReason
            self.depth = depth
            self.lookahead = lookahead
            self.detail = detail
            self.turns = turns
            self.estimateEvery = estimateEvery
            self.smallest = smallest
        }
    }

    /// The video as it is stored.
    public struct Video: Sendable, Codable, Equatable {
        /// Width in pixels.
        public var width: Int
        /// Height in pixels.
        public var height: Int
        /// FFmpeg's name of the pixel format.
        public var pixFmt: String
        /// Seconds of a tick as `num/den`.
        public var timeBase: String
        /// Degrees clockwise by which the frame is turned to be upright.
        public var rotation: Int

        /// Makes a record.
        public init(width: Int, height: Int, pixFmt: String, timeBase: String, rotation: Int) {
            self.width = width
            self.height = height
            self.pixFmt = pixFmt
            self.timeBase = timeBase
            self.rotation = rotation
        }
    }

    /// How well a live run kept up.
    public struct Live: Sendable, Codable {
        /// Frames that came from the input.
        public var captured: Int
        /// Frames that left later than they should.
        public var late: Int
        /// Milliseconds from when a frame was captured to when it was written, by percentile.
        public var latency: [String: Double]

        /// Makes a record of frames and of how long they took.
        public init(captured: Int, late: Int, latency clock: StageClock) {
            self.captured = captured
            self.late = late
            latency = clock.percentiles
        }
    }

    /// What the run came to.
    public struct End: Sendable, Codable {
        /// Frames read.
        public var framesIn: Int
        /// Frames written.
        public var framesOut: Int
        /// Live frames that were not processed.
        public var dropped: Int
        /// What a live run came to besides; nil for files.
        public var live: Live?
        /// Packets and frames that were damaged.
        public var corrupt: Int
        /// Frames without a map to trust.
        public var missed: Int
        /// Frames with a map and without a subject; nil where nobody counted.
        public var undetected: Int?
        /// Frames on which the primary did not run again.
        public var primarySkipped: Int
        /// Seconds of the longest span without a subject between two detections.
        public var longestGap: Double
        /// The exit status.
        public var exit: Int32
        /// What kept a complete output from its name: `verify` for the second look; nil for all else.
        public var reason: String?

        /// Makes a record.
        public init(
            framesIn: Int, framesOut: Int, dropped: Int, corrupt: Int, missed: Int,
            undetected: Int? = nil, live: Live? = nil, primarySkipped: Int, longestGap: Double,
            exit: Int32, reason: String? = nil
        ) {
            self.framesIn = framesIn
            self.framesOut = framesOut
            self.dropped = dropped
            self.live = live
            self.corrupt = corrupt
            self.missed = missed
            self.undetected = undetected
            self.primarySkipped = primarySkipped
            self.longestGap = longestGap.rounded(places: 4)
            self.exit = exit
            self.reason = reason
        }
    }
}

extension Double {
    /// The nearest number with so many decimals.
    package func rounded(places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
