import MaskStream
import MaskStreamWeb

/// How long the parts took: the one section that differs from run to run.
extension HTMLReport {
    var latency: Markup {
        let clocks = report.clocks.map { clock in
            (
                name: clock.name, total: clock.total,
                shares: [0.5, 0.95, 0.99].map(clock.percentile)
            )
        }
        guard let slowest = clocks.max(by: { $0.shares[0] < $1.shares[0] }),
            let longest = clocks.map({ $0.shares[2] }).max(), longest > 0
        else { return "<p class=\"quiet\">Nothing was measured.</p>" }
        let rows = clocks.map { clock -> Markup in
            let times = clock.shares.map { ReportText.number($0, 2) }
            let widths = clock.shares.map { ReportText.coordinate($0 / longest * 1000) }
            return """
                <tr><th scope="row">\(clock.name)</th><td class="n">\(times[0])</td>\
                <td class="n">\(times[1])</td><td class="n">\(times[2])</td>\
                <td class="n">\(ReportText.number(clock.total, 1))</td><td class="bar">\
                <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" \
                aria-label="\(clock.name): p50 \(times[0]), p95 \(times[1]), p99 \(times[2]) ms">\
                <title>\(clock.name): p50 \(times[0]), p95 \(times[1]), p99 \(times[2]) \
                ms</title><path class="p99" d="M0 40h\(widths[2])v20H0z"/>\
                <path class="p95" d="M0 25h\(widths[1])v50H0z"/>\
                <path class="p50" d="M0 0h\(widths[0])v100H0z"/></svg></td></tr>

                """
        }.joined()
        let rate = slowest.shares[0] > 0 ? ReportText.number(1000 / slowest.shares[0], 0) : "–"
        return """
            <p class="quiet">Wall-clock time of each part; parts run side by side. The slowest, \
            <b>\(slowest.name)</b>, allows about \(rate) frames a second.</p>
            <div class="scroll"><table><caption>Milliseconds a frame: half, 95 % and 99 % of the \
            frames took at most this; seconds in total.</caption>
            <thead><tr><th scope="col">Part</th><th scope="col" class="n">p50</th>\
            <th scope="col" class="n">p95</th><th scope="col" class="n">p99</th>\
            <th scope="col" class="n">total s</th><th scope="col" class="bar-key">\
            <span class="swatch p50"></span>p50 <span class="swatch p95"></span>p95 \
            <span class="swatch p99"></span>p99</th></tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """
    }
}
