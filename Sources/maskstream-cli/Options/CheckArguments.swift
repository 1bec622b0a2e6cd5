import ArgumentParser

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

    @Option(
        help: ArgumentHelp(
            "With --invert or --masks-hide: look at the finished output with this profile's estimator, "
                + "and fail if it still finds something.", valueName: "name"),
        completion: .profile)
    var verifyWith: String?
}
