import MaskStream
import MaskStreamFFmpeg

/// `--verify-with`: another detector looks at the output before it gets its name.
extension Session {
    /// What looks at the output again; nil where nobody wants it.
    private var verifier: Verifier? {
        plan.verifying.map { Verifier(profile: $0, sessions: plan.sessions) }
    }

    /// How the output is written, and looked at again where that is wanted; nil without an output.
    func outputOptions(isLive: Bool = false) -> OutputOptions? {
        var options = plan.outputOptions(isLive: isLive)
        if plan.verifying != nil {
            options?.notOneFile = plan.notReadable
        } else if plan.certificatePath != nil {
            options?.notOneFile = .notOneFile("--certificate", plan.job.output)
        } else if plan.receiptPath != nil {
            options?.notOneFile = .notOneFile("--receipt", plan.job.output)
        }
        if let verifier { options?.inspect = { try inspect($0, by: verifier) } }
        return options
    }

    /// Makes sure that the detector takes the frames, and says where it is the one that masked.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` for a model that does not load.
    func prepareVerification(_ media: OpenMedia) throws {
        guard let verifier else { return }
        try verifier.check(media.format)
        if try verifier.sharesNetwork(with: plan.profile) {
            progress.warn(.sameEstimator(verifier.profile.name))
        }
    }

    /// Looks at a complete file that has no name yet; false where somebody stopped it.
    ///
    /// - Throws: `MaskStreamError` 70 where something is found, and where a frame cannot be examined.
    private func inspect(_ part: PartFile, by verifier: Verifier) throws -> Bool {
        if !plan.job.isFolder {
            progress.inform(
                MediaWarning("verify", "\(verifier.profile.name) is looking at the output again"))
        }
        let record = Confined(Verification(), label: "maskstream.verification")
        let isWhole: Bool
        do {
            var input = InputOptions(part.part)
            if plan.job.isFolder { input.file = plan.nameInFolder(part.path) }
            let source = try FFmpegSource(input)
            isWhole = try verifier.look(
                at: source, isolatesFrames: source.isImage, kept: plan.kept?.sync { $0 },
                interrupts: interrupts, into: record)
        } catch {
            let cause = ExitStatus.maskStreamError(error)?.message ?? "\(error)"
            throw MaskStreamError(
                .software, "the output cannot be looked at again: \(cause)",
                hint: "it is in \(part.part); MP4 and Matroska can be read back", underlying: error)
        }
        let found = record.sync { $0 }
        verification.sync { $0.add(found) }
        let result = try VerificationResult(found, by: verifier, masking: plan.profile)
        if isWhole, let failure = result.failure(part.path, part: part.part) { throw failure }
        return isWhole
    }

    /// Where the output lies if it is complete: under its name, or where a second look keeps it from
    /// that, as its `.part`.
    func complete(
        _ media: OpenMedia, _ verified: VerificationResult?, _ status: Int32
    ) -> String? {
        guard let part = media.part else { return nil }
        return status == 0 ? part.path : verified?.refuses(status) == true ? part.part : nil
    }

    /// What the looks at the output came to; nil where none was taken.
    func verified() throws -> VerificationResult? {
        let found = verification.sync { $0 }
        guard let verifier, found.frames > 0 else { return nil }
        return try VerificationResult(found, by: verifier, masking: plan.profile)
    }
}
