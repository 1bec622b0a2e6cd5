import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// What a comparison has found, for programs.
extension ComparisonReport {
    /// The figures as JSON; only names with `ms` in them hold times.
    var json: String {
        get throws {
            let (own, curve) = (plan.primary.width, SizeCurve(self))
            return try prettyJSON([
                "schema": 1, "input": withoutCredentials(plan.arguments.location),
                "profile": ["name": plan.profile.name, "sha256": plan.profile.sha256],
                "primary": object([
                    "profile": plan.judge.name, "sha256": plan.judge.sha256,
                    "width": own, "height": plan.primary.height, "multiply_adds": multiplyAdds,
                ]),
                "reference": Variant.crop.rawValue, "measure": measure.rawValue,
                "outcome": outcome?.rawValue, "notes": notes.map(\.code),
                "masked_crop_minus_full": fields(figure(ours, minus: .full)),
                "frames": record.frames, "frames_with_subject": record.framesWithSubject,
                "subject_frames": record.subjectFrames, "labelled": labelled,
                "blocks": record[.crop].blockCount,
                "block": plan.input.isFolder ? "picture" : "second",
                "draws": BlockBootstrap().draws, "probe_runs": record.probeRuns,
                "kept": fields(record.kept), "threshold": fields(record.threshold),
                "stages_ms": stages.mapValues { number($0, 3) },
                "ms_ratio": timeRatio(to: .crop).map { number($0, 3) }, "encoded": encoded,
                "variants": rows.map { fields($0, size: own) },
                "sizes": curve.map { fields($0) },
            ])
        }
    }

    private var encoded: [String: Any] {
        let psnr = { (file: EncodedFigures.File) in
            files.isComparable ? file.error.psnr.map { number($0, 2) } : nil
        }
        return object([
            "codec": "libx264", "preset": plan.encoder.preset, "crf": plan.encoder.crf,
            "masked_bytes": files.masked.bytes, "unmasked_bytes": files.plain.bytes,
            "masked_psnr": psnr(files.masked), "unmasked_psnr": psnr(files.plain),
        ])
    }

    private func fields(_ spread: ComparisonRecord.Spread) -> [String: Any] {
        [
            "min": number(Double(spread.least), 4), "mean": number(spread.mean, 4),
            "max": number(Double(spread.greatest), 4),
        ]
    }

    private func fields(_ figure: Figure?) -> [String: Any]? {
        figure.map {
            [
                "value": number($0.value, 4), "difference": number($0.difference, 4),
                "low": number($0.interval.lowerBound, 4),
                "high": number($0.interval.upperBound, 4),
            ]
        }
    }

    private func fields(_ row: Row, size: Int) -> [String: Any] {
        let measures = Measure.allCases.map { ($0.rawValue, fields(row.figures[$0]) as Any?) }
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
