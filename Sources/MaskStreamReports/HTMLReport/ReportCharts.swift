import MaskStream

/// Drawings over the video's time; scales stand beside them as text, so that they stay legible at
/// any width.
struct ReportCharts {
    /// A quantity over time.
    struct Line {
        /// Its name and its style's, as `current`.
        let name: String
        /// The least, mean and greatest value at a time, in the axis's unit; nil breaks the line.
        let points: [(time: Double, spread: (least: Double, mean: Double, most: Double)?)]
        /// Whether points are drawn apart.
        var isDotted = false
    }

    /// One chart's words and lines.
    struct Chart {
        let id: String
        let title: String
        let note: String
        let axis: ValueAxis
        let lines: [Line]
        /// A level that is drawn across.
        var level: Double?
        /// What stands under the drawing.
        var legend: Markup = ""
    }

    let log: ReportRecorder
    let time: TimeAxis

    init(_ log: ReportRecorder) {
        self.log = log
        time = TimeAxis(log)
    }

    /// A chart with its scales.
    func figure(_ chart: Chart) -> Markup {
        let lines = chart.lines.map { draw($0, chart) }.joined()
        let grid = chart.axis.ticks.map { tick -> Markup in
            let y = ReportText.coordinate(chart.axis.y(tick))
            return "<path class=\"grid\" d=\"M0 \(y)H1000\"/>"
        }.joined()
        let summary = chart.lines.map(Self.summary).joined(separator: " ")
        let marks = chart.axis.ticks.map { tick -> Markup in
            let top = ReportText.coordinate(chart.axis.y(tick))
            return "<span style=\"top:\(top)%\">\(chart.axis.text(tick))</span>"
        }.joined()
        return """
            <figure class="chart \(chart.id)">
            <figcaption><b>\(chart.title)</b> <span class="note">\(chart.note)</span>\
            <span class="readout" aria-hidden="true"></span></figcaption>
            <div class="plot"><div class="ys" aria-hidden="true">\(marks)</div>
            <div class="area"><svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" \
            aria-labelledby="t-\(chart.id) d-\(chart.id)">\
            <title id="t-\(chart.id)">\(chart.title) over \(time.name)</title>\
            <desc id="d-\(chart.id)">\(summary)</desc>
            \(shades)\(grid)\(level(chart))\(lines)</svg></div>
            \(timeScale)</div>
            \(chart.legend)</figure>

            """
    }

    /// The marks of the time scale under a drawing.
    var timeScale: Markup {
        let marks = time.ticks.enumerated().map { index, tick -> Markup in
            let left = ReportText.coordinate(tick.x / 10)
            let inner = index % 2 == 1 ? "odd" : "even"
            let place = tick.x < 40 ? "first" : tick.x > 960 ? "last" : inner
            return "<span class=\"\(place)\" style=\"left:\(left)%\">\(tick.text)</span>"
        }.joined()
        return """
            <div class="xt" aria-hidden="true">\(time.name)</div>\
            <div class="xs" aria-hidden="true">\(marks)</div>
            """
    }

    /// The stretches of the run with any of some marks, as boxes of the drawing's full height.
    func boxes(where isMarked: (FrameBucket) -> Bool) -> String {
        let buckets = log.series.buckets
        var (path, index) = ("", 0)
        while index < buckets.count {
            guard isMarked(buckets[index]) else {
                index += 1
                continue
            }
            let first = index
            while index < buckets.count, isMarked(buckets[index]) { index += 1 }
            let left = time.x(buckets[first].start)
            let right = time.x(index < buckets.count ? buckets[index].start : time.end)
            let width = ReportText.coordinate(max(right - left, 2))
            path += "M\(ReportText.coordinate(min(left, 998))) 0h\(width)v100h-\(width)z"
        }
        return path
    }

    /// Where pictures were missed or subjects absent, and where scenes began.
    private var shades: Markup {
        let misses = boxes { !$0.marks.isDisjoint(with: [.miss, .damaged]) }
        let absences = boxes { $0.marks.contains(.noSubject) }
        let cuts = log.series.buckets.filter { $0.marks.contains(.sceneCut) }
            .map { "M\(ReportText.coordinate(time.x($0.start))) 0V100" }.joined()
        return [("absent", absences), ("missed", misses), ("cuts", cuts)]
            .map { name, path -> Markup in
                path.isEmpty ? "" : "<path class=\"\(name)\" d=\"\(path)\"/>"
            }.joined()
    }

    private func draw(_ line: Line, _ chart: Chart) -> Markup {
        let axis = chart.axis
        let sole = line.points.compactMap { point in point.spread.map { (point.time, $0) } }
        let unit = axis.unit
        let scale: Markup = """
            data-name="\(line.name)" data-low="\(ReportText.number(axis.low, 4))" \
            data-high="\(ReportText.number(axis.high, 4))" data-unit="\(unit)"
            """
        if line.isDotted {
            let dots = sole.map { point in
                "M\(x(point.0)) \(y(point.1.mean, axis))h0"
            }.joined()
            return """
                <path class="dots \(line.name)" \(scale) d="\(dots)"/>\
                <path class="core \(line.name)" d="\(dots)"/>
                """
        }
        var (path, bands, run) = ("", "", [(x: String, low: String, high: String)]())
        var hasBand = false
        func close() {
            if run.count > 1, hasBand {
                bands +=
                    "M" + run.map { "\($0.x) \($0.high)" }.joined(separator: "L")
                    + "L" + run.reversed().map { "\($0.x) \($0.low)" }.joined(separator: "L") + "z"
            }
            (run, hasBand) = ([], false)
        }
        for (index, point) in line.points.enumerated() {
            guard let spread = point.spread else {
                close()
                continue
            }
            let position = "\(x(point.time)) \(y(spread.mean, axis))"
            path += (run.isEmpty ? "M" : "L") + position
            run.append((x(point.time), y(spread.least, axis), y(spread.most, axis)))
            if spread.least < spread.most { hasBand = true }
            let isLast = index + 1 == line.points.count || line.points[index + 1].spread == nil
            if run.count == 1, isLast { path += "L" + position }
        }
        close()
        let band: Markup = bands.isEmpty ? "" : "<path class=\"band\" d=\"\(bands)\"/>"
        return band + "<path class=\"line\" \(scale) d=\"\(path)\"/>"
    }

    private func level(_ chart: Chart) -> Markup {
        guard let level = chart.level else { return "" }
        let y = ReportText.coordinate(chart.axis.y(level))
        return "<path class=\"level\" d=\"M0 \(y)H1000\"/>"
    }

    private func x(_ seconds: Double) -> String { ReportText.coordinate(time.x(seconds)) }

    private func y(_ value: Double, _ axis: ValueAxis) -> String {
        ReportText.coordinate(axis.y(value))
    }

    /// What a line shows, in words.
    private static func summary(_ line: Line) -> String {
        let spreads = line.points.compactMap(\.spread)
        guard let first = spreads.first, let last = spreads.last else {
            return "\(line.name): nothing."
        }
        let least = spreads.map(\.least).min() ?? first.least
        let most = spreads.map(\.most).max() ?? first.most
        let numbers = [first.mean, last.mean, least, most].map { ReportText.number($0, 3) }
        return "\(line.name): \(numbers[0]) at the start, \(numbers[1]) at the end, "
            + "from \(numbers[2]) to \(numbers[3])."
    }
}
