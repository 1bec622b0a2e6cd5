import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// What a comparison has found, for people.
extension ComparisonReport {
    /// The prediction, notes, and tables.
    var text: String {
        var lines = [headline] + notes.map { "  \($0.text)" }
        lines += ["", setting]
        guard record.subjectFrames > 0 else { return lines.joined(separator: "\n") }
        lines += [""] + TextTable(table).lines + [""] + cost
        if let curve = SizeCurve(self) { lines += [""] + curve.lines }
        return lines.joined(separator: "\n")
    }

    private var setting: String {
        let threshold = record.threshold
        let range =
            "\(decimals(Double(threshold.least), 3)) to \(decimals(Double(threshold.greatest), 3))"
        let names =
            plan.profile.name
            + (plan.arguments.primary == nil ? "" : " with \(plan.judge.name)'s primary")
        return "\(withoutCredentials(plan.arguments.location)), \(names): "
            + "\(record.frames) frames, \(record.framesWithSubject) with a subject, kept "
            + "\(percent(record.kept.mean)), threshold \(decimals(threshold.mean, 3)) (\(range)), "
            + "\(record[.crop].blockCount) blocks of \(plan.input.isFolder ? "one image" : "1 s")"
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
        return [signed(figure.difference * 100, 1), "[\(bounds(figure.interval))]"]
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

    /// A number in millions, to at least two digits.
    func millions(_ value: Double) -> String {
        decimals(value / 1e6, value < 1e5 ? 4 : 2)
    }

    /// The stages' times and the encoded files.
    private var cost: [String] {
        let times = ["estimate", "mask", "primary"].map { name in
            "\(name) \(decimals(stages[name] ?? 0, 2))"
        }
        let encoder = plan.encoder
        return [
            "ms per frame in a run: \(times.joined(separator: ", ")) (with its interval and probes)",
            "libx264 \(encoder.preset) crf \(encoder.crf): masked \(size(files.masked)), unmasked "
                + "\(size(files.plain)); PSNR of kept luma \(noise(files.masked)) and "
                + noise(files.plain),
        ]
    }

    private func size(_ file: EncodedFigures.File) -> String {
        "\(decimals(Double(file.bytes) / 1e6, 3)) MB"
    }

    private func noise(_ file: EncodedFigures.File) -> String {
        guard files.isComparable, let psnr = file.error.psnr else { return "unknown" }
        return "\(decimals(psnr, 2)) dB"
    }
}
