import ArgumentParser
import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// One comparison, settled before any frame is read.
struct ComparisonPlan {
    let arguments: CompareCommand
    let profile: Profile
    let primary: PrimarySpec
    /// The profile that the primary model is from.
    let judge: Profile
    let sessions: ModelSessions
    let input: RecordedInput
    /// The labels that are right, where the user knows them.
    let truth: LabelTrack?
    /// Masks and thresholds of `maskstream run` with the same options.
    let mask: Masking
    /// Where the figures go.
    let figures: WholeFile?

    /// Reads the profile and looks at what the input is.
    init(_ arguments: CompareCommand) throws {
        let measuring = arguments.measuring
        self.arguments = arguments
        let finder = ProfileFinder.standard
        var profile = try Profile(folder: finder.folder(of: measuring.profile))
        judge = try arguments.primary.map { try Profile(folder: finder.folder(of: $0)) } ?? profile
        guard let primary = judge.primary else {
            throw MaskStreamError(
                .usage, "compare needs a primary model (\(judge.name))",
                hint: "this profile only masks: name one with a primary by --primary")
        }
        guard primary.detector == nil || arguments.labels == nil else {
            throw MaskStreamError(
                .usage,
                "--labels: a label is of a subject, and \(judge.name)'s primary finds objects",
                hint: "leave --labels out: a detector is compared with itself on the sliced frame")
        }
        profile.primary = primary
        (self.profile, self.primary) = (profile, primary)
        mask = Masking(
            threshold: measuring.threshold?.value, detail: measuring.detail,
            turns: measuring.turns, estimateEvery: measuring.estimateEvery,
            labels: arguments.labels)
        truth = try mask.truth(profile)
        sessions = ModelSessions(.cpu, threads: 1)
        try arguments.input.check([arguments.location])
        input = try RecordedInput(
            arguments.input.options(arguments.location), need: "compare reads its input twice")
        var reads = ReadFiles([arguments.location] + (arguments.labels.map { [$0] } ?? []))
        reads.add(arguments.input.inputOption)
        reads.add(profile: profile)
        reads.add(profile: judge)
        figures = try measuring.json.map { try WholeFile($0, "the figures", reads: reads) }
    }

    /// How the frames are encoded; what is transparent in a run is black in these files.
    var encoder: PairEncoder {
        let (measuring, fill) = (arguments.measuring, mask.fill(profile))
        return PairEncoder(
            crf: measuring.crf, preset: measuring.preset,
            fill: fill == .transparent ? .zero : fill)
    }
}
