import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// What a comparison has found, for people.
extension ComparisonReport {
    var text: String {
        var lines = [headline] + notes.map { "  \($0.text)" }
        lines += ["", run.setting(blocks: record[.crop].blockCount)]
        guard run.counts.subjects > 0 else { return lines.joined(separator: "\n") }
        lines += [""] + TextTable(table).lines + [""] + run.cost
        if let curve = SizeCurve(self) { lines += [""] + curve.lines }
        return lines.joined(separator: "\n")
    }

    private var table: [[String]] {
        let hasLabels = labelled > 0
        let shares = hasLabels ? ["right %", "agree %"] : ["agree %"]
        let header = [""] + shares + ["points", "95 %", "regret", "confidence"]
        return [header + ["runs", "ms/run", "ms/frame", "M mult-adds"]]
            + rows.map { row in
                let measures: [Measure] = hasLabels ? [.accuracy, .agreement] : [.agreement]
                var cells = [row.series.variant.title]
                cells += measures.map { number(row.figures[$0]?.value, 1, times: 100) }
                cells += difference(row)
                cells += [.regret, .confidence].map { number(row.figures[$0]?.value, 3) }
                return cells + costs(row)
            }
    }

    private func difference(_ row: Row) -> [String] {
        guard row.series != Series(.crop) else { return ["reference", ""] }
        guard let figure = row.figures[measure] else { return ["-", ""] }
        return [signed(figure.difference * 100, 1), "[\(figure.bounds)]"]
    }

    private func costs(_ row: Row) -> [String] {
        [
            "\(row.runs)", decimals(row.millisecondsPerRun, 2),
            number(row.millisecondsPerFrame, 2), row.multiplyAdds.map(millions) ?? "-",
        ]
    }

    private func number(_ value: Double?, _ places: Int, times factor: Double = 1) -> String {
        value.map { decimals($0 * factor, places) } ?? "-"
    }
}
