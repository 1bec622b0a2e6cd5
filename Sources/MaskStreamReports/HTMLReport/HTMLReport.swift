package import MaskStream
import MaskStreamWeb

/// What a report says of a run that neither its frames nor its counts say.
package struct ReportFacts: Sendable {
    /// The program's version.
    package var version: String
    /// The input, without credentials.
    package var input: String
    /// The profile's name.
    package var profile: String
    /// Further settings in the order in which they are shown, each a name and a value.
    package var settings: [(name: String, value: String)]
    /// Packets and images that were damaged.
    package var corrupt: Int
    /// What the user was warned of, one sentence each.
    package var warnings: [String]
    /// What another detector finds in the output: who looked, and what was found; nil where none did.
    package var verified: (look: SecondLook, findings: [VerificationFinding])?
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
    let recorder: ReportRecorder
    let report: PipelineCounts
    let facts: ReportFacts

    /// Prepares the page of a run.
    ///
    /// - Parameters:
    ///   - recorder: what was collected while the run went on.
    ///   - report: what the pipeline counted.
    ///   - facts: the run's names, settings and end.
    package init(recorder: ReportRecorder, report: PipelineCounts, facts: ReportFacts) {
        self.recorder = recorder
        self.report = report
        self.facts = facts
    }

    /// The page's source.
    ///
    /// - Parameter encode: makes a JPEG file of an image.
    /// - Throws: what `encode` throws.
    package func html(encode: (Thumbnail) throws -> [UInt8]) throws -> String {
        let timeline = ReportTimeline(recorder)
        let time = timeline.time
        return Assets.report.filled([
            "name": "\(name)", "style": Assets.reportStyle,
            "outcome-style": facts.exit == 0 ? "good" : "bad",
            "outcome":
                "\(facts.exit == 0 ? "✓" : "!") \(outcome) (exit \(Int(facts.exit)))",
            "profile": "\(facts.profile)", "tiles": tiles.map(Self.tile).joined(),
            "warnings": warnings, "verification": verification(time), "review": review(time),
            "timeline": timeline.markup,
            "moves": moves(time), "moments": try moments(time, encode: encode),
            "latency": latency, "settings": settings, "counts": counts,
            "drawing": Assets.drawing, "data": try Markup(json: timeline.data),
            "script": Assets.reportScript,
        ])
    }

    /// The input's last part.
    private var name: String {
        let last = facts.input.split(separator: "/").last.map(String.init) ?? facts.input
        return last.isEmpty ? "run" : last
    }

    private var tiles: [(name: String, value: String, note: String)] {
        let kept = recorder.series.buckets.reduce(into: Spread()) { $0.merge($1.kept) }
        let damaged = recorder.marked[.damaged] ?? 0
        var tiles = [
            (
                "Kept", ReportText.percent(kept.mean ?? 0),
                "from \(ReportText.percent(Double(kept.least))) to "
                    + ReportText.percent(Double(kept.most))
            ),
            (
                "Threshold",
                ReportText.number(Double(recorder.firstThreshold), 3) + "\u{2009}→\u{2009}"
                    + ReportText.number(Double(recorder.lastThreshold), 3),
                ReportText.count(recorder.moves.values.reduce(0, +), "move")
            ),
            (
                recorder.isFolder ? "Images" : "Frames", ReportText.count(recorder.frames),
                recorder.isFolder
                    ? "read \(ReportText.count(report.framesIn))"
                    : ReportTime.length(recorder.end - recorder.start)
            ),
            (
                "Misses", ReportText.count((recorder.marked[.miss] ?? 0) + damaged),
                ReportText.count(damaged) + " damaged"
            ),
        ]
        if !recorder.isFolder {
            tiles.append(
                (
                    "Longest gap",
                    report.gapCount > 0 ? ReportTime.length(report.longestGap) : "none",
                    ReportText.count(report.gapCount, "gap") + ", misses included"
                ))
        }
        if recorder.tolerance != nil, recorder.probes.votes > 0 {
            let share = Double(recorder.probes.within) / Double(recorder.probes.votes)
            tiles.append(
                (
                    "Probes within", ReportText.percent(share),
                    "of \(ReportText.count(recorder.probes.votes, "vote"))"
                ))
        }
        return tiles
    }

    private static func tile(_ tile: (name: String, value: String, note: String)) -> Markup {
        """
        <div><dt>\(tile.name)</dt><dd>\(tile.value)</dd><dd class="quiet">\(tile.note)</dd></div>

        """
    }

    /// The meaning of the exit status.
    private var outcome: String {
        switch facts.exit {
        case 0: "Done"
        case 65: "Input damaged or ends early"
        case 66: "Input not found"
        case 69: "Something was unusable"
        case 70 where (facts.verified?.look.findings ?? 0) > 0: "Something is not hidden"
        case 70: "A stage or model failed"
        case 73: "Output could not be created"
        case 74: "Reading or writing failed on the way"
        case 130: "Stopped by a signal"
        default: "Failed"
        }
    }

    private var settings: Markup {
        ([("input", facts.input), ("profile", facts.profile)] + facts.settings)
            .map { name, value -> Markup in
                "<div><dt>\(name)</dt><dd><bdi>\(value)</bdi></dd></div>\n"
            }.joined()
    }

    private var counts: Markup {
        let counts = [
            "\(ReportText.count(report.framesIn)) frames in",
            "\(ReportText.count(report.framesOut)) out",
            "\(ReportText.count(facts.corrupt)) packets or frames damaged",
            "at most \(ReportText.count(recorder.mostSubjects, "subject")) at once",
            "primary not run again on \(ReportText.count(report.primarySkipped))",
        ].joined(separator: ", ")
        return """
            \(counts). Made by maskstream \(facts.version); times are the output's. The same run \
            gives the same page, latency apart.
            """
    }
}
