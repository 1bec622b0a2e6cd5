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
