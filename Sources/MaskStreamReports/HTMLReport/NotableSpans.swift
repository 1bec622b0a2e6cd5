import MaskStream

/// A stretch of a run that somebody should look at.
struct ReviewSpan: Equatable {
    /// What is the matter with it.
    enum Reason: Equatable {
        /// Subjects before and after it, none in it.
        case gap
        /// No map to trust.
        case miss(Miss)
    }

    var reason: Reason
    /// Seconds from where the last sound frame was to where the next is.
    var start: Double
    var end: Double
    var frames: Int

    var seconds: Double { end - start }
}

/// Steps of the threshold that follow each other for the same reason.
struct MoveSpan: Equatable {
    var reason: ThresholdMove
    var start: Double
    var end: Double
    var from: Float
    var to: Float
    var steps: Int

    /// How far the threshold went.
    var distance: Double { Double(abs(to - from)) }
}

/// Finds the stretches of a run while it goes on and keeps the longest.
struct NotableSpans {
    /// Seconds without a step after which a move has ended.
    private static let quiet = 0.5

    private var review = Greatest<ReviewSpan>(limit: 12)
    private var moves = Greatest<MoveSpan>(limit: 8)
    private var miss: ReviewSpan?
    private var move: MoveSpan?
    private var subjectGaps = SubjectGaps()
    private var lastThreshold: Float?
    /// How many gaps there were, those of misses alone included, and the seconds of the longest.
    private(set) var gaps = 0
    private(set) var longestGap = 0.0

    /// Learns of the next frame.
    mutating func add(
        time: Double, threshold: Float, move step: ThresholdMove?, miss kind: Miss?,
        hasSubject: Bool, isAlone: Bool
    ) {
        follow(step, to: threshold, at: time)
        follow(kind, at: time)
        guard !isAlone else { return }
        guard let gap = subjectGaps.add(time: time, hasSubject: hasSubject, hasMap: kind == nil)
        else { return }
        let span = ReviewSpan(reason: .gap, start: gap.start, end: gap.end, frames: gap.frames)
        if gap.empty > 0 { review.offer(span, weight: span.seconds) }
        gaps += 1
        longestGap = max(longestGap, span.seconds)
    }

    /// The longest gaps and misses, longest first; a miss that lasts to the end ends at `end`.
    func reviewed(until end: Double) -> [ReviewSpan] {
        var review = review
        if var last = miss {
            last.end = max(end, last.start)
            review.offer(last, weight: last.seconds)
        }
        return review.items
    }

    /// The farthest moves, farthest first.
    var farthestMoves: [MoveSpan] {
        var moves = moves
        if let move { moves.offer(move, weight: move.distance) }
        return moves.items
    }

    private mutating func follow(_ step: ThresholdMove?, to threshold: Float, at time: Double) {
        defer { lastThreshold = threshold }
        guard let step, let from = lastThreshold else { return }
        if var current = move, current.reason == step, time - current.end <= Self.quiet {
            (current.end, current.to) = (time, threshold)
            current.steps += 1
            move = current
            return
        }
        if let ended = move { moves.offer(ended, weight: ended.distance) }
        move = MoveSpan(
            reason: step, start: time, end: time, from: from, to: threshold, steps: 1)
    }

    private mutating func follow(_ kind: Miss?, at time: Double) {
        if var current = miss {
            if let kind, current.reason == .miss(kind) {
                current.frames += 1
                miss = current
                return
            }
            current.end = time
            review.offer(current, weight: current.seconds)
            miss = nil
        }
        guard let kind else { return }
        miss = ReviewSpan(reason: .miss(kind), start: time, end: time, frames: 1)
    }
}
