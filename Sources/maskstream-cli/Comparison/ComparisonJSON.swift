import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// What a comparison has found, for programs.
extension ComparisonReport {
    var json: String {
        get throws {
            let (own, curve) = (plan.primary.width, SizeCurve(self))
            let fields: [String: Any?] = [
                "reference": Variant.crop.rawValue, "measure": measure.rawValue,
                "outcome": outcome?.rawValue, "notes": notes.map(\.code),
                "masked_crop_minus_full": figure(ours, minus: .full)?.fields,
                "subject_frames": run.counts.subjects, "labelled": labelled,
                "ms_ratio": timeRatio(to: .crop).map { number($0, 3) },
                "variants": rows.map { self.fields($0, size: own) },
                "sizes": curve.map { self.fields($0) },
            ]
            return try prettyJSON(
                run.fields(blocks: record[.crop].blockCount).merging(object(fields)) { $1 })
        }
    }

    private func fields(_ row: Row, size: Int) -> [String: Any] {
        let measures = Measure.allCases.map { ($0.rawValue, row.figures[$0]?.fields as Any?) }
        let costs: [String: Any?] = [
            "variant": row.series.variant.rawValue, "size": size, "runs": row.runs,
            "ms_per_run": number(row.millisecondsPerRun, 3),
            "ms_per_frame": row.millisecondsPerFrame.map { number($0, 3) },
            "multiply_adds_per_frame": row.multiplyAdds.map { number($0, 0) },
            "tokens": record[row.series]?.tokens.map { ["kept": $0.kept, "all": $0.all] },
        ]
        return object(costs.merging(measures) { cost, _ in cost })
    }

    private func fields(_ curve: SizeCurve) -> [String: Any] {
        let point = { (point: SizeCurve.Point) in fields(point.row, size: point.size) }
        let equal = SizeCurve.variants.compactMap { variant in
            curve.cheapest(variant).map { (variant.rawValue, point($0)) }
        }
        return [
            "floor": number(curve.floor, 4), "points": curve.points.map(point),
            "equal": Dictionary(uniqueKeysWithValues: equal),
        ]
    }
}
