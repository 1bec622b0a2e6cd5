import ArgumentParser

/// The options that say what a run looks for, and what becomes of it.
struct TaskArguments: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The task: a profile's name, or a folder.", valueName: "name"),
        completion: .profile)
    var profile: String?

    @Flag(help: "Hide what is relevant and keep the rest.")
    var invert = false

    @Option(
        help: ArgumentHelp(
            "Show only subjects that the primary model takes for one of these groups or labels.",
            valueName: "A,B"))
    var classes: ClassNames?

    @Option(help: ArgumentHelp("A fixed threshold from 0 to 1.", valueName: "T"))
    var threshold: Share?
}
