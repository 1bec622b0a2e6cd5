import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// What a comparison has found, for programs.
extension ComparisonReport {
    /// The figures as JSON with sorted keys; only names with `ms` in them hold times.
    var json: Data {
        get throws {
            return try prettyJSON(ComparisonDocument(self)) + Data("\n".utf8)
        }
    }
}

/// The form of the JSON file.
private struct ComparisonDocument: Encodable {
    struct Profile: Encodable {
        let name: String
        let sha256: String
    }

    struct Spread: Encodable {
        let min: Double
        let mean: Double
        let max: Double
    }

    struct Encoded: Encodable {
        let codec = "libx264"
        let preset: String
        let crf: Int
        let maskedBytes: Int
        let unmaskedBytes: Int
        @Nullable var maskedPsnr: Double?
        @Nullable var unmaskedPsnr: Double?
    }

    struct Primary: Encodable {
        let width: Int
        let height: Int
        @Nullable var multiplyAdds: Int?
    }

    let schema = 1
    let input: String
    let profile: Profile
    let primary: Primary
    let reference = Variant.crop.rawValue
    let measure: String
    @Nullable var outcome: String?
    @Nullable var maskedCropMinusFull: FigureFields?
    let notes: [String]
    let frames: Int
    let framesWithSubject: Int
    let subjectFrames: Int
    let labelled: Int
    let blocks: Int
    let block: String
    let draws: Int
    let kept: Spread
    let threshold: Spread
    let probeRuns: Int
    let stagesMs: [String: Double]
    @Nullable var msRatio: Double?
    let encoded: Encoded
    let variants: [RowFields]
    @Nullable var sizes: SizeFields?

    init(_ report: ComparisonReport) {
        let (plan, record, files) = (report.plan, report.record, report.files)
        input = withoutCredentials(plan.arguments.location)
        profile = Profile(name: plan.profile.name, sha256: plan.profile.sha256)
        primary = Primary(
            width: plan.primary.width, height: plan.primary.height,
            multiplyAdds: Nullable(wrappedValue: report.multiplyAdds))
        measure = report.measure.rawValue
        outcome = report.outcome?.rawValue
        maskedCropMinusFull = report.figure(.maskedCrop, minus: .full).map(FigureFields.init)
        notes = report.notes.map(\.code)
        frames = record.frames
        framesWithSubject = record.framesWithSubject
        subjectFrames = record.subjectFrames
        labelled = report.labelled
        blocks = record[.crop].blockCount
        block = plan.input.isFolder ? "picture" : "second"
        draws = BlockBootstrap().draws
        kept = Self.spread(record.kept)
        threshold = Self.spread(record.threshold)
        probeRuns = record.probeRuns
        stagesMs = report.stages.mapValues { rounded($0, 3) }
        msRatio = report.timeRatio(to: .crop).map { rounded($0, 3) }
        encoded = Encoded(
            preset: plan.encoder.preset, crf: plan.encoder.crf, maskedBytes: files.masked.bytes,
            unmaskedBytes: files.plain.bytes,
            maskedPsnr: Nullable(wrappedValue: Self.psnr(files.masked, files)),
            unmaskedPsnr: Nullable(wrappedValue: Self.psnr(files.plain, files)))
        variants = report.rows.map { RowFields($0, size: plan.primary.width) }
        sizes = SizeCurve(report).map(SizeFields.init)
    }

    private static func spread(_ spread: ComparisonRecord.Spread) -> Spread {
        Spread(
            min: rounded(Double(spread.least), 4), mean: rounded(spread.mean, 4),
            max: rounded(Double(spread.greatest), 4))
    }

    private static func psnr(_ file: EncodedFigures.File, _ files: EncodedFigures) -> Double? {
        files.isComparable ? file.error.psnr.map { rounded($0, 2) } : nil
    }
}

/// A mean, its difference to the crop, and the difference's interval.
private struct FigureFields: Encodable {
    let value: Double
    let difference: Double
    let low: Double
    let high: Double

    init(_ figure: Figure) {
        value = rounded(figure.value, 4)
        difference = rounded(figure.difference, 4)
        low = rounded(figure.interval.lowerBound, 4)
        high = rounded(figure.interval.upperBound, 4)
    }
}

/// A variant at one size.
private struct RowFields: Encodable {
    let variant: String
    let size: Int
    let runs: Int
    let msPerRun: Double
    @Nullable var msPerFrame: Double?
    @Nullable var multiplyAddsPerFrame: Double?
    @Nullable var agreement: FigureFields?
    @Nullable var accuracy: FigureFields?
    @Nullable var regret: FigureFields?
    @Nullable var confidence: FigureFields?

    init(_ row: ComparisonReport.Row, size: Int) {
        variant = row.series.variant.rawValue
        self.size = size
        runs = row.runs
        msPerRun = rounded(row.millisecondsPerRun, 3)
        msPerFrame = row.millisecondsPerFrame.map { rounded($0, 3) }
        multiplyAddsPerFrame = row.multiplyAdds.map { rounded($0, 0) }
        agreement = row.figures[.agreement].map(FigureFields.init)
        accuracy = row.figures[.accuracy].map(FigureFields.init)
        regret = row.figures[.regret].map(FigureFields.init)
        confidence = row.figures[.confidence].map(FigureFields.init)
    }
}

/// The curve over sizes.
private struct SizeFields: Encodable {
    let floor: Double
    let points: [RowFields]
    let equal: [String: RowFields]

    init(_ curve: SizeCurve) {
        floor = rounded(curve.floor, 4)
        points = curve.points.map { RowFields($0.row, size: $0.size) }
        let cheapest = SizeCurve.variants.compactMap { variant in
            curve.cheapest(variant).map { (variant.rawValue, RowFields($0.row, size: $0.size)) }
        }
        equal = Dictionary(uniqueKeysWithValues: cheapest)
    }
}

/// A number to so many decimals.
private func rounded(_ value: Double, _ places: Int) -> Double {
    let factor = pow(10, Double(places))
    let result = (value * factor).rounded() / factor
    return result == 0 ? 0 : result
}
