import ArgumentParser
import Foundation
import MaskStream
import MaskStreamReports

/// `maskstream compare INPUT --profile P`: whether masking helps the primary model, and the cost.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Tell whether masking helps the profile's primary model on an input.",
        discussion: """
            Shows the primary model every subject in several ways, on the same frames: the full frame, \
            stretched; the crop, which is the subject's box unmasked and the reference of all others; \
            the full frame and the crop through the mask, the latter being what maskstream does; for a \
            vision transformer (primary.kind: vit) also without masked patches, as maskstream does then; and \
            three controls: the mask's silhouette alone, the inverse of the mask, and a random mask of \
            equal area. The threshold moves as in any run.

            A detector (primary.kind: detector) is shown the frame in slices of its input's size and whole, \
            which is the reference; the frame scaled to fit; the subjects packed on a canvas, unmasked; and \
            the same through the mask, which is what maskstream does. Objects count from a score of \
            \(decimals(Double(DetectionComparisonStage.leastScore), 2)) on. Two are the same if they are \
            of one class and overlap by half.

            Intervals are of 95 %, from \(BlockBootstrap().draws) draws of one-second blocks (of \
            images, where the input is a folder). A label counts for the largest subject of its frame. \
            Times are processor time of one core. The frames are encoded twice, masked and not, to \
            compare bytes and what the encoder does to the kept pixels.

            Examples:
              maskstream compare talk.mp4 -p face-emotion --json talk.json
              maskstream compare photos/ -p object-id --labels photos.csv --sizes 128,160,192,224
              maskstream compare talk.mp4 -p faces --primary face-emotion
              maskstream compare street.mp4 -p ./my-detector --json street.json
            """)

    @Argument(
        help: ArgumentHelp("A file, image or folder of images.", valueName: "input"),
        completion: .file())
    var location: String

    @OptionGroup(title: "Input") var input: InputArguments

    @OptionGroup var measuring: MeasuringArguments

    @Option(
        help: ArgumentHelp(
            "Another profile, by name or folder, whose primary model is compared behind this profile's "
                + "estimator.", valueName: "name"))
    var primary: String?

    @Option(
        help: ArgumentHelp(
            "Compare at these widths of the primary's input, too, which the model must leave open.",
            valueName: "N,N"))
    var sizes: InputSizes?

    @Option(
        help: ArgumentHelp(
            "The labels that are right: CSV of start,end,label or frame,label or file,label.",
            valueName: "file"), completion: .file())
    var labels: String?

    func run() throws {
        let plan = try ComparisonPlan(self)
        let report = try ComparisonRun(plan).execute()
        try plan.figures?.write(Data("\(report.json)\n".utf8))
        try Console.output(report.text)
    }
}

/// Widths of a model's input, written as `96,128`.
struct InputSizes: ExpressibleByArgument {
    let values: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard values.count == parts.count, values.allSatisfy((8...2048).contains),
            Set(values).count == values.count
        else { return nil }
        self.values = values.sorted()
    }
}
