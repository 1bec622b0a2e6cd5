/// Finds the doubtful spans of an analysis from its frames, and keeps the most doubtful.
struct DoubtfulSpans: Sendable {
    /// Frames in a row that have something in common.
    private struct Run {
        let start: Double
        var frames = 1
    }

    /// A track of the scene, as far as it was seen.
    private struct Presence {
        let start: Double
        var end: Double
        /// The sound frame in which it was seen last, counted in the scene.
        var last: Int
        var frames = 1
    }

    /// How many spans are kept.
    private static let most = 200
    /// Seconds below which a track is brief.
    private static let brief = 0.4
    /// Seconds from which nobody at a scene's beginning or end is worth a look.
    private static let patience = 1.0

    private var greatest = Greatest<DoubtfulSpan>(limit: most)
    /// Spans that were found.
    private(set) var count = 0
    private var seen: [Int: Presence] = [:]
    private var empty: Run?
    private var missed: (reason: DoubtfulSpan.Reason, run: Run)?
    /// Sound frames of the scene.
    private var sound = 0
    /// When somebody was found last in the scene.
    private var lastSeen: Double?

    /// The spans, the most doubtful first.
    var spans: [DoubtfulSpan] { greatest.items }

    /// Learns of the next frame, and gives the tracks that have ended before it.
    mutating func add(_ frame: ReviewFrame) -> [ReviewTimeline.Track] {
        let ended = frame.beginsScene ? endScene(at: frame.time) : []
        follow(frame.miss.map { $0 == .damaged ? .damaged : .miss }, at: frame.time)
        guard frame.miss == nil else { return ended }
        sound += 1
        guard !frame.tracks.isEmpty else {
            empty?.frames += 1
            empty = empty ?? Run(start: lastSeen ?? frame.time)
            return ended
        }
        let gap = empty
        if let gap { note(lastSeen == nil ? .nobody : .gap, gap, until: frame.time) }
        for track in frame.tracks { follow(track, at: frame.time, gap: gap?.start) }
        (empty, lastSeen) = (nil, frame.time)
        return ended
    }

    /// Ends the scene before a time, and gives its tracks.
    mutating func endScene(at time: Double) -> [ReviewTimeline.Track] {
        if let empty { note(.nobody, empty, until: time) }
        follow(nil, at: time)
        let tracks = seen.sorted { $0.key < $1.key }
        for (track, presence) in tracks
        where presence.last < sound && presence.end - presence.start < Self.brief {
            let run = Run(start: presence.start, frames: presence.frames)
            note(.brief, run, until: presence.end, track)
        }
        (seen, empty, sound, lastSeen) = ([:], nil, 0, nil)
        return tracks.map {
            ReviewTimeline.Track(track: $0.key, start: $0.value.start, end: $0.value.end)
        }
    }

    private mutating func follow(_ reason: DoubtfulSpan.Reason?, at time: Double) {
        if let missed, missed.reason == reason {
            self.missed?.run.frames += 1
            return
        }
        if let missed { note(missed.reason, missed.run, until: time) }
        missed = reason.map { ($0, Run(start: time)) }
    }

    /// Notes a track that is found again, unless a gap that began with it says so.
    private mutating func follow(_ track: Int, at time: Double, gap: Double?) {
        guard var presence = seen[track] else {
            seen[track] = Presence(start: time, end: time, last: sound)
            return
        }
        let absent = sound - presence.last - 1
        if absent > 0, gap != presence.end {
            note(.lost, Run(start: presence.end, frames: absent), until: time, track)
        }
        (presence.end, presence.last) = (time, sound)
        presence.frames += 1
        seen[track] = presence
    }

    private mutating func note(
        _ reason: DoubtfulSpan.Reason, _ run: Run, until end: Double, _ track: Int? = nil
    ) {
        guard reason != .nobody || end - run.start >= Self.patience else { return }
        count += 1
        let span = DoubtfulSpan(
            reason: reason, start: run.start, end: end, frames: run.frames, track: track)
        greatest.offer(span, weight: span.weight)
    }
}
