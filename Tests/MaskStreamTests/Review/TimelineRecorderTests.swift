import Testing

@testable import MaskStream

/// What a review's timeline says of an analysis.
@Suite struct TimelineRecorderTests {
    /// One character a frame at 10 frames a second: digits are tracks that were found, `.` nobody,
    /// `x` a damaged frame, `m` one without a map; `|` begins a scene and stands for one frame of
    /// track 1.
    private static func timeline(_ story: String) -> ReviewTimeline {
        var recorder = TimelineRecorder(size: (64, 36), inverts: true)
        for (number, sign) in story.enumerated() {
            var frame = ReviewFrame(number: number, time: Double(number) / 10, threshold: 0.5)
            switch sign {
            case ".": break
            case "x": frame.miss = .damaged
            case "m": frame.miss = .missing
            case "|": (frame.beginsScene, frame.tracks) = (true, [1])
            case "3": frame.tracks = [1, 2]
            default: frame.tracks = [sign.wholeNumberValue ?? 0]
            }
            recorder.add(frame)
        }
        recorder.finish()
        return recorder.timeline()
    }

    /// `3` is tracks 1 and 2 together.
    @Test(arguments: [
        ("1111111111", []),
        ("11111..11111", ["gap 0.4-0.7 2"]),
        ("33333113333", ["lost 0.4-0.7 2 #2"]),
        ("1111133333111111", []),
        ("11111311111", ["brief 0.5-0.5 1 #2"]),
        ("11111xx1111", ["damaged 0.5-0.7 2"]),
        ("11111xmm111", ["damaged 0.5-0.6 1", "miss 0.6-0.8 2"]),
        ("11111x.1111", ["gap 0.4-0.7 1", "damaged 0.5-0.6 1"]),
        ("...........11111", ["nobody 0.0-1.1 11"]),
        ("11111............", ["nobody 0.4-1.7 12"]),
        ("11111....", []),
        ("11111..|111111", []),
        ("33333333|1111", []),
        ("22222211111111|1111", []),
        ("33333...33333", ["gap 0.4-0.8 3"]),
        ("33333.1133333", ["lost 0.4-0.8 3 #2", "gap 0.4-0.6 1"]),
        ("xxxx", ["damaged 0.0-0.4 4"]),
    ])
    func doubtfulSpansAreFound(story: String, spans: [String]) {
        let timeline = Self.timeline(story)
        let found = timeline.spans.map { span in
            let track = span.track.map { " #\($0)" } ?? ""
            let (start, end) = ((span.start * 10).rounded() / 10, (span.end * 10).rounded() / 10)
            return "\(span.reason.rawValue) \(start)-\(end) \(span.frames)\(track)"
        }
        #expect(found == spans)
        #expect(timeline.doubtful == spans.count)
    }

    @Test func whatIsStillFoundComesFirst() {
        var recorder = TimelineRecorder(size: (64, 36), inverts: true)
        for number in 0..<10 {
            let tracks = number == 5 ? [] : [1]
            recorder.add(
                ReviewFrame(
                    number: number, time: Double(number) / 10, threshold: 0.5, tracks: tracks))
        }
        recorder.finish()
        let box = Box(x: 0, y: 0, width: 1, height: 1)
        let finding = VerificationFinding(from: 0.7, to: 0.9, frames: 2, box: box, score: 0.5)
        let timeline = recorder.timeline(findings: [finding])
        #expect(timeline.spans.map(\.reason) == [.found, .gap] && timeline.doubtful == 2)
        #expect(timeline.spans[0].start == 0.7 && timeline.spans[0].end == 0.9)
        let many = recorder.timeline(findings: Array(repeating: finding, count: 1000))
        #expect(many.spans.count == 201 && many.doubtful == 1001)
    }

    @Test func tracksScenesAndShadesHaveTheirTimes() {
        let timeline = Self.timeline("33331..1|1xx1")
        #expect(timeline.cuts == [0.8])
        #expect(timeline.absent == [[0.5, 0.7]])
        #expect(timeline.missed == [[1.0, 1.2]])
        #expect(timeline.tracks.map(\.track) == [1, 1, 2])
        #expect(timeline.tracks.map(\.start) == [0, 0.8, 0])
        #expect(timeline.tracks.map(\.end) == [0.7, 1.2, 0.3])
        #expect(timeline.frames == 13 && timeline.size == [64, 36])
    }

    @Test func anHourIsBoundedAndAStretchOfItIsFiner() {
        var recorder = TimelineRecorder(size: (64, 36), inverts: true)
        for number in 0..<90_000 {
            recorder.add(
                ReviewFrame(
                    number: number, time: Double(number) / 25, threshold: Float(number % 10) / 10,
                    beginsScene: number % 100 == 0, tracks: number % 100 == 50 ? [] : [1, 2]))
        }
        recorder.finish()
        let whole = recorder.timeline()
        #expect(whole.threshold.count <= 800 && whole.threshold.count > 300)
        #expect(whole.threshold.allSatisfy { $0[2] == 0 && $0[3] == Double(Float(9) / 10) })
        #expect(whole.tracks.count == 300 && whole.spans.count == 200 && whole.doubtful == 900)
        // Scenes are told exactly, as edits count in them.
        #expect(whole.cuts == (0..<900).map { Double($0) * 4 })
        let minute = recorder.timeline(from: 600, to: 660)
        #expect(minute.cuts == (150...165).map { Double($0) * 4 })
        #expect(minute.threshold.count > 150 && minute.threshold.count <= 800)
        #expect(minute.threshold.allSatisfy { (599...661).contains($0[0]) })
        #expect(minute.spans == whole.spans)
    }

    @Test func proposalsAreThoseOfTheStretch() {
        let proposals = (1...3).map {
            TrackProposal(
                track: TrackMoment(number: 1, time: Double($0)),
                continues: TrackMoment(number: 1, time: 0), similarity: 0.9)
        }
        var recorder = TimelineRecorder(size: (64, 36), inverts: true, proposals: proposals)
        for number in 0..<50 {
            recorder.add(
                ReviewFrame(
                    number: number, time: Double(number) / 10, threshold: 0.5,
                    beginsScene: number % 10 == 0, tracks: [1]))
        }
        recorder.finish()
        #expect(recorder.timeline().proposals == proposals)
        #expect(recorder.timeline(from: 1.5, to: 2.5).proposals == [proposals[1]])
    }

    @Test func nothingIsATimelineToo() {
        var recorder = TimelineRecorder(size: (1, 1), inverts: false)
        recorder.finish()
        let timeline = recorder.timeline()
        #expect(timeline.frames == 0 && timeline.spans.isEmpty && timeline.threshold.isEmpty)
    }
}
