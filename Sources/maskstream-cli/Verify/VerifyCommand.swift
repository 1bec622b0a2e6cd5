import ArgumentParser
import Foundation
import MaskStream

/// `maskstream verify OUT --with P`: what another detector still finds in a masked file.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Look at a masked file for what should be hidden in it.",
        discussion: """
            A profile's estimator looks at every frame. What it finds above the profile's \
            levels.region is listed with times, boxes in displayed pixels, and scores, and the exit \
            status is 70. Take another network than the one that masked: what that misses, it may \
            miss again.

            With --analysis, what an edit keeps wholly is no finding, and the findings are left in the \
            folder for maskstream review.

            Example:
              maskstream verify anonymous.mp4 --with face-emotion --json findings.json
              maskstream verify corrected.mp4 --with face-emotion --analysis talk.maskstream
            """)

    @Argument(
        help: ArgumentHelp("A masked video, image or folder of images.", valueName: "output"),
        completion: .file())
    var output: String

    @Option(
        help: ArgumentHelp(
            "Whose estimator looks: a profile's name, or a folder.", valueName: "name"),
        completion: .profile)
    var with: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The profile that masked, to say where both have one network.", valueName: "name"),
        completion: .profile)
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the analysis that the output was rendered from.", valueName: "folder"),
        completion: .directory)
    var analysis: String?

    @Option(
        help: ArgumentHelp(
            "The edits that it was rendered with; edits.yaml of the folder where it is there.",
            valueName: "file"), completion: .file())
    var edits: String?

    @Option(
        help: ArgumentHelp(
            "The input, where it is not at the place that the analysis tells.", valueName: "in"),
        completion: .file())
    var input: String?

    @Flag(help: "Include the subfolders of a folder.") var recursive = false

    @OptionGroup(title: "Models") var models: ModelArguments

    @Option(
        help: ArgumentHelp("Write the findings to this file.", valueName: "file"),
        completion: .file())
    var json: String?

    mutating func validate() throws {
        if analysis == nil, let name = edits != nil ? "--edits" : input != nil ? "--input" : nil {
            throw ValidationError("\(name) needs --analysis")
        }
        if analysis != nil, profile != nil {
            throw ValidationError("--profile cannot go with --analysis, which tells the profile")
        }
    }

    func run() throws {
        let plan = try VerifyPlan(self)
        let result = try plan.execute()
        try plan.findings?.write(
            try result.json(output: output, device: plan.announcement))
        try plan.analysis.map {
            try result.keep(in: $0, output: output, device: plan.announcement)
        }
        try result.lines.forEach(Console.output)
        if let failure = result.failure(output) { throw failure }
    }
}
