/// The charts of a run, one under the other on one scale of time.
extension ReportCharts {
    /// All charts that have something to show.
    var timeline: Markup {
        guard log.frames > 1 else {
            return log.frames == 0
                ? "<p class=\"quiet\">No frame was written.</p>"
                : "<p class=\"quiet\">One picture: there is no course of time to show.</p>"
        }
        let buckets = log.series.buckets
        var figures = figure(
            line("threshold", "Threshold", "what is surer is kept, 0 to 1", buckets, \.threshold))
        figures += lanes
        figures += figure(
            line(
                "kept", "Kept", "share of the picture, %", buckets, \.kept, scale: 100,
                unit: "\u{A0}%"))
        if buckets.contains(where: { $0.confidence.count > 0 }) {
            figures += figure(
                line(
                    "confidence", "Primary's confidence",
                    "in its best class, mean of the subjects by area, 0 to 1", buckets,
                    \.confidence, to: 1))
        }
        figures += regret + ribbon
        let points =
            log.series.stride == 1
            ? "Each point is one frame."
            : "Each point is the mean of \(ReportText.count(log.series.stride)) frames, "
                + "the band reaches from the least to the greatest."
        return """
            <p class="quiet">\(points) <span class="key absent"></span> no subject \
            <span class="key missed"></span> miss or damage <span class="key cuts"></span> scene \
            cut</p>
            \(figures)
            """
    }

    private func line(
        _ id: String, _ title: String, _ note: String, _ buckets: [FrameBucket],
        _ value: KeyPath<FrameBucket, Spread>, scale: Double = 1, unit: String = "",
        to top: Double? = nil
    ) -> Chart {
        let points = buckets.map { bucket in
            (time: bucket.time, spread: Self.spread(bucket[keyPath: value], scale))
        }
        let most = top ?? points.compactMap(\.spread?.most).max() ?? scale
        return Chart(
            id: id, title: title, note: note,
            axis: ValueAxis(covering: 0...max(most, 0.04 * scale), unit: unit),
            lines: [Line(name: id, points: points)])
    }

    private static func spread(
        _ spread: Spread, _ scale: Double
    ) -> (least: Double, mean: Double, most: Double)? {
        spread.mean.map {
            (Double(spread.least) * scale, $0 * scale, Double(spread.most) * scale)
        }
    }

    /// The probes' regret, where there were probes with a vote.
    private var regret: Markup {
        let probes = log.regrets.buckets
        guard !probes.isEmpty else { return "" }
        let views: [(name: String, value: KeyPath<ProbeBucket, Spread>)] = [
            ("looser", \.looser), ("tighter", \.tighter), ("current", \.current),
        ]
        let lines = views.map { name, value in
            Line(
                name: name,
                points: probes.map { (time: $0.time, spread: Self.spread($0[keyPath: value], 1)) },
                isDotted: true)
        }
        let spreads = lines.flatMap(\.points).compactMap(\.spread)
        let tolerance = log.tolerance.map(Double.init)
        let low = min(0, spreads.map(\.mean).min() ?? 0)
        let high = max(tolerance ?? 0, spreads.map(\.mean).max() ?? 0, 0.1)
        let counts = log.probes
        var facts =
            ReportText.count(counts.all, "probe") + ", " + ReportText.count(counts.votes)
            + " with a vote"
        if tolerance != nil {
            facts += ", \(ReportText.count(counts.within)) within the tolerance"
        }
        facts += ", masking helped in \(ReportText.count(counts.gains))"
        if log.regrets.stride > 1 { facts += "; a point is the mean of \(log.regrets.stride)" }
        let limit = tolerance.map { tolerance -> Markup in
            """
            <li><span class="key level"></span>tolerance \
            \(ReportText.number(tolerance, 3))</li>

            """
        }
        let chart = Chart(
            id: "regret", title: "Regret of probes",
            note: "probability that the mask takes from the answer, -1 to 1",
            axis: ValueAxis(covering: low...high), lines: lines,
            level: tolerance,
            legend: """
                <ul class="legend">
                <li><span class="dot current"></span>mask in force</li>
                <li><span class="dot tighter"></span>a step tighter</li>
                <li><span class="dot looser"></span>a step looser</li>
                \(limit ?? "")<li class="quiet">\(facts)</li></ul>

                """)
        return figure(chart)
    }
}
