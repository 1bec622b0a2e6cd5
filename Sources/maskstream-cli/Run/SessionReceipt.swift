import MaskStream
import MaskStreamFFmpeg

/// The receipt of one session: what an earlier run left, and what this one leaves.
struct SessionReceipt {
    private let plan: SessionPlan
    private let path: String
    private let earlier: Receipt?
    private var receipt: Receipt
    private var hasBegun = false

    /// Finds out what is to be read; nil where no receipt is wanted.
    ///
    /// - Throws: `MaskStreamError` 64 with `--skip-done` for an input that cannot be told again.
    init?(_ plan: SessionPlan) throws {
        guard let path = plan.receiptPath else { return nil }
        self.plan = plan
        self.path = path
        earlier = Receipt(ofFile: path)
        let (input, isThere) = plan.identifiedInput()
        receipt = Receipt(
            version: Versions.program, input: input,
            profile: Receipt.Profile(name: plan.profile.name, sha256: try plan.profile.digest()),
            options: try ResultOptions.named(in: plan.job.words), device: plan.announcement)
        receipt.segment = plan.arguments.input.segment
        // What is not there fails when it is opened.
        guard input.isKnown || !isThere || !plan.arguments.reports.skipDone else {
            throw MaskStreamError(
                .usage,
                "--skip-done cannot tell whether this input has changed (\(plan.inputName))",
                hint: "it takes files, and URLs whose server sends an ETag")
        }
    }

    /// Whether nothing is left to do: an earlier run did the same work, and what it wrote is
    /// unchanged.
    var isDone: Bool {
        guard plan.arguments.reports.skipDone, let earlier else { return false }
        return earlier.didTheWork(of: receipt)
            && earlier.wrote(
                output: plan.job.output, events: plan.arguments.reports.events,
                report: plan.reportPath)
    }

    /// Whether the output that is there may be replaced: by `--skip-done`, if an earlier run of the
    /// receipt made it.
    lazy var mayReplace: Bool = {
        guard plan.arguments.reports.skipDone, let earlier, let output = plan.job.output else {
            return false
        }
        return earlier.made(output)
    }()

    /// Writes the claim, before the first frame.
    ///
    /// - Throws: `MaskStreamError` 64 for an output that is no file or more than one.
    mutating func claim(_ media: OpenMedia) throws {
        // Nothing is written of a segment without frames.
        if let output = plan.job.output, media.segment?.segment.isEmpty != true {
            guard let identity = media.part?.identity else {
                throw MaskStreamError(
                    .usage, "--receipt needs an output that is one file (\(output))",
                    hint: "leave --receipt out, or write to a file")
            }
            receipt.output = Receipt.File(name: output, inode: identity.inode)
            if mayReplace { receipt.replaces = try FileDigest(ofFile: output) }
        }
        receipt.fingerprint = try plan.fingerprints.fingerprint(of: plan.profile).sha256
        try write()
        hasBegun = true
    }

    /// Writes what the run came to.
    mutating func end(
        _ counts: PipelineCounts, segment: Segment?, dropped: Int, corrupt: Int, exit: Int32,
        failure: (any Error)?
    ) throws {
        receipt.segment = segment
        receipt.frames = Receipt.Frames(counts, dropped: dropped, corrupt: corrupt)
        if let output = plan.job.output, let inode = receipt.output?.inode,
            FileIdentity(output)?.inode == inode
        {
            receipt.output = try Receipt.File(complete: output)
            receipt.replaces = nil
        } else {
            receipt.output = nil
        }
        let isRegular = { (path: String) in FileIdentity(path)?.isRegular == true }
        if !plan.job.isOneOfSeveral, let events = plan.arguments.reports.events, isRegular(events) {
            receipt.events = try Receipt.File(complete: events)
        }
        if let report = plan.reportPath, isRegular(report) {
            receipt.report = try Receipt.File(complete: report)
        }
        try done(exit: exit, failure: failure)
    }

    /// Writes that the run failed before its first frame; where that leaves an output as it was, the
    /// receipt that tells of it stays, too.
    mutating func fail(_ error: any Error) {
        let code = ExitStatus.maskStreamError(error)?.code
        let isKept = plan.job.output.map { FileIdentity($0) != nil } ?? false
        guard hasBegun || code != .usage && code != .cannotCreate && !isKept else { return }
        receipt.output = nil
        // The first failure is the session's.
        try? done(exit: ExitStatus.code(of: error), failure: error)
    }

    private mutating func done(exit: Int32, failure: (any Error)?) throws {
        receipt.state = .done
        receipt.exit = exit
        receipt.error = failure.flatMap(ExitStatus.maskStreamError).map {
            Receipt.Failure(
                message: withoutCredentials(in: $0.message),
                hint: $0.hint.map(withoutCredentials(in:)))
        }
        try write()
    }

    private func write() throws { try receipt.write(to: path, reads: plan.reads) }
}

extension SessionPlan {
    /// What is known of the input before it is opened, and whether it is there at all.
    ///
    /// Of a playlist and of numbered images more is read than the file that is named.
    fileprivate func identifiedInput() -> (input: Receipt.Input, isThere: Bool) {
        var input = Receipt.Input(name: inputName)
        guard let identity = FileIdentity(job.input) else {
            guard job.isHTTP else { return (input, job.isRemote || job.input == "-") }
            guard let found = RemoteContent(inputOptions()) else { return (input, false) }
            input.size = found.size
            input.etag = found.isPlaylist ? nil : found.etag
            return (input, true)
        }
        if identity.isRegular, Playlist.read(job.input) == nil,
            arguments.input.inputFormat != "image2",
            let digest = try? FileDigest(ofFile: job.input)
        {
            (input.size, input.sha256) = (digest.size, digest.sha256)
        }
        return (input, true)
    }
}
