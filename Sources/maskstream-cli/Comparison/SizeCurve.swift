import Foundation
import MaskStream
import MaskStreamReports

/// The measure of the prediction against milliseconds a frame, over sizes of the primary's input.
struct SizeCurve {
    /// One size of one variant.
    struct Point {
        let size: Int
        let row: ComparisonReport.Row
        let value: Double
        let milliseconds: Double

        var variant: Variant { row.series.variant }
    }

    /// How much less than the best full frame still counts as equal: 1 point.
    static let slack = 0.01
    /// The variants that are compared.
    static let variants: [Variant] = [.full, .crop, .maskedCrop]

    let points: [Point]
    private let report: ComparisonReport

    /// The curve; nil without `--sizes` or without a subject.
    init?(_ report: ComparisonReport) {
        guard let sizes = report.plan.arguments.sizes?.values else { return nil }
        self.report = report
        let own = report.plan.primary.width
        let all: [(width: Int, size: Int?)] =
            sizes.map { ($0, $0) } + (sizes.contains(own) ? [] : [(own, nil)])
        points = Self.variants.flatMap { variant in
            all.sorted { $0.width < $1.width }.compactMap { width, size in
                let row = report.row(Series(variant, size: size))
                guard let value = row.figures[report.measure]?.value,
                    let milliseconds = row.millisecondsPerFrame
                else { return nil }
                return Point(size: width, row: row, value: value, milliseconds: milliseconds)
            }
        }
        if points.isEmpty { return nil }
    }

    /// What counts as equal to the best full frame.
    var floor: Double {
        (points.filter { $0.variant == .full }.map(\.value).max() ?? 0) - Self.slack
    }

    /// The smallest size of a variant that is as good as the best full frame; nil if none is.
    func cheapest(_ variant: Variant) -> Point? {
        points.first { $0.variant == variant && $0.value >= floor - 1e-9 }
    }

    /// Table, plot and the cost at equal accuracy.
    var lines: [String] {
        let name = report.measure == .accuracy ? "right %" : "agree %"
        var rows = [["size", "", name, "points", "95 %", "ms/run", "ms/frame", "M mult-adds"]]
        for point in points {
            guard let figure = point.row.figures[report.measure] else { continue }
            rows.append([
                "\(point.size)", point.variant.title, decimals(point.value * 100, 1),
                signed(figure.difference * 100, 1), "[\(figure.bounds)]",
                decimals(point.row.millisecondsPerRun, 2), decimals(point.milliseconds, 2),
                point.row.multiplyAdds.map(millions) ?? "-",
            ])
        }
        return TextTable(rows).lines + [""] + plot + [""] + equal
    }

    private var plot: [String] {
        let marks: [(Variant, Character)] = [(.full, "F"), (.crop, "C"), (.maskedCrop, "M")]
        var plot = TextPlot(x: "ms per frame", y: report.measure.rawValue + " %")
        for (variant, mark) in marks {
            for point in points where point.variant == variant {
                plot.add(point.milliseconds, point.value * 100, mark)
            }
        }
        return plot.lines + ["F full frame, C crop, M masked crop, * several"]
    }

    /// Without labels the curve favours the reference.
    private var bias: [String] {
        guard report.measure == .agreement else { return [] }
        let own = report.plan.primary.width
        return ["agreement is with the crop at \(own), which favours \(own): --labels do not"]
    }

    private var equal: [String] {
        let costs = Self.variants.map { variant -> String in
            guard let point = cheapest(variant) else { return "\(variant.title) at no size" }
            return "\(variant.title) at \(point.size): \(decimals(point.milliseconds, 2)) ms"
        }
        guard floor > 0 else {
            return [
                "no size of the full frame is worth equalling: there is no cost at equal "
                    + "\(report.measure.rawValue)"
            ] + bias
        }
        return [
            "cost at equal \(report.measure.rawValue) (at least \(percent(floor))): "
                + costs.joined(separator: "; ")
        ] + bias
    }
}
