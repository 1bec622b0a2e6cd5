import ArgumentParser

/// `maskstream analyze INPUT --profile P -o DIR`: what a run finds, kept for `maskstream render`.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Find what is to be masked, and keep it in a folder for render.",
        discussion: """
            The folder holds the confidence maps as a lossless video (maps.mkv), what was found in \
            each frame (events.ndjson), of what it is and which tracks may go on with those of \
            earlier scenes (analysis.yaml). It shows where people were: it is personal data. \
            Stopped or killed, the same command goes on where it was. With --segment it is of a part; \
            maskstream join makes one folder of all parts.

            Example:
              maskstream analyze talk.mp4 -p face-emotion -o talk.maskstream
              maskstream render talk.maskstream -o masked.mp4
            """)

    @Argument(
        help: ArgumentHelp("A video or an image, in a file or at a URL.", valueName: "input"),
        completion: .file())
    var input: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The folder, made where there is none.", valueName: "folder"),
        completion: .directory)
    var output: String

    @Flag(help: "Replace another analysis in the folder.")
    var overwrite = false

    @OptionGroup(title: "Common options") var task: TaskArguments
    @OptionGroup(title: "Input") var reading: InputArguments
    @OptionGroup(title: "Mask and threshold") var rule: MaskArguments
    @OptionGroup(title: "Models") var models: ModelArguments
    @OptionGroup(title: "Reports") var reports: ReportArguments
    @OptionGroup(title: "Checks") var checks: CheckArguments

    mutating func validate() throws {
        guard reports.keepAnalysis == nil else {
            throw ValidationError("--keep-analysis cannot go with analyze, whose -o is the folder")
        }
        _ = try whole()
    }

    /// The main job that leaves the analysis.
    func whole() throws -> RunCommand {
        guard let profile = task.profile else {
            throw ValidationError("missing expected argument '--profile <name>'")
        }
        var command = try RunCommand.parse(
            ["--profile", profile, "--keep-analysis", output, "--", input])
        command.task = task
        command.common.overwrite = overwrite
        command.input = reading
        command.rule = rule
        command.models = models
        command.reports = reports
        command.reports.keepAnalysis = output
        command.checks = checks
        try command.validate()
        return command
    }
}
