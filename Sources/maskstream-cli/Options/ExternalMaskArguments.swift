import ArgumentParser
import MaskStream

/// The options that take masks from elsewhere, in place of a profile.
struct ExternalMaskArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Masks that were made elsewhere, in place of a profile: a grey video, a folder of PNGs, or "
                + "COCO JSON with RLE. White is kept.", valueName: "source"), completion: .file())
    var masks: String?

    @Flag(help: "Hide what is white in --masks, and keep the rest.")
    var masksHide = false

    mutating func validate() throws {
        if masksHide, masks == nil { throw ValidationError("--masks-hide needs --masks") }
    }
}

extension RunCommand {
    /// Refuses what decides masks, or leaves some of them without a frame, beside masks that are
    /// there.
    func refuseBesideMasks() throws {
        guard external.masks != nil else { return }
        let others = [
            ("--profile", task.profile != nil), ("--invert: give --masks-hide", task.invert),
            ("--classes", task.classes != nil), ("--threshold", task.threshold != nil),
            ("--control", rule.control != nil), ("--detail", rule.detail != nil),
            ("--turns", rule.turns != nil), ("--estimate-every", rule.estimateEvery != nil),
            ("--on-miss hold", rule.onMiss == .hold), ("--labels", rule.labels != nil),
            ("--start", input.start != nil), ("--end", input.end != nil),
            ("--frames", input.frames != nil), ("--segment", input.segment != nil),
            ("--inputs", input.table != nil), ("several inputs", inputs.count > 1),
            ("--keep-analysis", reports.keepAnalysis != nil),
            ("--watch-control", live.watchControl),
        ]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError("--masks cannot go with \(name)")
        }
    }
}
