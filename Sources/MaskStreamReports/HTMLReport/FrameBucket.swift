import MaskStream

/// What can be marked on a run's time line.
struct FrameMarks: OptionSet, Hashable {
    let rawValue: UInt16

    static let loosen = FrameMarks(rawValue: 1 << 0)
    static let tighten = FrameMarks(rawValue: 1 << 1)
    static let drop = FrameMarks(rawValue: 1 << 2)
    static let giveBack = FrameMarks(rawValue: 1 << 3)
    static let clamp = FrameMarks(rawValue: 1 << 4)
    static let resetByCut = FrameMarks(rawValue: 1 << 5)
    static let user = FrameMarks(rawValue: 1 << 6)
    static let sceneCut = FrameMarks(rawValue: 1 << 7)
    static let miss = FrameMarks(rawValue: 1 << 8)
    static let damaged = FrameMarks(rawValue: 1 << 9)
    static let noSubject = FrameMarks(rawValue: 1 << 10)
    static let blind = FrameMarks(rawValue: 1 << 11)

    /// Marks that are no moves of the threshold.
    static let states: [FrameMarks] = [.sceneCut, .miss, .damaged, .noSubject, .blind]

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The mark of a threshold's move.
    init(_ move: ThresholdMove) {
        self =
            switch move {
            case .loosen: .loosen
            case .tighten: .tighten
            case .drop: .drop
            case .return: .giveBack
            case .clamp: .clamp
            case .cut: .resetByCut
            case .user: .user
            }
    }
}

/// A stretch of frames: what was seen, how the threshold stood, what happened.
struct FrameBucket: Mergeable {
    /// Seconds from the first frame's time to the last one's.
    var start: Double
    var end: Double
    var threshold: Spread
    var kept: Spread
    /// The primary's confidence.
    var confidence: Spread
    var marks: FrameMarks
    /// The number of the label that the largest subject had most often, and how often.
    var label: (number: Int, frames: Int)?

    /// The middle of the stretch in seconds.
    var time: Double { (start + end) / 2 }

    mutating func merge(_ later: FrameBucket) {
        end = later.end
        threshold.merge(later.threshold)
        kept.merge(later.kept)
        confidence.merge(later.confidence)
        marks.formUnion(later.marks)
        guard let other = later.label else { return }
        guard let own = label else {
            label = other
            return
        }
        if own.number == other.number {
            label = (own.number, own.frames + other.frames)
        } else if other.frames > own.frames {
            label = other
        }
    }
}

/// A stretch of probes: the regret of each mask.
struct ProbeBucket: Mergeable {
    var start: Double
    var end: Double
    var current = Spread()
    var tighter = Spread()
    var looser = Spread()

    /// The middle of the stretch in seconds.
    var time: Double { (start + end) / 2 }

    /// A probe that has a vote, at a time in seconds.
    init(_ probe: ProbeReading, at time: Double) {
        (start, end) = (time, time)
        current = Spread(probe.current.regret)
        tighter = Spread(probe.tighter.regret)
        looser = Spread(probe.looser.regret)
    }

    mutating func merge(_ later: ProbeBucket) {
        end = later.end
        current.merge(later.current)
        tighter.merge(later.tighter)
        looser.merge(later.looser)
    }
}
