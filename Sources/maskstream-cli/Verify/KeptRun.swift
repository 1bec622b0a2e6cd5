import MaskStream
import MaskStreamFFmpeg

extension SessionPlan {
    /// Renders without an output, to find out what its edits keep in each frame; nil where somebody
    /// stopped it.
    ///
    /// - Throws: what opening and rendering throw.
    func keptPlaces(interrupts: Interrupts) throws -> KeptPlaces? {
        let kept = Confined(KeptPlaces(edits), label: "maskstream.kept")
        guard edits.keep else { return kept.sync { $0 } }
        var plan = self
        plan.kept = kept
        let source = try FFmpegSource(inputOptions())
        let isImage = source.isImage
        let settings = settings(isLive: false, isolatesFrames: isImage)
        let pipeline = Pipeline(
            source: source,
            parts: try plan.stages(
                format: source.format, settings: settings, isLive: false, steering: nil,
                recorder: nil, warn: { _ in }),
            sink: NoSink(), scenes: isImage ? nil : arguments.input.scenes,
            controller: try arguments.mask.controller(profile, isolatesFrames: isImage),
            findings: try findings(), depth: settings.depth, lookahead: settings.masks.lookahead)
        let isWhole = try interrupts.draining({ pipeline.stop() }) {
            try !pipeline.run().wasStopped
        }
        return isWhole ? kept.sync { $0 } : nil
    }
}
