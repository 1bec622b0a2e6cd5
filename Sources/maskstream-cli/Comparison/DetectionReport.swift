import Foundation
import MaskStream
import MaskStreamReports

/// What a comparison of what a detector is shown has found.
struct DetectionReport: ComparisonFindings {
    /// The figures of a variant at one size.
    private struct Row {
        let series: Series<DetectionVariant>
        let tally: DetectionTally
        /// The fraction of the reference's objects, beside the full frame's; nil without any object.
        let recall: Figure?
        /// What a frame costs, with estimator, mask and probes where the variant needs them.
        let milliseconds: Double
        let multiplyAdds: Double?
    }

    let run: ComparedRun
    let record: DetectionTallies

    private var blocks: Int { record[.sliced].blockCount }

    private var rows: [Row] {
        let own = run.plan.primary.width
        let others = (run.plan.arguments.sizes?.values ?? []).filter { $0 != own }
        return DetectionVariant.allCases.flatMap { variant in
            let sizes = variant == .full || variant == .packed ? others + [own] : [own]
            return sizes.sorted().map { row(Series(variant, size: $0 == own ? nil : $0)) }
        }
    }

    private func row(_ series: Series<DetectionVariant>) -> Row {
        let tally = record[series] ?? DetectionTally()
        let runs = run.perFrame(tally.cost.runs)
        let found = tally.cost.milliseconds * runs
        let (estimate, mask) = (run.stages["estimate"] ?? 0, run.stages["mask"] ?? 0)
        let probes = tally.cost.milliseconds * run.perFrame(run.counts.probeRuns)
        let milliseconds =
            switch series.variant {
            case .sliced, .full: found
            case .crops: estimate + found
            case .packed: estimate + mask + found + probes
            }
        return Row(
            series: series, tally: tally, recall: tally.recall(minus: record[.full]),
            milliseconds: milliseconds,
            multiplyAdds: run.multiplyAdds(size: series.size, runs: runs))
    }

    private var packed: Row { row(Series(.packed)) }

    /// What the prediction comes to; nil without any object.
    private var outcome: ComparisonOutcome? {
        packed.recall.map { ComparisonOutcome($0, blocks: blocks, count: record.objects) }
    }

    private func timeRatio(to variant: DetectionVariant) -> Double? {
        let theirs = row(Series(variant)).milliseconds
        return theirs > 0 ? packed.milliseconds / theirs : nil
    }

    /// The prediction: whether packing finds more than the full frame, and what it costs.
    private var headline: String {
        guard let figure = packed.recall, let outcome else {
            return "no object was found in \(run.counts.frames) sliced frames: nothing to compare"
        }
        let answer =
            "packed finds \(percent(figure.value)) of the \(record.objects) objects of the sliced "
            + "frames, the full frame \(percent(figure.value - figure.difference))"
        let times = [(DetectionVariant.full, "the full frame"), (.sliced, "slices")]
            .compactMap { variant, name in
                timeRatio(to: variant).map { "\(decimals($0, 2)) times the time of \(name)" }
            }
        let price = ["it takes \(times.joined(separator: ", "))", run.bytes]
            .compactMap { $0 }.joined(separator: " and ")
        return "\(answer) (\(figure.points)): \(words(outcome)); \(price)"
    }

    private func words(_ outcome: ComparisonOutcome) -> String {
        switch outcome {
        case .better: "packing helped"
        case .noWorse: "packing lost less than 2 points"
        case .worse: "packing lost"
        case .undecided: "not enough objects to tell"
        }
    }

    /// What else a reader must know to judge the prediction.
    private var notes: [ComparisonNote] {
        guard record.objects > 0 else { return [] }
        let crops = record[.packed].recall(minus: record[.crops]).map { figure in
            ComparisonNote(
                code: "against_crops", text: "packed against unmasked crops: \(figure.points)")
        }
        let outside = ComparisonNote(
            code: "objects_outside",
            text: "\(record.objectsOutside) of the objects lie in no subject, so that no canvas "
                + "shows them")
        let reference = ComparisonNote(
            code: "no_truth",
            text: "the sliced frame is what the detector can find, not what is there")
        return [crops, outside, reference].compactMap { $0 }
    }

    var text: String {
        var lines = [headline] + notes.map { "  \($0.text)" }
        lines += ["", run.setting(blocks: blocks)]
        guard record.objects > 0 else { return lines.joined(separator: "\n") }
        return (lines + [""] + TextTable(table).lines + [""] + run.cost).joined(separator: "\n")
    }

    private var table: [[String]] {
        let header = ["", "size", "found %", "points", "95 %", "precision %"]
        return [header + ["runs", "ms/run", "ms/frame", "M mult-adds"]]
            + rows.map { row in
                [row.series.variant.title, "\(row.series.size ?? run.plan.primary.width)"]
                    + recall(row) + [
                        row.tally.precision.map { decimals($0 * 100, 1) } ?? "-",
                        "\(row.tally.cost.runs)", decimals(row.tally.cost.milliseconds, 2),
                        decimals(row.milliseconds, 2), row.multiplyAdds.map(millions) ?? "-",
                    ]
            }
    }

    private func recall(_ row: Row) -> [String] {
        guard let figure = row.recall else { return ["-", "-", ""] }
        let value = decimals(figure.value * 100, 1)
        switch row.series {
        case Series(.sliced): return [value, "reference", ""]
        case Series(.full): return [value, "-", ""]
        default: return [value, signed(figure.difference * 100, 1), "[\(figure.bounds)]"]
        }
    }

    var json: String {
        get throws {
            let fields: [String: Any?] = [
                "reference": DetectionVariant.sliced.rawValue, "measure": "recall",
                "outcome": outcome?.rawValue, "notes": notes.map(\.code),
                "objects": record.objects, "objects_outside": record.objectsOutside,
                "ms_ratio": timeRatio(to: .full).map { number($0, 3) },
                "variants": rows.map(fields),
            ]
            return try prettyJSON(run.fields(blocks: blocks).merging(object(fields)) { $1 })
        }
    }

    private func fields(_ row: Row) -> [String: Any] {
        object([
            "variant": row.series.variant.rawValue,
            "size": row.series.size ?? run.plan.primary.width, "runs": row.tally.cost.runs,
            "ms_per_run": number(row.tally.cost.milliseconds, 3),
            "ms_per_frame": number(row.milliseconds, 3),
            "multiply_adds_per_frame": row.multiplyAdds.map { number($0, 0) },
            "recall": row.recall?.fields,
            "precision": row.tally.precision.map { number($0, 4) },
        ])
    }
}
