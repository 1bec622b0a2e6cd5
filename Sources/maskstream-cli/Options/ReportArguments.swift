import ArgumentParser

/// The options that say what is reported.
struct ReportArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write a page about the run, to be opened in a browser.", valueName: "file"),
        completion: .file())
    var report: String?

    @Flag(help: "Show unmasked frames in the report, too.")
    var reportOriginals = false

    @Option(
        help: ArgumentHelp("Write one JSON line per frame to this file.", valueName: "file"),
        completion: .file())
    var events: String?

    @Flag(help: "Add each frame's times to the events, which then differ from run to run.")
    var eventTimings = false

    @Option(
        help: ArgumentHelp(
            "Keep what was found in this folder, for maskstream render. It shows where people were: "
                + "personal data.", valueName: "folder"), completion: .directory)
    var keepAnalysis: String?

    @Option(
        help: ArgumentHelp(
            "Write a claim to this file when the run begins, and what it came to when it ends; a "
                + "folder for several outputs.", valueName: "file"), completion: .file())
    var receipt: String?

    @Option(
        help: ArgumentHelp(
            "Write a record of the finished output that shows nothing of it: hashes, counts, times; a "
                + "folder for several outputs.", valueName: "file"), completion: .file())
    var certificate: String?

    @Flag(
        help: """
            Do nothing where the receipt shows that the output is done; else replace an output \
            that the receipt's run made.
            """)
    var skipDone = false

    @Option(help: ArgumentHelp("How progress is shown.", valueName: "mode"))
    var progress = ProgressMode.auto

    mutating func validate() throws {
        if eventTimings, events == nil {
            throw ValidationError("--event-timings needs --events")
        }
        if reportOriginals, report == nil {
            throw ValidationError("--report-originals needs --report")
        }
        if skipDone, receipt == nil {
            throw ValidationError("--skip-done needs --receipt")
        }
    }
}
