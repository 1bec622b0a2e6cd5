import ArgumentParser
import MaskStream

/// `maskstream render DIR -o OUT`: the output of an analysis, without models.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Mask what was analyzed before, without running a model.",
        discussion: """
            Takes a folder of maskstream analyze or --keep-analysis, and reads its input again. The \
            result is what one run would have made, bit for bit. The options of the analysis hold; \
            how the output is written, and its fill, are said here.

            Example:
              maskstream render talk.maskstream -o masked.mp4
              maskstream render talk.maskstream --edits edits.yaml -o corrected.mp4
            """)

    @Argument(
        help: ArgumentHelp("The folder of the analysis.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp(
            "The input, where it is not at the place that the analysis tells.", valueName: "in"),
        completion: .file())
    var input: String?

    @Option(
        help: ArgumentHelp(
            "What to change: tracks, people and regions to keep or hide, spans; edits.yaml of the folder "
                + "where it is there.", valueName: "file"),
        completion: .file())
    var edits: String?

    @OptionGroup(title: "Common options") var common: CommonArguments
    @OptionGroup(title: "Output") var output: OutputArguments
    @OptionGroup(title: "Reports") var reports: ReportArguments
    @OptionGroup(title: "Checks") var checks: CheckArguments

    mutating func validate() throws {
        let others = [
            ("--keep-analysis", reports.keepAnalysis != nil),
            ("--output-dir", output.outputDir != nil),
        ]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError("\(name) cannot go with render: its folder is there, give -o")
        }
        let hasOtherResult = reports.events != nil || reports.report != nil || checks.dryRun
        guard common.output != nil || hasOtherResult else {
            throw ValidationError("missing -o; it is optional with --events, --report or --dry-run")
        }
    }

    /// The main job that this stands for, where `analyzed` is that of the analysis.
    ///
    /// - Throws: `ValidationError` for options that do not go together.
    func whole(_ analyzed: RunCommand) throws -> RunCommand {
        var command = analyzed
        let fill = common.fill ?? command.common.fill
        command.common = common
        command.common.fill = fill
        command.output = output
        command.reports = reports
        command.checks = checks
        try command.validate()
        return command
    }
}
