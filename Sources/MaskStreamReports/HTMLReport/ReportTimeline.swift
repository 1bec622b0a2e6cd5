import MaskStream
import MaskStreamWeb

/// The charts of a run: their words stand in the page, and `chart.js` draws their data.
struct ReportTimeline {
    let recorder: ReportRecorder
    let time: ReportTime

    init(_ recorder: ReportRecorder) {
        self.recorder = recorder
        time = ReportTime(recorder)
    }

    /// The words of all charts that have something to show.
    var markup: Markup {
        guard recorder.frames > 1 else {
            return recorder.frames == 0
                ? "<p class=\"quiet\">No frame was written.</p>\n"
                : "<p class=\"quiet\">One image: there is no course of time to show.</p>\n"
        }
        let points =
            recorder.series.stride == 1
            ? "Each point is one frame."
            : "Each point is the mean of \(ReportText.count(recorder.series.stride)) frames, "
                + "the band reaches from the least to the greatest."
        return """
            <p class="quiet">\(points) <span class="key absent"></span> no subject \
            <span class="key missed"></span> miss or damage <span class="key cuts"></span> scene \
            cut</p>
            \(charts.map(\.markup).joined())
            """
    }

    /// The data of the charts.
    var data: TimelineData {
        let buckets = recorder.series.buckets
        return TimelineData(
            kind: time.kind, start: time.start, end: time.end,
            charts: recorder.frames > 1 ? charts.map(\.data) : [],
            shades: [
                TimelineData.Spans(style: "absent", spans: spans { $0.contains(.noSubject) }),
                TimelineData.Spans(
                    style: "missed", spans: spans { !$0.isDisjoint(with: [.miss, .damaged]) }),
            ], cuts: buckets.filter { $0.marks.contains(.sceneCut) }.map(\.start))
    }

    private var charts: [ReportChart] {
        let hasConfidence = recorder.series.buckets.contains { $0.confidence.count > 0 }
        let all: [ReportChart?] = [
            chart("threshold", "Threshold", "what is surer is kept, 0 to 1", \.threshold),
            events,
            chart(
                "kept", "Kept", "share of the frame, %", \.kept, scale: 100, unit: "\u{A0}%"),
            hasConfidence
                ? chart(
                    "confidence", "Primary's confidence",
                    "in its best class, mean of the subjects by area, 0 to 1", \.confidence, to: 1)
                : nil,
            regret, labels,
        ]
        return all.compactMap { $0 }
    }

    /// The stretches of the run that a test holds for, in seconds.
    func spans(where isMarked: (FrameMarks) -> Bool) -> [[Double]] {
        spans(ofBuckets: { isMarked($0.marks) })
    }

    func spans(ofBuckets isMarked: (FrameBucket) -> Bool) -> [[Double]] {
        let buckets = recorder.series.buckets
        var (spans, index) = ([[Double]](), 0)
        while index < buckets.count {
            let first = index
            while index < buckets.count, isMarked(buckets[index]) { index += 1 }
            if index > first {
                let end = index < buckets.count ? buckets[index].start : time.end
                spans.append([buckets[first].start, end])
            } else {
                index += 1
            }
        }
        return spans
    }

    private func chart(
        _ id: String, _ title: String, _ note: String, _ value: KeyPath<FrameBucket, Spread>,
        scale: Double = 1, unit: String = "", to top: Double? = nil
    ) -> ReportChart {
        let buckets = recorder.series.buckets
        let most = buckets.map { $0[keyPath: value] }.filter { $0.count > 0 }.map(\.most).max()
        let high = top ?? most.map { Double($0) * scale } ?? scale
        let points = buckets.map {
            TimelineData.point($0.time, $0[keyPath: value], scale: scale)
        }
        return ReportChart(
            title: title, note: note,
            data: TimelineData.Chart(
                id: id, range: [0, max(high, 0.04 * scale)], unit: unit,
                lines: [TimelineData.Line(name: id, points: points)]))
    }

    /// The probes' regret, where there were probes with a vote.
    private var regret: ReportChart? {
        let probes = recorder.regrets.buckets
        guard !probes.isEmpty else { return nil }
        let masks: [(name: String, value: KeyPath<ProbeBucket, Spread>)] = [
            ("looser", \.looser), ("tighter", \.tighter), ("current", \.current),
        ]
        let means = masks.flatMap { mask in probes.compactMap { $0[keyPath: mask.value].mean } }
        let tolerance = recorder.tolerance.map(Double.init)
        let counts = recorder.probes
        var facts =
            ReportText.count(counts.all, "probe")
            + ", \(ReportText.count(counts.votes)) with a vote"
        if tolerance != nil {
            facts += ", \(ReportText.count(counts.within)) within the tolerance"
        }
        facts += ", masking helped in \(ReportText.count(counts.gains))"
        if recorder.regrets.stride > 1 {
            facts += "; a point is the mean of \(recorder.regrets.stride)"
        }
        let limit = tolerance.map { tolerance -> Markup in
            """
            <li><span class="key level"></span>tolerance \(ReportText.number(tolerance, 3))</li>

            """
        }
        return ReportChart(
            title: "Regret of probes",
            note: "probability that the mask takes from the answer, -1 to 1",
            legend: """
                <ul class="legend">
                <li><span class="dot current"></span>mask in force</li>
                <li><span class="dot tighter"></span>a step tighter</li>
                <li><span class="dot looser"></span>a step looser</li>
                \(limit ?? "")<li class="quiet">\(facts)</li></ul>

                """,
            data: TimelineData.Chart(
                id: "regret",
                range: [min(0, means.min() ?? 0), max(tolerance ?? 0, means.max() ?? 0, 0.1)],
                lines: masks.map { mask in
                    TimelineData.Line(
                        name: mask.name, dotted: true,
                        points: probes.map {
                            TimelineData.point($0.time, $0[keyPath: mask.value])
                        })
                }, levels: tolerance.map { [TimelineData.rounded($0)] } ?? []))
    }
}

/// One chart: its words, and its data under the id that is its figure's class.
struct ReportChart {
    let title: String
    let note: String
    /// What stands under the drawing.
    var legend: Markup = ""
    let data: TimelineData.Chart

    var markup: Markup {
        """
        <figure class="chart \(data.id)"><figcaption><b>\(title)</b> \
        <span class="note">\(note)</span><span class="readout" aria-hidden="true"></span>\
        </figcaption>
        <div class="plot"></div>
        \(legend)</figure>

        """
    }
}
