import ArgumentParser
import MaskStream
import MaskStreamFFmpeg

/// A join, settled before anything is opened: the parts in their order, and the run that they stand
/// for.
struct JoinPlan {
    let command: JoinCommand
    let parts: JoinedParts
    /// The run of the whole.
    let job: Job
    /// The receipt of the whole.
    let receipt: Receipt
    let reads: ReadFiles

    /// Reads the receipts and looks at the input.
    ///
    /// - Throws: `MaskStreamError` 65 for receipts that are not of one whole or of this input, 66 for
    ///   what is not there, 73 for what cannot be written.
    init(_ command: JoinCommand) throws {
        self.command = command
        parts = try JoinedParts(command.parts.map { ($0, try Self.receipt($0)) })
        let first = parts.first
        guard first.version == Versions.program else {
            throw MaskStreamError(
                .badData, "the parts are of version \(first.version), this is \(Versions.program)",
                hint: "join them with that version, or mask them again")
        }
        job = try Self.job(of: first, command)
        let (input, isThere) = job.identifiedInput()
        guard isThere else {
            throw MaskStreamError(
                .noInput, "the parts' input is not there (\(input.name))",
                hint: "name the place where it is with --input")
        }
        guard input.isSame(as: first.input) else {
            throw MaskStreamError(
                .badData,
                first.input.isKnown
                    ? "this is not the input of the parts (\(input.name))"
                    : "the receipts do not tell what the input held (\(input.name))",
                hint: first.input.isKnown
                    ? "name the input with --input, or mask all parts again"
                    : "parts can be joined of files, and of URLs whose server sends an ETag")
        }
        var receipt = Receipt(
            version: first.version, input: input, profile: first.profile, options: first.options,
            device: first.device)
        receipt.fingerprint = first.fingerprint
        self.receipt = receipt
        var reads = ReadFiles(command.parts + [job.input])
        reads.add(job.arguments.input.inputOption)
        for part in parts.parts {
            for file in [part.receipt.output, part.receipt.events].compactMap(\.self) {
                PartFiles.places(of: file, part).forEach { reads.add($0) }
            }
        }
        self.reads = reads
        var written = WrittenPaths(reads: reads)
        try written.add(command.events, "--events")
        try written.add(command.receipt, "--receipt")
        try written.add(command.output, "the output")
    }

    private static func receipt(_ path: String) throws -> Receipt {
        guard FileIdentity(path) != nil else {
            throw MaskStreamError(
                .noInput, "there is no such receipt (\(path))",
                hint: "give the files that --receipt wrote")
        }
        guard let receipt = Receipt(ofFile: path) else {
            throw MaskStreamError(
                .badData, "this is no receipt (\(path))",
                hint: "give the files that --receipt wrote")
        }
        return receipt
    }

    /// The run that the parts are of.
    private static func job(of receipt: Receipt, _ command: JoinCommand) throws -> Job {
        let words =
            try ResultOptions.words(of: receipt.options)
            + ["--profile", receipt.profile.name, "--output", command.output, "--", "input"]
        let input = command.input ?? receipt.input.name
        do {
            return Job(
                arguments: try RunCommand.parse(words), words: words, input: input,
                output: command.output, name: command.output.fileName)
        } catch {
            throw MaskStreamError(
                .badData,
                "the receipts have options that do not go together: "
                    + RunCommand.message(for: error), hint: "mask the parts again")
        }
    }

    /// How the input is read: nothing is decoded but its first frame, for what it is.
    var inputOptions: InputOptions {
        var options = job.arguments.input.options(
            job.input, strict: job.arguments.checks.strict)
        options.hardware = .none
        return options
    }

    /// How the whole is written.
    func outputOptions(overwrite: Bool) -> OutputOptions {
        var options = job.arguments.output.options(
            destination: command.output, common: job.arguments.common,
            inverts: job.arguments.task.invert)
        options.reads = reads
        options.overwrite = overwrite
        return options
    }
}
