import ArgumentParser
import MaskStream
import MaskStreamFFmpeg

/// One `maskstream verify`, settled before any frame is read.
struct VerifyPlan {
    let sessions: ModelSessions
    /// Where the findings go.
    let findings: WholeFile?
    private let input: RecordedInput
    private let verifier: Verifier
    private let masking: Profile?
    private let render: RenderPlan?
    private let progress = ProgressPrinter(.auto)

    /// The analysis that the output was rendered from; nil where nobody says so.
    var analysis: AnalysisFolder? { render?.folder }

    /// Where the second look's models run, in words.
    var announcement: String { sessions.announcement(of: verifier.profile) }

    /// Reads the profiles and looks at what the file is.
    init(_ command: VerifyCommand) throws {
        sessions = try ModelSessions(command.models)
        verifier = Verifier(
            profile: try Profile(folder: ProfileFinder.standard.folder(of: command.with)),
            sessions: sessions)
        render = try command.analysis.map {
            try RenderPlan($0, edits: command.edits, input: command.input) { $0 }
        }
        masking =
            try command.profile.map {
                try Profile(folder: ProfileFinder.standard.folder(of: $0))
            } ?? render?.session.profile
        var options = InputOptions(command.output)
        options.isRecursive = command.recursive
        input = try RecordedInput(options, need: "verify takes files")
        var reads = ReadFiles([command.output])
        reads.add(profile: verifier.profile)
        if let masking { reads.add(profile: masking) }
        if let render {
            reads.add(render.folder.path)
            reads.add(render.session.job.input)
            reads.add(render.session.arguments.input.inputOption)
            render.session.editsFile.map { reads.add($0.path) }
        }
        findings = try command.json.map { try WholeFile($0, "the findings", reads: reads) }
    }

    /// Looks at every frame.
    ///
    /// - Throws: `ExitCode` with the status of a run that a signal has ended.
    func execute() throws -> VerificationResult {
        try sessions.tryDevice(on: [verifier.profile])
        progress.tell(sessions.choice)
        if try masking.map(verifier.sharesNetwork) == true {
            progress.warn(.sameEstimator(verifier.profile.name))
        }
        let interrupts = Interrupts()
        let kept = try render?.session.keptPlaces(interrupts: interrupts)
        guard render == nil || kept != nil else { throw ExitCode(ExitStatus.interrupted) }
        let opened = try input.open(warn: progress.warn)
        let record = Confined(Verification(), label: "maskstream.verification")
        let isWhole = try verifier.look(
            at: opened.source, isolatesFrames: opened.isImage, kept: kept, interrupts: interrupts,
            into: record)
        guard isWhole else { throw ExitCode(ExitStatus.interrupted) }
        return try VerificationResult(record.sync { $0 }, by: verifier, masking: masking)
    }
}
