import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg

extension SessionPlan {
    /// Refuses masks of what has no frames that can be counted.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func checkMasks() throws {
        guard arguments.external.masks != nil else { return }
        guard !job.isLive, !job.isFolder, !job.isOneOfSeveral else {
            throw MaskStreamError(
                .usage, "--masks mean nothing to this input (\(inputName))",
                hint: "they are for one video or image that is no live input")
        }
    }

    /// The masks that were made elsewhere, for frames of a format; nil where a model makes them.
    ///
    /// - Throws: `MaskStreamError` with code `noInput` or `badData`.
    func externalMasks(
        of format: FrameFormat, warn: @escaping WarningReport
    ) throws -> ExternalMasks? {
        try arguments.external.masks.map {
            try ExternalMasks($0, of: format, hides: arguments.mask.invert, warn: warn)
        }
    }
}
