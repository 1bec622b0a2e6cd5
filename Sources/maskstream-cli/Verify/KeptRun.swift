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
        let isWhole = try plan.replay(FFmpegSource(inputOptions()), interrupts: interrupts)
        return isWhole ? kept.sync { $0 } : nil
    }
}
