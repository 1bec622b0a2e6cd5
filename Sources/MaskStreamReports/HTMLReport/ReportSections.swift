import Foundation
import MaskStream
import MaskStreamWeb

/// The parts of a page that are lists, tables and images.
extension HTMLReport {
    /// What the user was warned of; nothing where there was nothing.
    var warnings: Markup {
        guard !facts.warnings.isEmpty else { return "" }
        let shown = facts.warnings.prefix(50)
        var items = shown.map { warning -> Markup in "<li><bdi>\(warning)</bdi></li>\n" }.joined()
        if facts.warnings.count > shown.count {
            items += "<li>and \(facts.warnings.count - shown.count) more</li>\n"
        }
        return """
            <section class="card warnings" aria-labelledby="h-warnings">
            <h2 id="h-warnings">Warnings</h2>
            <ul>
            \(items)</ul></section>

            """
    }

    /// The longest gaps and misses.
    func review(_ time: ReportTime) -> Markup {
        let spans = recorder.spans.reviewed(with: report.gaps, until: recorder.end)
        if report.foundNothing {
            return """
                <p class="alert">No subject was found in any of \
                \(ReportText.count(report.framesOut)) frames.</p>

                """
        } else if spans.isEmpty {
            return """
                <p class="quiet">Nothing: every frame had a map, and no subject vanished between \
                two detections.</p>

                """
        } else {
            let rows = spans.map { span -> Markup in
                """
                <tr><td><span class="swatch \(Self.style(span))"></span>\(Self.words(span))</td>\
                <td>\(time.text(span.start)) – \(time.text(span.end))</td>\
                <td class="n">\(recorder.isFolder ? "–" : ReportTime.length(span.seconds))</td>\
                <td class="n">\(ReportText.count(span.frames))</td></tr>

                """
            }.joined()
            return """
                <div class="scroll"><table><caption>The longest stretches, at most 12. A gap \
                lies between two detections.</caption>
                <thead><tr><th scope="col">What</th><th scope="col">When</th>\
                <th scope="col" class="n">Length</th><th scope="col" class="n">Frames</th></tr>\
                </thead>
                <tbody>
                \(rows)</tbody></table></div>

                """
        }
    }

    private static func style(_ span: ReviewSpan) -> String { span.reason == .gap ? "gap" : "miss" }

    private static func words(_ span: ReviewSpan) -> String {
        switch span.reason {
        case .gap: "subject gone and back"
        case .miss(.damaged): "damaged frame"
        case .miss(.nan): "map not a number"
        case .miss(.missing): "no map"
        case .miss(.model): "estimator failed"
        }
    }

    /// The farthest moves of the threshold with their reasons.
    func moves(_ time: ReportTime) -> Markup {
        let moves = recorder.spans.farthestMoves
        guard !moves.isEmpty, recorder.frames > 1 else { return "" }
        let rows = moves.map { move -> Markup in
            let from = ReportText.number(Double(move.from), 3)
            let to = ReportText.number(Double(move.to), 3)
            let style = move.reason == .cut ? "reset" : move.reason.rawValue
            let when =
                move.start == move.end
                ? time.text(move.start) : "\(time.text(move.start)) – \(time.text(move.end))"
            return """
                <tr><td><span class="swatch \(style)"></span>\(style)</td><td>\(when)</td>\
                <td class="n">\(from) → \(to)</td>\
                <td class="n">\(ReportText.count(move.steps))</td></tr>

                """
        }.joined()
        return """
            <div class="card scroll"><table><caption>The farthest moves of the threshold, at most \
            8. Steps for the same reason within half a second are one move.</caption>
            <thead><tr><th scope="col">Reason</th><th scope="col">When</th>\
            <th scope="col" class="n">Threshold</th><th scope="col" class="n">Steps</th></tr>\
            </thead>
            <tbody>
            \(rows)</tbody></table></div>

            """
    }

    /// Evenly spaced moments in images.
    func moments(
        _ time: ReportTime, encode: (Thumbnail) throws -> [UInt8]
    ) rethrows -> Markup {
        let figures = try recorder.sheet.moments.map { try figure($0, time, encode) }.joined()
        let scale = ConfidenceRamp.stops.map { stop in
            "rgb(\(Int(stop.red)) \(Int(stop.green)) \(Int(stop.blue)))"
        }.joined(separator: ",")
        let promise: Markup =
            recorder.keepsOriginals
            ? """
            <strong class="alert">This page holds unmasked images \
            (--report-originals).</strong> Each moment: confidence, the result as it was \
            written, the original.
            """
            : """
            Each moment: confidence and the result as it was written. Masked pixels show the \
            fill alone; no unmasked image is in this page.
            """
        return """
            <p class="quiet">\(promise) <span class="ramp"><span>confidence 0</span>\
            <i style="background:linear-gradient(90deg,\(scale))"></i><span>1</span></span></p>
            <div class="sheet\(recorder.keepsOriginals ? " three" : "")">
            \(figures)</div>

            """
    }

    private func figure(
        _ moment: ReportMoment, _ time: ReportTime, _ encode: (Thumbnail) throws -> [UInt8]
    ) rethrows -> Markup {
        let when = moment.file ?? time.text(moment.time)
        let kept = ReportText.percent(Double(moment.kept))
        var facts = "T \(ReportText.number(Double(moment.threshold), 3)) · kept \(kept)"
        facts += Self.subjects(of: moment).map { " · \($0)" }.joined()
        if let miss = moment.miss { facts += " · miss: \(miss.rawValue)" }
        let size: Markup = """
            width="\(moment.masked.width)" height="\(moment.masked.height)"
            """
        let map = try moment.map.map { map -> Markup in
            try image(map, size, alt: "Confidence map at \(when)", encode)
        }
        let none: Markup = """
            <span class="none" style="aspect-ratio:\(moment.masked.width)/\
            \(moment.masked.height)">no map</span>
            """
        let masked = try image(
            moment.masked, size, alt: "Result at \(when): \(kept) kept", encode)
        let original = try moment.original.map { original -> Markup in
            try image(original, size, alt: "Original at \(when)", encode)
        }
        return """
            <figure><div class="pair">\(map ?? none)\(masked)\(original ?? "")</div>
            <figcaption><b><bdi>\(when)</bdi></b> <span><bdi>\(facts)</bdi></span></figcaption>\
            </figure>

            """
    }

    /// The largest subject's track and label, then the tracks of the others.
    private static func subjects(of moment: ReportMoment) -> [String] {
        let tracks = moment.tracks.map { "#\($0)" }
        let prediction = moment.label.map { label in
            let confidence = moment.confidence.map { ReportText.number(Double($0), 2) }
            return [label, confidence].compactMap(\.self).joined(separator: " ")
        }
        let largest = [tracks.first, prediction].compactMap(\.self).joined(separator: " ")
        let rest = moment.subjects - moment.tracks.count
        let others = tracks.dropFirst() + (rest > 0 && !tracks.isEmpty ? ["\(rest) more"] : [])
        return [largest, others.joined(separator: " ")].filter { !$0.isEmpty }
    }

    private func image(
        _ image: Thumbnail, _ size: Markup, alt: String,
        _ encode: (Thumbnail) throws -> [UInt8]
    ) rethrows -> Markup {
        let base64 = Data(try encode(image)).base64EncodedString()
        return """
            <img src="data:image/jpeg;base64,\(base64)" \(size) alt="\(alt)"/>
            """
    }
}
