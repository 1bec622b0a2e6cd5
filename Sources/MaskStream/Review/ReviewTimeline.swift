/// What a review's page draws of a stretch of an analysis; bounded whatever its length.
///
/// Times are seconds of the frames' clock.
package struct ReviewTimeline: Sendable, Encodable, Equatable {
    /// A track from its first frame to its last.
    package struct Track: Sendable, Encodable, Equatable {
        package let track: Int
        package let start: Double
        package let end: Double
    }

    /// Whether masks hide subjects.
    package let inverts: Bool
    /// Width and height of a frame as it is displayed.
    package let size: [Int]
    /// Frames of the whole.
    package let frames: Int
    /// The whole's first frame.
    package let start: Double
    /// Where the whole's last frame ends.
    package let end: Double
    /// `[time, mean, least, most]` of some frames each, in order.
    package let threshold: [[Double]]
    /// Where nobody was found.
    package let absent: [[Double]]
    /// Where frames are masked whole.
    package let missed: [[Double]]
    /// Where scenes begin.
    package let cuts: [Double]
    /// The spans of the whole that somebody should look at, the most doubtful first.
    package let spans: [DoubtfulSpan]
    /// How many there are, those that are not listed as well.
    package let doubtful: Int
    /// The longest tracks.
    package let tracks: [Track]
    /// Which tracks may go on with those of earlier scenes, in order; the first of very many.
    package let proposals: [TrackProposal]
}
