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
    let sessions: Sessions
    let input: ComparisonInput
    /// The labels that are right, where the user knows them.
    let truth: LabelTrack?
    /// Masks and thresholds of `maskstream run` with the same options.
    let mask: MaskArguments

    /// Reads the profile and looks at what the input is.
    init(_ arguments: CompareCommand) throws {
        self.arguments = arguments
        profile = try Profile(folder: ProfileFinder.standard.folder(of: arguments.profile))
        guard let primary = profile.primary else {
            throw MaskStreamError(
                .usage, "compare needs a primary model (\(profile.name))",
                hint: "this profile only masks: name one with a primary, or add one to it")
        }
        self.primary = primary
        mask = try MaskArguments.parse(
            ["--profile", arguments.profile]
                + (arguments.threshold.map { ["--threshold", "\($0.value)"] } ?? [])
                + (arguments.labels.map { ["--labels", $0] } ?? []))
        truth = try mask.truth(profile)
        sessions = Sessions(device: try InferenceDevice.named("auto"), threads: 1)
        input = try ComparisonInput(arguments.input.options(arguments.location))
        if let json = arguments.json { try Self.check(json) }
    }

    /// Refuses a file that could not be written, before the work is done.
    private static func check(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard !isDirectory.boolValue,
            FileManager.default.isWritableFile(atPath: exists ? path : folder)
        else {
            throw MaskStreamError(
                .cannotCreate, "the figures cannot be written (\(path))",
                hint: "check that the folder exists and can be written to")
        }
    }

    /// How the frames are encoded; what is transparent in a run is black in these files.
    var encoder: PairEncoder {
        let fill = mask.fill(profile)
        return PairEncoder(
            crf: arguments.crf, preset: arguments.preset, fill: fill == .transparent ? .zero : fill)
    }
}
