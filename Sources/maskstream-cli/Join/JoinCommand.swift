import ArgumentParser
import MaskStream

/// `maskstream join PART... -o OUT`: one video, or one analysis, of the parts that `--segment` made.
struct JoinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join the parts of a video that were masked or analyzed with --segment.",
        discussion: """
            Takes the receipts of all parts, or the folders of their analyses, in any order, and \
            checks that they are of one whole: that their boundaries meet, that everything else is \
            equal, and that their files are as they were written. Sound, subtitles, chapters and \
            metadata come from the input. The result is what one run would have made.

            Examples:
              maskstream join 1.json 2.json 3.json -o masked.mkv --events masked.ndjson
              maskstream join 1.maskstream 2.maskstream 3.maskstream -o talk.maskstream
            """)

    @Argument(
        help: ArgumentHelp(
            "The receipts of all parts, or the folders of their analyses.", valueName: "part"),
        completion: .file())
    var parts: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The whole, in the container of the parts; of analyses a folder.", valueName: "out"),
        completion: .file())
    var output: String

    @Option(
        help: ArgumentHelp(
            "The input, where it is not at the place that the parts tell.", valueName: "in"),
        completion: .file())
    var input: String?

    @Option(
        help: ArgumentHelp("Write the events of all parts to this file.", valueName: "file"),
        completion: .file())
    var events: String?

    @Option(
        help: ArgumentHelp("Write the receipt of the whole to this file.", valueName: "file"),
        completion: .file())
    var receipt: String?

    @Flag(help: "Do nothing where the receipt shows that the output is done.") var skipDone = false

    @Flag(help: "Replace an existing output.") var overwrite = false

    @Option(help: ArgumentHelp("How progress is shown.", valueName: "mode"))
    var progress = ProgressMode.auto

    mutating func validate() throws {
        if skipDone, receipt == nil { throw ValidationError("--skip-done needs --receipt") }
    }

    func run() throws {
        let status =
            try takesAnalyses() ? AnalysisJoin(self).run() : JoinSession(self).run()
        guard status == 0 else { throw ExitCode(status) }
    }

    /// Whether the parts are analyses.
    ///
    /// - Throws: `MaskStreamError` 64 where only some are, and for options that mean nothing to them.
    private func takesAnalyses() throws -> Bool {
        guard let folder = parts.first(where: Job.isFolder) else { return false }
        if let file = parts.first(where: { FileIdentity($0) != nil && !Job.isFolder($0) }) {
            throw MaskStreamError(
                .usage, "an analysis cannot be joined with a receipt (\(folder), \(file))",
                hint: "give the analyses of all parts, or the receipts of all parts")
        }
        let others = [("--events", events != nil), ("--receipt", receipt != nil)]
        if let (name, _) = others.first(where: \.1) {
            throw MaskStreamError(
                .usage, "\(name) cannot go with analyses (\(folder))",
                hint: "leave it out: the folder that is joined holds the events")
        }
        return true
    }
}
