import MaskStream
import MaskStreamFFmpeg

extension SessionPlan {
    /// Refuses a second look at what cannot be read back.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func checkVerification() throws {
        guard verifying != nil else { return }
        guard let output = job.output, !job.isLive, output != "-",
            FileIdentity(output) != nil || output.hasPrefix("file:") || !output.contains("://"),
            FileIdentity(output).map({ $0.isRegular || $0.isFolder }) ?? true
        else { throw notReadable }
    }

    /// The error for an output that cannot be read back.
    var notReadable: MaskStreamError {
        MaskStreamError(
            .usage,
            "--verify-with needs an output that is a file, of an input with an end "
                + "(\(withoutCredentials(job.output ?? "none")))",
            hint: "write to a file, then look at it: maskstream verify FILE --with PROFILE")
    }

    /// What an image of the output folder is called below it.
    func nameInFolder(_ path: String) -> String {
        let folder = (job.output ?? "") + "/"
        return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
    }
}
