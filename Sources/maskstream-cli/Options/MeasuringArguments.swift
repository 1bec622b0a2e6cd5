import ArgumentParser

/// The options of the commands that measure, `bench` and `compare`.
struct MeasuringArguments: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The task: a profile's name, or a folder.", valueName: "name"),
        completion: .profile)
    var profile: String

    @Option(help: ArgumentHelp("A fixed threshold from 0 to 1.", valueName: "T"))
    var threshold: Share?

    @Option(help: Detail.help) var detail: Detail?
    @Option(help: Turns.help) var turns: Turns?
    @Option(help: EstimateEvery.help) var estimateEvery: EstimateEvery?

    @Option(help: "The x264 quality of both encoded files.") var crf = 23
    @Option(help: "The x264 preset of both encoded files.") var preset = "medium"

    @Option(
        help: ArgumentHelp("Write the figures to this file.", valueName: "file"),
        completion: .file())
    var json: String?

    mutating func validate() throws {
        guard (0...51).contains(crf) else { throw ValidationError("--crf is 0 to 51") }
    }
}
