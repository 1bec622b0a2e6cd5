import Foundation
import MaskStream
import MaskStreamReports

/// What a comparison of what a classifier is shown has found, as rows of figures.
struct ComparisonReport: ComparisonFindings {
    /// The figures of a variant at one size.
    struct Row {
        let series: Series<Variant>
        let runs: Int
        let millisecondsPerRun: Double
        /// What a frame costs with estimator, mask and probes where the variant needs them; nil
        /// for controls.
        let millisecondsPerFrame: Double?
        /// The primary's multiply-adds of a frame; nil where the model does not say or sees fewer
        /// patches.
        let multiplyAdds: Double?
        /// Means and differences to the crop.
        let figures: [Measure: Figure]
    }

    let run: ComparedRun
    let record: ComparisonRecord

    var plan: ComparisonPlan { run.plan }

    /// Frames whose right label is known; it counts for their largest subject.
    var labelled: Int { record[.crop].labelled }

    /// What the prediction goes by: accuracy where labels are known.
    var measure: Measure { labelled > 0 ? .accuracy : .agreement }

    /// The rows of all variants at the primary's own size.
    var rows: [Row] {
        Variant.allCases.filter { $0 != .dropped || plan.primary.vit != nil }
            .map { row(Series($0)) }
    }

    /// What the program does.
    var ours: Variant { plan.primary.vit == nil ? .maskedCrop : .dropped }

    /// What the program does beside the crop, by the measure of the prediction.
    var prediction: Figure? { figure(ours, minus: .crop) }

    /// A variant beside another one, by the measure of the prediction.
    func figure(_ variant: Variant, minus other: Variant) -> Figure? {
        record[variant].figure(measure, minus: record[other])
    }

    /// What the prediction comes to; nil without any subject.
    var outcome: ComparisonOutcome? {
        let tally = record[ours]
        return prediction.map {
            ComparisonOutcome(
                $0, blocks: tally.blockCount,
                count: measure == .accuracy ? tally.labelled : tally.count)
        }
    }

    /// The figures of a series; the crop at the primary's own size is always the reference.
    func row(_ series: Series<Variant>) -> Row {
        let tally = record[series] ?? Tally()
        let figures = Measure.allCases.compactMap { measure in
            tally.figure(measure, minus: record[.crop]).map { (measure, $0) }
        }
        let runs = run.perFrame(tally.cost.runs)
        return Row(
            series: series, runs: tally.cost.runs, millisecondsPerRun: tally.cost.milliseconds,
            millisecondsPerFrame: cost(series.variant, tally.cost, runs: runs),
            multiplyAdds: series.variant == .dropped
                ? nil : run.multiplyAdds(size: series.size, runs: runs),
            figures: Dictionary(uniqueKeysWithValues: figures))
    }

    private func cost(_ variant: Variant, _ cost: InferenceCost, runs: Double) -> Double? {
        let (estimate, mask) = (run.stages["estimate"] ?? 0, run.stages["mask"] ?? 0)
        let primary = cost.milliseconds * runs
        return switch variant {
        case .full: primary
        case .crop: estimate + primary
        case .maskedFull: estimate + mask + primary
        case .maskedCrop, .dropped: estimate + mask + primary + probes(cost)
        case .silhouette, .inverse, .random: nil
        }
    }

    /// What probes cost a frame: of the three runs that come on top, one is on the crop.
    private func probes(_ masked: InferenceCost) -> Double {
        let three = record[.crop].cost.milliseconds + 2 * masked.milliseconds
        return three / 3 * run.perFrame(run.counts.probeRuns)
    }

    /// How many times the crop's, or another variant's, time takes what the program does.
    func timeRatio(to variant: Variant) -> Double? {
        guard let ours = row(Series(ours)).millisecondsPerFrame,
            let theirs = row(Series(variant)).millisecondsPerFrame, theirs > 0
        else { return nil }
        return ours / theirs
    }
}
