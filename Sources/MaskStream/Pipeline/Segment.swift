/// A part of an input that is masked by itself, between two boundaries of scenes.
///
/// It begins at the first boundary at or after `from` and ends before the first one at or after `to`;
/// the input's first frame is a boundary. So segments that meet hold every frame exactly once.
public struct Segment: Codable, Equatable, Sendable {
    /// From when on a boundary begins it, in seconds of the input.
    public let from: Double
    /// From when on a boundary ends it; nil goes to the end of the input.
    public let to: Double?
    /// The boundary at which it began; nil where none lies between `from` and `to`.
    public internal(set) var begins: Double?
    /// The boundary at which it ended; nil at the end of the input.
    public internal(set) var ends: Double?
    /// When subjects were seen in it, once it was masked; nil where none was.
    public internal(set) var seen: SubjectSightings?
    /// The threshold of its last frame, once it was masked.
    public internal(set) var threshold: Float?

    /// Asks for a segment, to the microsecond; nothing is known of its boundaries yet.
    public init(from: Double, to: Double? = nil) {
        self.from = from.rounded(places: 6)
        self.to = to?.rounded(places: 6)
    }

    /// Whether there is nothing in it, once it was read.
    public var isEmpty: Bool { begins == nil }

    /// Takes what its neighbours have to know of what was counted.
    package mutating func note(_ counts: PipelineCounts) {
        seen = counts.sightings
        threshold = counts.framesOut > 0 ? counts.lastThreshold : nil
    }

    /// A frame's time on the clock of segments, to the microsecond; none lies before the input's
    /// origin.
    package static func time(_ seconds: Double, from origin: Double) -> Double {
        max(0, (seconds - origin).rounded(places: 6))
    }

    /// Whether the same was asked for, whatever came of it.
    package func isSame(as other: Segment) -> Bool { from == other.from && to == other.to }

    /// Whether a boundary at a time comes too late to begin it, and ends it.
    func isOver(at time: Double) -> Bool { to.map { time >= $0 } ?? false }
}
