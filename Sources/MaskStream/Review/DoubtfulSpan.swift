/// A span of an analysis that somebody should look at.
package struct DoubtfulSpan: Sendable, Encodable, Equatable {
    /// What is the matter with it, the most doubtful first.
    package enum Reason: String, Sendable, Encodable, CaseIterable {
        /// A second look has found something in the output.
        case found
        /// A track is not there, and is before and after it, while others are.
        case lost
        /// Nobody was found, and somebody was before and after it.
        case gap
        /// A track lasts a moment only.
        case brief
        /// Nobody was found in a scene, at its beginning or at its end.
        case nobody
        /// Frames that the decoder had to guess; they are masked whole.
        case damaged
        /// There is no map to trust; the frames are masked whole.
        case miss
    }

    package let reason: Reason
    /// Seconds of the last sound frame before it, or of its own first.
    package let start: Double
    /// Seconds of the first sound frame after it, or of its own last.
    package let end: Double
    /// Frames in it.
    package let frames: Int
    /// The track that it is about; nil where it is about none.
    package let track: Int?

    /// Tells of what a second look has found.
    init(_ finding: VerificationFinding) {
        reason = .found
        (start, end, frames, track) = (finding.from, finding.to, finding.frames, nil)
    }

    init(reason: Reason, start: Double, end: Double, frames: Int, track: Int?) {
        (self.reason, self.start, self.end) = (reason, start, end)
        (self.frames, self.track) = (frames, track)
    }

    /// The order in which spans are looked at: by reason, then the longest.
    var weight: Double {
        let rank = Reason.allCases.firstIndex(of: reason) ?? 0
        return Double(Reason.allCases.count - rank) * 1e9 + (end - start)
    }
}
