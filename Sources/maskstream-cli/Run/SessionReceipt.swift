import MaskStream
import MaskStreamFFmpeg

extension MaskStreamError {
    /// The error for an output that is not one file, where an option needs one.
    static func notOneFile(_ option: String, _ output: String?) -> MaskStreamError {
        MaskStreamError(
            .usage,
            "\(option) needs an output that is one file (\(withoutCredentials(output ?? "none")))",
            hint: "leave \(option) out, or write to a file")
    }
}

/// The receipt of one run: what an earlier run left, and what this one leaves.
struct SessionReceipt {
    /// What a run writes beside its receipt.
    struct Files {
        var output: String?
        var events: String?
        var report: String?
        var certificate: String?
    }

    private let path: String
    private let files: Files
    private let reads: ReadFiles
    private let skipsDone: Bool
    private let earlier: Receipt?
    private var receipt: Receipt
    private var hasBegun = false

    /// Prepares a receipt at a path; with `skipsDone` an earlier one there says what is left to do.
    init(_ receipt: Receipt, at path: String, files: Files, skipsDone: Bool, reads: ReadFiles) {
        self.receipt = receipt
        self.path = path
        self.files = files
        self.skipsDone = skipsDone
        self.reads = reads
        earlier = Receipt(ofFile: path)
    }

    /// Finds out what is to be read; nil where no receipt is wanted.
    ///
    /// - Throws: `MaskStreamError` 64 with `--skip-done` for an input that cannot be told again.
    init?(_ plan: SessionPlan) throws {
        guard let path = plan.receiptPath else { return nil }
        let reports = plan.arguments.reports
        let (input, isThere) = plan.job.identifiedInput()
        var receipt = Receipt(
            version: Versions.program, input: input,
            profile: Receipt.Profile(name: plan.profile.name, sha256: try plan.profile.digest()),
            options: try ResultOptions.named(in: plan.job.words), device: plan.announcement)
        // What the words name may be another file by now.
        receipt.options["--edits"] = plan.editsFile.map { ["sha256:\($0.digest.sha256)"] }
        receipt.segment = plan.arguments.input.segment
        self.init(
            receipt, at: path,
            files: Files(
                output: plan.job.output, events: plan.job.isOneOfSeveral ? nil : reports.events,
                report: plan.reportPath, certificate: plan.certificatePath),
            skipsDone: reports.skipDone, reads: plan.reads)
        // What is not there fails when it is opened.
        guard input.isKnown || !isThere || !reports.skipDone else {
            throw MaskStreamError(
                .usage,
                "--skip-done cannot tell whether this input has changed (\(plan.inputName))",
                hint: "it takes files, and URLs whose server sends an ETag")
        }
    }

    /// Whether nothing is left to do: an earlier run did the same work, and what it wrote is
    /// unchanged.
    var isDone: Bool {
        guard skipsDone, let earlier else { return false }
        return earlier.didTheWork(of: receipt)
            && earlier.wrote(
                output: files.output, events: files.events, report: files.report,
                certificate: files.certificate)
    }

    /// Whether the output that is there may be replaced: by `--skip-done`, if an earlier run of the
    /// receipt made it.
    lazy var mayReplace: Bool = {
        guard skipsDone, let earlier, let output = files.output else { return false }
        return earlier.made(output)
    }()

    /// Writes the claim, before the first frame; `part` is the output as it is written, `segment`
    /// what is read of the input.
    ///
    /// - Throws: `MaskStreamError` 64 for an output that is no file or more than one.
    mutating func claim(
        _ part: PartFile?, segment: Segment? = nil, fingerprint: String?
    ) throws {
        receipt.segment = segment
        // Nothing is written of a segment without frames.
        if let output = files.output, !receipt.isEmpty {
            guard let identity = part?.identity else {
                throw MaskStreamError.notOneFile("--receipt", output)
            }
            receipt.output = Receipt.File(name: output, inode: identity.inode)
            if mayReplace { receipt.replaces = try FileDigest(ofFile: output) }
        }
        receipt.fingerprint = fingerprint
        try write()
        hasBegun = true
    }

    /// Writes what the run came to.
    mutating func end(
        _ frames: Receipt.Frames, segment: Segment? = nil, exit: Int32, failure: (any Error)?
    ) throws {
        receipt.segment = segment
        receipt.frames = frames
        if let output = files.output, let inode = receipt.output?.inode,
            FileIdentity(output)?.inode == inode
        {
            receipt.output = try Receipt.File(complete: output)
            receipt.replaces = nil
        } else {
            receipt.output = nil
        }
        receipt.events = try Self.written(files.events)
        receipt.report = try Self.written(files.report)
        receipt.certificate = try Self.written(files.certificate)
        try done(exit: exit, failure: failure)
    }

    /// A file that was written, unless it is a device or a pipe.
    private static func written(_ path: String?) throws -> Receipt.File? {
        guard let path, FileIdentity(path)?.isRegular == true else { return nil }
        return try Receipt.File(complete: path)
    }

    /// Writes that the run failed before its first frame; where that leaves an output as it was, the
    /// receipt that tells of it stays, too.
    mutating func fail(_ error: any Error) {
        let code = ExitStatus.maskStreamError(error)?.code
        let isKept = files.output.map { FileIdentity($0) != nil } ?? false
        guard hasBegun || code != .usage && code != .cannotCreate && !isKept else { return }
        receipt.output = nil
        // The first failure is the session's.
        try? done(exit: ExitStatus.code(of: error), failure: error)
    }

    private mutating func done(exit: Int32, failure: (any Error)?) throws {
        guard exit == 0 || !isDoneByAnother else { return }
        receipt.state = .done
        receipt.exit = exit
        receipt.error = failure.flatMap(ExitStatus.maskStreamError).map {
            Receipt.Failure(
                message: withoutCredentials(in: $0.message),
                hint: $0.hint.map(withoutCredentials(in:)))
        }
        try write()
    }

    /// Whether a run at the same time has done the job, since this one wrote its claim: its receipt
    /// tells of the output that is there, and stays.
    private var isDoneByAnother: Bool {
        guard hasBegun, let found = Receipt(ofFile: path) else { return false }
        return found.state == .done && found.exit == 0
    }

    private func write() throws { try receipt.write(to: path, reads: reads) }
}
