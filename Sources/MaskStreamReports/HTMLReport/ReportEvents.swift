import MaskStream
import MaskStreamWeb

/// What happened when: a row for each kind of event, and a row of labels.
extension ReportTimeline {
    private struct Event {
        let mark: FrameMarks
        let name: String
        let style: String
        let meaning: String
        let count: Int
    }

    /// Labels that share a colour.
    private struct LabelGroup {
        let style: String
        let name: String
        let frames: Int
        let numbers: Set<Int>
    }

    /// Rows of what happened at all, with a legend that counts it.
    var events: ReportChart? {
        let shown = allEvents.filter { $0.count > 0 }
        guard !shown.isEmpty else { return nil }
        let legend = shown.map { event -> Markup in
            """
            <li><span class="swatch \(event.style)"></span>\(event.name) \
            <b>\(ReportText.count(event.count))</b> <span class="quiet">\(event.meaning)</span></li>

            """
        }.joined()
        let rows = shown.map { event in
            TimelineData.Row(
                name: event.name,
                groups: [
                    TimelineData.Spans(
                        style: event.style, name: event.name,
                        spans: spans { $0.contains(event.mark) })
                ])
        }
        return ReportChart(
            title: "Events", note: "moves of the threshold, scenes, misses",
            legend: "<ul class=\"legend counts\">\(legend)</ul>",
            data: TimelineData.Chart(id: "events", rows: rows))
    }

    private var allEvents: [Event] {
        let moves: [(ThresholdMove, String, String)] = [
            (.loosen, "loosen", "more is shown"),
            (.tighten, "tighten", "more is masked"),
            (.drop, "drop", "the primary's confidence fell suddenly"),
            (.return, "return", "showing more did not help"),
            (.clamp, "clamp", "a bound of the profile was reached"),
            (.cut, "reset", "a scene began at the initial threshold"),
            (.user, "user", "moved by hand"),
        ]
        let others: [(FrameMarks, String, String, String)] = [
            (.sceneCut, "scene cut", "cut", "a new scene began"),
            (.blind, "hidden", "hidden", "nothing of any subject was kept"),
            (.noSubject, "no subject", "gap", "frames in which none was found"),
            (.miss, "miss", "miss", "frames without a map to trust"),
            (.damaged, "damaged", "miss", "frames that the decoder had to guess"),
        ]
        return moves.map { move, name, meaning in
            Event(
                mark: FrameMarks(move), name: name, style: name, meaning: meaning,
                count: recorder.moves[move] ?? 0)
        }
            + others.map { mark, name, style, meaning in
                Event(
                    mark: mark, name: name, style: style, meaning: meaning,
                    count: recorder.marked[mark] ?? 0)
            }
    }

    /// Which label the largest subject had, where there were labels.
    var labels: ReportChart? {
        guard !recorder.labels.isEmpty else { return nil }
        let colors = 8
        // Most frequent first; of equals the first seen.
        let ranked = recorder.labels.indices.sorted {
            (-recorder.labels[$0].frames, $0) < (-recorder.labels[$1].frames, $1)
        }
        let named = Array(ranked.prefix(colors))
        let labelled = recorder.labels.reduce(0) { $0 + $1.frames }
        var groups = named.enumerated().map { color, number in
            LabelGroup(
                style: "l\(color)", name: recorder.labels[number].name,
                frames: recorder.labels[number].frames, numbers: [number])
        }
        let rest = ranked.dropFirst(colors)
        if !rest.isEmpty {
            groups.append(
                LabelGroup(
                    style: "lx", name: "\(rest.count) others",
                    frames: rest.reduce(0) { $0 + recorder.labels[$1].frames }, numbers: Set(rest)))
        }
        let legend = groups.map { group -> Markup in
            let share = ReportText.percent(Double(group.frames) / Double(recorder.frames))
            return """
                <li><span class="swatch \(group.style)"></span><bdi>\(group.name)</bdi> \
                <b>\(share)</b></li>

                """
        }.joined()
        let none = ReportText.percent(
            Double(recorder.frames - labelled) / Double(recorder.frames))
        let ribbon = groups.map { group in
            TimelineData.Spans(
                style: group.style, name: Markup.plain(group.name),
                spans: spans(ofBuckets: { bucket in
                    bucket.label.map { group.numbers.contains($0.number) } ?? false
                }))
        }
        return ReportChart(
            title: "Labels", note: "of the largest subject, shares of all frames",
            legend: """
                <ul class="legend">\(legend)<li><span class="swatch"></span>no label \
                <b>\(none)</b></li></ul>
                """,
            data: TimelineData.Chart(
                id: "labels", rows: [TimelineData.Row(name: "label", groups: ribbon)]))
    }
}
