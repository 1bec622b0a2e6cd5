import MaskStream
import MaskStreamFFmpeg

/// What a confidence map means for a profile: what thresholds keep, and which subjects it shows.
struct MapStudy {
    /// The subjects, largest first.
    let subjects: [Subject]
    /// What the profile's initial threshold keeps.
    let mask: Mask?
    private let profile: Profile
    private let image: CheckImage
    private let map: ConfidenceMap
    private let kept: [(threshold: Float, share: Float)]
    private let initial: Float

    init(_ profile: Profile, _ image: CheckImage, _ map: ConfidenceMap) throws {
        var settings = MaskStage.Settings()
        settings.regionLevel = profile.regionLevel
        settings.minSubjectArea = profile.minSubjectArea
        settings.maxSubjects = profile.maxSubjects
        settings.isolatesFrames = true
        initial = profile.threshold.initial
        let first = try Self.cut(map, image, initial, settings)
        (subjects, mask) = (first.subjects, first.mask)
        kept = try (2...8).map { tenths in
            let threshold = Float(tenths) / 10
            return (threshold, try Self.cut(map, image, threshold, settings).kept)
        }
        (self.profile, self.image, self.map) = (profile, image, map)
    }

    private static func cut(
        _ map: ConfidenceMap, _ image: CheckImage, _ threshold: Float,
        _ settings: MaskStage.Settings
    ) throws -> (subjects: [Subject], mask: Mask?, kept: Float) {
        var work = FrameWork(index: 0, source: image.frame, threshold: threshold)
        work.map = map
        var stage = MaskStage(settings: settings)
        var result: (subjects: [Subject], mask: Mask?, kept: Float) = ([], nil, 0)
        try stage.process(work) { result = ($0.subjects, $0.mask, $0.keptFraction) }
        return result
    }

    /// What is kept, whether the threshold has a say in it, and the subjects.
    var findings: [Finding] {
        let isDrawn = image.path == nil
        let shares = kept.map { "\($0.threshold): \(Self.percent($0.share))" }
        var findings = [Finding.good("kept", "above \(shares.joined(separator: ", "))")]
        if let doubt, !isDrawn { findings.append(.odd("authority", doubt)) }
        let boxes = subjects.map { subject in
            let area = Float(subject.area) / Float(map.values.count)
            let box = subject.box
            return "\(box.width)x\(box.height) at \(box.x),\(box.y) (\(Self.percent(area)))"
        }
        let text = boxes.isEmpty ? "none" : boxes.joined(separator: ", ")
        findings.append(
            boxes.isEmpty && !isDrawn ? .odd("subjects", text) : .good("subjects", text))
        return findings
    }

    /// Why the threshold cannot choose what is shown; nil where it can.
    private var doubt: String? {
        guard let low = kept.first?.share, let high = kept.last?.share else { return nil }
        if low < 0.001 {
            return "nothing is above 0.2: another image, or wrong mean, std or channels?"
        }
        if high > 0.98 {
            return "all is above 0.8: are the channels the background's? (estimator.channels)"
        }
        let steps = zip(kept, kept.dropFirst()).map { ($0.threshold, $0.share - $1.share) }
        if high > 0.8 * low {
            return "weak: from 0.2 to 0.8 the kept part shrinks by only "
                + "\(Self.percent(1 - high / low)); the map is nearly binary"
        }
        if let steepest = steps.max(by: { $0.1 < $1.1 }), steepest.1 > 0.5 * low {
            return "abrupt: \(Self.percent(steepest.1 / low)) of the kept part goes between "
                + "\(steepest.0) and \((steepest.0 * 10 + 1).rounded() / 10)"
        }
        return nil
    }

    private static func percent(_ share: Float) -> String {
        "\(decimals(Double(share) * 100, 1)) %"
    }

    /// Writes the map as a grey image of the checked image's size.
    ///
    /// - Throws: `MaskStreamError` with code `cannotCreate` or `usage`.
    func write(to path: String, overwrite: Bool) throws {
        var options = OutputOptions(destination: path)
        options.overwrite = overwrite
        options.reads = ReadFiles(image.path.map { [$0] } ?? [])
        options.reads.add(profile: profile)
        let sink = try FFmpegSink(
            options, format: RenderStage.outputFormat(image.format, emit: .confidence)
        ) { _ in }
        var work = FrameWork(index: 0, source: image.frame, threshold: initial)
        work.map = map
        var stage = RenderStage(emit: .confidence)
        try stage.process(work) { work in
            if let frame = work.output { try sink.write(frame) }
        }
        try sink.finish()
    }
}
