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
        profile = try Profile(folder: ProfileFinder.standard.folder(of: measuring.profile))
        guard let primary = profile.primary else {
            throw MaskStreamError(
                .usage, "compare needs a primary model (\(profile.name))",
                hint: "this profile only masks: name one with a primary, or add one to it")
        }
        guard primary.detector == nil else {
            throw MaskStreamError(
                .usage, "compare needs a primary model that names subjects (\(profile.name))",
                hint: "this profile's is a detector: name one with a classifier")
        }
        self.primary = primary
        mask = Masking(
            threshold: measuring.threshold?.value, detail: measuring.detail,
            turns: measuring.turns, estimateEvery: measuring.estimateEvery,
            labels: arguments.labels)
        truth = try mask.truth(profile)
        sessions = ModelSessions(device: try InferenceDevice.named("auto"), threads: 1)
        try arguments.input.check([arguments.location])
        input = try RecordedInput(
            arguments.input.options(arguments.location), need: "compare reads its input twice")
        var reads = ReadFiles([arguments.location] + (arguments.labels.map { [$0] } ?? []))
        reads.add(profile: profile)
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
