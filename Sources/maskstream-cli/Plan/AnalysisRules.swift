import Foundation
import MaskStream

extension SessionPlan {
    /// Refuses an analysis of what cannot be read again.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func checkAnalysis() throws {
        guard arguments.reports.keepAnalysis != nil else { return }
        guard !job.isLive, !job.isFolder, !job.isOneOfSeveral, job.input != "-" else {
            throw MaskStreamError(
                .usage, "there is no analysis of such an input (\(inputName))",
                hint: "it takes one video or image, in a file or at a URL")
        }
    }

    /// What an analysis of this run is of.
    ///
    /// - Throws: `MaskStreamError` 64 for an input that cannot be told again.
    func analysisManifest() throws -> AnalysisManifest {
        var (input, _) = job.identifiedInput()
        guard input.isKnown else {
            throw MaskStreamError(
                .usage, "an analysis cannot tell whether this input has changed (\(inputName))",
                hint: "it takes files, and URLs whose server sends an ETag")
        }
        if FileIdentity(job.input) != nil { input.name = Self.absolute(job.input) }
        var profile = profile
        profile.folder = Self.absolute(profile.folder)
        return try AnalysisManifest(
            version: Versions.program, input: input, profile: profile,
            options: try ResultOptions.analysed(in: job.words), segment: arguments.input.segment,
            device: announcement, fingerprint: try fingerprint())
    }

    /// A path that leads to the same place from any folder.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}
