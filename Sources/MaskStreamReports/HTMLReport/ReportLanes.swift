import MaskStream

/// What happened when: events as lanes, labels as a ribbon.
extension ReportCharts {
    private struct Lane {
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

    /// Lanes of what happened at all, with a legend that counts it.
    var lanes: Markup {
        let shown = allLanes.filter { $0.count > 0 }
        guard !shown.isEmpty else { return "" }
        let rows = shown.map { lane -> Markup in
            let path = boxes { $0.marks.contains(lane.mark) }
            return """
                <div class="lane" aria-hidden="true">\(lane.name)</div><div class="area">\
                <svg class="strip" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" \
                aria-label="\(lane.name)"><title>\(lane.name): \(lane.meaning)</title>\
                <path class="box \(lane.style)" data-name="\(lane.name)" d="\(path)"/></svg></div>

                """
        }.joined()
        let legend = shown.map { lane -> Markup in
            """
            <li><span class="swatch \(lane.style)"></span>\(lane.name) \
            <b>\(ReportText.count(lane.count))</b> <span class="quiet">\(lane.meaning)</span></li>

            """
        }.joined()
        return """
            <figure class="chart lanes"><figcaption><b>Events</b> \
            <span class="note">moves of the threshold, scenes, misses</span>\
            <span class="readout" aria-hidden="true"></span></figcaption>
            <div class="plot">\(rows)\(timeScale)</div>
            <ul class="legend counts">\(legend)</ul></figure>

            """
    }

    private var allLanes: [Lane] {
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
            Lane(
                mark: FrameMarks(move), name: name, style: name, meaning: meaning,
                count: log.moves[move] ?? 0)
        }
            + others.map { mark, name, style, meaning in
                Lane(
                    mark: mark, name: name, style: style, meaning: meaning,
                    count: log.marked[mark] ?? 0)
            }
    }

    /// Which label the largest subject had, where there were labels.
    var ribbon: Markup {
        guard !log.labels.isEmpty else { return "" }
        let colors = 8
        // Most frequent first; of equals the first seen.
        let ranked = log.labels.indices.sorted {
            (-log.labels[$0].frames, $0) < (-log.labels[$1].frames, $1)
        }
        let named = Array(ranked.prefix(colors))
        let labelled = log.labels.reduce(0) { $0 + $1.frames }
        var groups = named.enumerated().map { color, number in
            LabelGroup(
                style: "l\(color)", name: log.labels[number].name,
                frames: log.labels[number].frames, numbers: [number])
        }
        let rest = ranked.dropFirst(colors)
        if !rest.isEmpty {
            groups.append(
                LabelGroup(
                    style: "lx", name: "\(rest.count) others",
                    frames: rest.reduce(0) { $0 + log.labels[$1].frames }, numbers: Set(rest)))
        }
        let paths = groups.map { group -> Markup in
            let path = boxes { bucket in
                bucket.label.map { group.numbers.contains($0.number) } ?? false
            }
            return """
                <path class="box \(group.style)" data-name="\(group.name)" d="\(path)">\
                <title>\(group.name)</title></path>

                """
        }.joined()
        let legend = groups.map { group -> Markup in
            let share = ReportText.percent(Double(group.frames) / Double(log.frames))
            return """
                <li><span class="swatch \(group.style)"></span><bdi>\(group.name)</bdi> \
                <b>\(share)</b></li>

                """
        }.joined()
        let none = ReportText.percent(Double(log.frames - labelled) / Double(log.frames))
        return """
            <figure class="chart ribbon"><figcaption><b>Labels</b> <span class="note">of the \
            largest subject, shares of all frames</span>\
            <span class="readout" aria-hidden="true"></span></figcaption>
            <div class="plot"><div class="lane" aria-hidden="true">label</div><div class="area">\
            <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" \
            aria-labelledby="t-ribbon"><title id="t-ribbon">Label of the largest subject over \
            \(time.name)</title>
            \(paths)</svg></div>\(timeScale)</div>
            <ul class="legend">\(legend)<li><span class="swatch"></span>no label \
            <b>\(none)</b></li></ul></figure>

            """
    }
}
