import ArgumentParser
import MaskStream

/// `maskstream join RECEIPT... -o OUT`: one video of the parts that `--segment` made.
struct JoinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join the parts of a video that were masked with --segment.",
        discussion: """
            Takes the receipts of all parts, in any order, and checks that they are of one whole: \
            that their boundaries meet, that everything else is equal, and that their files are as \
            they were written. Sound, subtitles, chapters and metadata come from the input. The \
            result is what one run would have made.

            Example:
              maskstream join 1.json 2.json 3.json -o masked.mkv --events masked.ndjson
            """)

    @Argument(
        help: ArgumentHelp("The receipts of all parts.", valueName: "receipt"),
        completion: .file())
    var receipts: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The whole, in the container of the parts.", valueName: "out"),
        completion: .file())
    var output: String

    @Option(
        help: ArgumentHelp(
            "The input, where it is not at the place that the receipts tell.", valueName: "in"),
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
        let status = try JoinSession(self).run()
        guard status == 0 else { throw ExitCode(status) }
    }
}
