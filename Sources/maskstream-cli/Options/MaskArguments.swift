import ArgumentParser
import MaskStream

/// The options that say how a map becomes a mask.
struct MaskArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What moves the threshold; the profile says which.", valueName: "control"))
    var control: ThresholdSpec.Control?

    @Option(help: Detail.help) var detail: Detail?

    @Option(help: Turns.help) var turns: Turns?

    @Option(help: EstimateEvery.help) var estimateEvery: EstimateEvery?

    @Option(
        name: .customLong("mask"),
        help: ArgumentHelp(
            "stable: smoothed over time; exact: the threshold alone.", valueName: "mode"))
    var mode = MaskMode.stable

    @Option(
        help: ArgumentHelp(
            "Keep or mask whole patches of so many pixels, as a model that sees frames in patches.",
            valueName: "N[xM]"))
    var maskGrid: PatchSize?

    @Option(
        help: ArgumentHelp(
            "Where a frame has no confidence map: mask-all, or hold the last mask for a moment.",
            valueName: "rule"))
    var onMiss = MaskStage.OnMiss.maskAll

    @Option(
        help: ArgumentHelp(
            "The true labels: CSV of start,end,label or frame,label or file,label.",
            valueName: "file"), completion: .file())
    var labels: String?
}
