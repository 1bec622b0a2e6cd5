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

    private var review = Greatest<ReviewSpan>(limit: PipelineCounts.mostGaps)
    private var moves = Greatest<MoveSpan>(limit: 8)
    private var miss: ReviewSpan?
    private var move: MoveSpan?
    private var lastThreshold: Float?

    /// Learns of the next frame.
    mutating func add(
        time: Double, threshold: Float, move step: ThresholdMove?, miss kind: Miss?
    ) {
        follow(step, to: threshold, at: time)
        follow(kind, at: time)
    }

    /// The longest of the run's gaps and of the misses, longest first.
    ///
    /// A miss that lasts to the end ends at `end`; a gap of misses alone counts as those.
    func reviewed(with gaps: [SubjectGap], until end: Double) -> [ReviewSpan] {
        var review = review
        for gap in gaps where gap.framesWithMap > 0 {
            review.offer(
                ReviewSpan(reason: .gap, start: gap.start, end: gap.end, frames: gap.frames),
                weight: gap.seconds)
        }
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
