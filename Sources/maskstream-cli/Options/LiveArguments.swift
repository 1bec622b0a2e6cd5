import ArgumentParser

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

    @OptionGroup var page: PageArguments

    @Flag(help: "Let the page set threshold, fill, pause and profile.")
    var watchControl = false

    mutating func validate() throws {
        guard !watch else { return }
        let requests = [
            ("--watch-address", page.watchAddress != nil), ("--watch-control", watchControl),
            ("--watch-original", page.watchOriginal),
        ]
        if let (name, _) = requests.first(where: \.1) {
            throw ValidationError("\(name) needs --watch")
        }
    }
}
