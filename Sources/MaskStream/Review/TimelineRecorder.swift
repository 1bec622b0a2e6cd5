/// Collects a review's timeline from an analysis' frames, in bounded memory.
package struct TimelineRecorder: Sendable {
    /// A few frames in a row.
    private struct Bucket: Mergeable {
        let start: Double
        var end: Double
        var threshold: Spread
        var isEmpty: Bool
        var isMissed: Bool
        var beginsScene: Bool

        init(_ frame: ReviewFrame) {
            (start, end) = (frame.time, frame.time)
            threshold = Spread(frame.threshold)
            isEmpty = frame.miss == nil && frame.tracks.isEmpty
            isMissed = frame.miss != nil
            beginsScene = frame.beginsScene
        }

        mutating func merge(_ later: Bucket) {
            end = later.end
            threshold.merge(later.threshold)
            isEmpty = isEmpty || later.isEmpty
            isMissed = isMissed || later.isMissed
            beginsScene = beginsScene || later.beginsScene
        }

        var point: [Double]? {
            threshold.mean.map {
                [(start + end) / 2, $0, Double(threshold.least), Double(threshold.most)]
            }
        }
    }

    /// Points of a curve, and spans of a kind, in an answer at most.
    private static let mostPoints = 800
    /// Findings in an answer at most.
    private static let mostFindings = 200
    /// Tracks in an answer at most.
    private static let mostTracks = 300
    /// Scenes whose beginnings are told exactly, and proposals, in an answer at most.
    private static let mostScenes = 4_096
    /// A quarter of a second each in an hour.
    private static let capacity = 16_384

    private let inverts: Bool
    private let size: (width: Int, height: Int)
    private var series = SeriesBuckets<Bucket>(capacity: capacity)
    private var doubts = DoubtfulSpans()
    private var tracks = Greatest<ReviewTimeline.Track>(limit: 4_096)
    private let proposals: [TrackProposal]
    private var cuts: [Double] = []
    private var frames = 0
    private var start = 0.0
    private var last = 0.0

    /// Makes a recorder of frames of a size, in displayed pixels.
    ///
    /// - Parameters:
    ///   - inverts: whether masks hide subjects.
    ///   - proposals: what the analysis proposes, in the order of time.
    package init(
        size: (width: Int, height: Int), inverts: Bool, proposals: [TrackProposal] = []
    ) {
        self.size = size
        self.inverts = inverts
        self.proposals = proposals
    }

    /// Adds the next frame.
    package mutating func add(_ frame: ReviewFrame) {
        if frames == 0 { start = frame.time }
        if frame.beginsScene { cuts.append(frame.time) }
        keep(doubts.add(frame))
        series.append(Bucket(frame))
        last = frame.time
        frames += 1
    }

    /// Ends the last scene, once all frames were added.
    package mutating func finish() { keep(doubts.endScene(at: end)) }

    /// What happened from one time to another, in seconds; nil stands for the whole.
    ///
    /// What a second look has found comes first in what is doubtful.
    package func timeline(
        from: Double? = nil, to: Double? = nil, findings: [VerificationFinding] = []
    ) -> ReviewTimeline {
        let (from, to) = (from ?? start, to ?? end)
        let stretch = series.buckets.filter { $0.end >= from && $0.start <= to }
        let buckets = Self.coarse(stretch)
        let time = from...max(from, to)
        let cuts = cuts.filter(time.contains)
        return ReviewTimeline(
            inverts: inverts, size: [size.width, size.height], frames: frames, start: start,
            end: end,
            threshold: buckets.compactMap(\.point),
            absent: spans(buckets, where: \.isEmpty), missed: spans(buckets, where: \.isMissed),
            cuts: cuts.count <= Self.mostScenes
                ? cuts : buckets.filter(\.beginsScene).map(\.start),
            spans: findings.prefix(Self.mostFindings).map(DoubtfulSpan.init) + doubts.spans,
            doubtful: findings.count + doubts.count,
            tracks: Array(
                tracks.items.filter { $0.end >= from && $0.start <= to }.prefix(Self.mostTracks)),
            proposals: Array(
                proposals.filter { time.contains($0.track.time) }.prefix(Self.mostScenes)))
    }

    /// Seconds at which the last frame ends, by the frames' mean.
    package var end: Double { frames > 1 ? last + (last - start) / Double(frames - 1) : last + 1 }

    private mutating func keep(_ ended: [ReviewTimeline.Track]) {
        for track in ended { tracks.offer(track, weight: track.end - track.start) }
    }

    /// Neighbours merged, so that there are few enough to draw.
    private static func coarse(_ buckets: [Bucket]) -> [Bucket] {
        let stride = (buckets.count + mostPoints - 1) / mostPoints
        guard stride > 1 else { return buckets }
        return Swift.stride(from: 0, to: buckets.count, by: stride).map { first in
            var merged = buckets[first]
            for bucket in buckets[(first + 1)..<min(first + stride, buckets.count)] {
                merged.merge(bucket)
            }
            return merged
        }
    }

    /// From the first of neighbours that a test holds for to the one after the last.
    private func spans(_ buckets: [Bucket], where holds: (Bucket) -> Bool) -> [[Double]] {
        var spans: [[Double]] = []
        var begin: Double?
        for bucket in buckets {
            if holds(bucket) {
                begin = begin ?? bucket.start
            } else if let first = begin {
                spans.append([first, bucket.start])
                begin = nil
            }
        }
        return spans + (begin.map { [[$0, buckets.last?.end ?? $0]] } ?? [])
    }
}
