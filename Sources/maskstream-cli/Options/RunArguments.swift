import ArgumentParser

/// The options that say where the models run.
struct ModelArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the models run: auto or cpu.", valueName: "name"),
        completion: .list(["auto", "cpu"]))
    var device = "auto"

    @Option(help: ArgumentHelp("Threads of one inference, 1 or more.", valueName: "n"))
    var threads: Count?
}

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

    @Option(help: ArgumentHelp("How progress is shown.", valueName: "mode"))
    var progress = ProgressMode.auto

    mutating func validate() throws {
        if eventTimings, events == nil {
            throw ValidationError("--event-timings needs --events")
        }
        if reportOriginals, report == nil {
            throw ValidationError("--report-originals needs --report")
        }
    }
}

/// The options for live video, and for watching a run.
struct LiveArguments: ParsableArguments {
    @Option(
        name: .customLong("live"),
        help: ArgumentHelp(
            "latency: the newest frame wins; sync: every frame, after a fixed delay.",
            valueName: "mode"))
    var mode = LiveMode.latency

    @Flag(help: "Reopen a live input or network output when it goes away.")
    var reconnect = false

    @Flag(help: "Serve a page on which the run is watched.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "Where the page is served; 127.0.0.1:8080 by default.", valueName: "host:port"))
    var watchAddress: PageAddress?

    @Flag(help: "Let the page set threshold, fill, pause and profile.")
    var watchControl = false

    @Flag(help: "Let the page show the unmasked frame, too.")
    var watchOriginal = false

    mutating func validate() throws {
        guard !watch else { return }
        let requests = [
            ("--watch-address", watchAddress != nil), ("--watch-control", watchControl),
            ("--watch-original", watchOriginal),
        ]
        if let (name, _) = requests.first(where: \.1) {
            throw ValidationError("\(name) needs --watch")
        }
    }
}

/// The options that say when a run fails, and whether it runs at all.
struct CheckArguments: ParsableArguments {
    @Flag(help: "Check everything and say what would be done.")
    var dryRun = false

    @Flag(help: "Treat damage in the input as an error.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Fail if a subject was lost for longer than this between two detections; with --invert "
                + "also if none was found at all.",
            valueName: "seconds"))
    var failOnGap: Seconds?
}
