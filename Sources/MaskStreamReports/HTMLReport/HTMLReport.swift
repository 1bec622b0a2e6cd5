package import MaskStream

/// What a report says of a run that neither its frames nor its counts tell.
package struct ReportFacts: Sendable {
    /// The program's version.
    package var version: String
    /// The input, without credentials.
    package var input: String
    /// The profile's name.
    package var profile: String
    /// Further settings in the order in which they are shown, each a name and a value.
    package var settings: [(name: String, value: String)]
    /// Packets and pictures that were damaged.
    package var corrupt: Int
    /// What the user was warned of, one sentence each.
    package var warnings: [String]
    /// The exit status.
    package var exit: Int32

    /// Collects the facts.
    package init(
        version: String, input: String, profile: String,
        settings: [(name: String, value: String)] = [], corrupt: Int = 0, warnings: [String] = [],
        exit: Int32
    ) {
        self.version = version
        self.input = input
        self.profile = profile
        self.settings = settings
        self.corrupt = corrupt
        self.warnings = warnings
        self.exit = exit
    }
}

/// One HTML page about a run that needs nothing else: no network, no font, no script to be read.
///
/// The same run gives the same bytes, the section on latency apart. The page is also well-formed
/// XML, and everything that comes from outside is escaped.
package struct HTMLReport {
    let log: ReportRecorder
    let report: RunReport
    let facts: ReportFacts

    /// Prepares the page of a run.
    ///
    /// - Parameters:
    ///   - log: what was collected while the run went on.
    ///   - report: what the pipeline counted.
    ///   - facts: the run's names, settings and end.
    package init(log: ReportRecorder, report: RunReport, facts: ReportFacts) {
        self.log = log
        self.report = report
        self.facts = facts
    }

    /// The page's source.
    ///
    /// - Parameter encode: makes a JPEG file of a picture.
    /// - Throws: what `encode` throws.
    package func html(encode: (Thumbnail) throws -> [UInt8]) rethrows -> String {
        let charts = ReportCharts(log)
        let moments = try moments(charts.time, encode: encode)
        let page: Markup = """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src \
            data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
            <title>\(name) · maskstream report</title>
            <style>\(ReportStyle.sheet)</style>
            </head>
            <body>
            \(header(charts.time))
            <main>
            \(warnings)\(review(charts.time))<section id="timeline" aria-labelledby="h-timeline" \
            data-start="\(ReportText.number(charts.time.start, 6))" \
            data-end="\(ReportText.number(charts.time.end, 6))" \
            data-kind="\(log.isFolder ? "picture" : charts.time.isClock ? "clock" : "seconds")">
            <h2 id="h-timeline">Timeline</h2>
            \(charts.timeline)\(moves(charts.time))</section>
            \(moments)\(latency)</main>
            \(footer)
            <script>\(ReportStyle.script)</script>
            </body>
            </html>

            """
        return page.source
    }

    /// The input's last part.
    private var name: String {
        let last = facts.input.split(separator: "/").last.map(String.init) ?? facts.input
        return last.isEmpty ? "run" : last
    }

    private func header(_ time: TimeAxis) -> Markup {
        let isGood = facts.exit == 0
        return """
            <header>
            <p class="brand">maskstream report</p>
            <h1><bdi>\(name)</bdi></h1>
            <p class="lead"><span class="badge \(isGood ? "good" : "bad")">\
            \(isGood ? "✓" : "!") \(Self.outcome(facts.exit)) (exit \(Int(facts.exit)))</span> \
            profile <b><bdi>\(facts.profile)</bdi></b></p>
            <dl class="tiles">
            \(tiles(time).map(Self.tile).joined())</dl>
            <nav aria-label="Sections"><a href="#review">Needs review</a>\
            <a href="#timeline">Timeline</a><a href="#moments">Moments</a>\
            <a href="#latency">Latency</a></nav>
            </header>
            """
    }

    private func tiles(_ time: TimeAxis) -> [(name: String, value: String, note: String)] {
        let kept = log.series.buckets.reduce(into: Spread()) { $0.merge($1.kept) }
        let damaged = log.marked[.damaged] ?? 0
        var tiles = [
            (
                "Kept", ReportText.percent(kept.mean ?? 0),
                "from \(ReportText.percent(Double(kept.least))) to "
                    + ReportText.percent(Double(kept.most))
            ),
            (
                "Threshold",
                ReportText.number(Double(log.firstThreshold), 3) + "\u{2009}→\u{2009}"
                    + ReportText.number(Double(log.lastThreshold), 3),
                ReportText.count(log.moves.values.reduce(0, +), "move")
            ),
            (
                log.isFolder ? "Pictures" : "Frames", ReportText.count(log.frames),
                log.isFolder
                    ? "read \(ReportText.count(report.framesIn))"
                    : TimeAxis.length(log.end - log.start)
            ),
            (
                "Misses", ReportText.count((log.marked[.miss] ?? 0) + damaged),
                ReportText.count(damaged) + " damaged"
            ),
        ]
        if !log.isFolder {
            let gaps = log.spans.gaps
            tiles.append(
                (
                    "Longest gap", gaps > 0 ? TimeAxis.length(log.spans.longestGap) : "none",
                    ReportText.count(gaps, "gap") + ", misses included"
                ))
        }
        if log.tolerance != nil, log.probes.votes > 0 {
            let share = Double(log.probes.within) / Double(log.probes.votes)
            tiles.append(
                (
                    "Probes within", ReportText.percent(share),
                    "of \(ReportText.count(log.probes.votes, "vote"))"
                ))
        }
        return tiles
    }

    private static func tile(_ tile: (name: String, value: String, note: String)) -> Markup {
        """
        <div><dt>\(tile.name)</dt><dd>\(tile.value)</dd><dd class="quiet">\(tile.note)</dd></div>

        """
    }

    /// The meaning of an exit status.
    private static func outcome(_ exit: Int32) -> String {
        switch exit {
        case 0: "Done"
        case 65: "Input damaged or ends early"
        case 66: "Input not found"
        case 69: "Something was unusable"
        case 70: "A stage or model failed"
        case 73: "Output could not be created"
        case 74: "Reading or writing failed on the way"
        case 130: "Stopped by a signal"
        default: "Failed"
        }
    }

    private var footer: Markup {
        let rows = ([("input", facts.input), ("profile", facts.profile)] + facts.settings)
            .map { name, value -> Markup in
                "<div><dt>\(name)</dt><dd><bdi>\(value)</bdi></dd></div>\n"
            }.joined()
        let counts = [
            "\(ReportText.count(report.framesIn)) frames in",
            "\(ReportText.count(report.framesOut)) out",
            "\(ReportText.count(facts.corrupt)) packets or pictures damaged",
            "at most \(ReportText.count(log.mostSubjects, "subject")) at once",
            "primary not run again on \(ReportText.count(report.primarySkipped))",
        ].joined(separator: ", ")
        return """
            <footer>
            <h2>Settings</h2>
            <dl class="settings">
            \(rows)</dl>
            <p class="quiet">\(counts). Made by maskstream \(facts.version); times are the \
            output's. The same run gives the same page, latency apart.</p>
            </footer>
            """
    }
}
