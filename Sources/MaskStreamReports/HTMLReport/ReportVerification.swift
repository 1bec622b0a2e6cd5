import MaskStream
import MaskStreamWeb

/// What another detector finds in the output.
extension HTMLReport {
    /// How many findings are listed.
    private static let mostFindings = 100

    /// A list of the findings; nothing where no second look was taken.
    func verification(_ time: ReportTime) -> Markup {
        guard let (look, findings) = facts.verified else { return "" }
        let name = look.profile["name"] ?? ""
        let shared: Markup =
            look.sameEstimator == true
            ? " It has the network that masked: what that misses, it may miss again." : ""
        return """
            <section id="verification" class="card" aria-labelledby="h-verification">
            <h2 id="h-verification">Second look</h2>
            <p class="\(look.findings + look.unexamined > 0 ? "alert" : "quiet")">\
            <bdi>\(name)</bdi> finds \(ReportText.count(look.findings, "subject")) at scores above \
            \(ReportText.number(look.level, 2)) in \(ReportText.count(look.frames, "frame")) of the \
            output; \(ReportText.count(look.unexamined)) could not be examined.\(shared)</p>
            \(Self.table(findings, of: look.findings, time))</section>

            """
    }

    private static func table(_ findings: [VerificationFinding], of count: Int, _ time: ReportTime)
        -> Markup
    {
        guard !findings.isEmpty else { return "" }
        let shown = findings.prefix(mostFindings)
        let rows = shown.map { finding -> Markup in
            let box = finding.box
            let length = ReportTime.length(finding.to - finding.from)
            return """
                <tr><td><bdi>\(finding.file ?? time.text(finding.from))</bdi></td>\
                <td class="n">\(finding.file == nil ? length : "–")</td>\
                <td class="n">\(ReportText.count(finding.frames))</td>\
                <td class="n">\(box[2])×\(box[3]) at \(box[0]), \(box[1])</td>\
                <td class="n">\(ReportText.number(finding.score, 2))</td></tr>

                """
        }.joined()
        let rest = count - shown.count
        let more: Markup = rest > 0 ? " And \(ReportText.count(rest)) more." : ""
        return """
            <div class="scroll"><table><caption>Places are in displayed pixels, where the score is \
            highest.\(more)</caption>
            <thead><tr><th scope="col">From</th><th scope="col" class="n">Length</th>\
            <th scope="col" class="n">Frames</th><th scope="col" class="n">Where</th>\
            <th scope="col" class="n">Score</th></tr></thead>
            <tbody>
            \(rows)</tbody></table></div>

            """
    }
}
