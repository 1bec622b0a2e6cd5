import ArgumentParser
import MaskStream

/// `maskstream review DIR`: a page on which an analysis is looked at, corrected and rendered.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Look at an analysis on a page, correct it and render it.",
        discussion: """
            Serves a page that shows every frame as maskstream render makes it, what is doubtful \
            first, and which tracks may be one person. What is corrected there goes into edits.yaml \
            of the folder, and a line about it into audit.ndjson. The other options are those of render, which the page calls.

            Example:
              maskstream review talk.maskstream -o masked.mp4
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
            "Look at what the page renders with this profile's estimator: what it still finds is listed.",
            valueName: "name"), completion: .profile)
    var verifyWith: String?

    @OptionGroup(title: "Page") var page: PageArguments
    @OptionGroup(title: "Common options") var common: CommonArguments
    @OptionGroup(title: "Output") var output: OutputArguments

    /// The render of the same folder, input and options, which writes nothing.
    var render: RenderCommand {
        get throws { try RenderCommand.parse(["--dry-run"] + options) }
    }

    /// The words of that render: those of the review but for the page's.
    var options: [String] {
        var rest = CommandLine.words.dropFirst()[...]
        var options = ["--progress=json"]
        while let word = rest.popFirst() {
            switch word.prefix(while: { $0 != "=" }) {
            case "--": return options + [word] + rest
            case "--watch-original": continue
            case "--watch-address": if !word.contains("=") { _ = rest.popFirst() }
            default: options.append(word)
            }
        }
        return options
    }
}
