import MaskStream
import MaskStreamFFmpeg

/// What follows where no subject was found.
extension Session {
    /// Warns where nothing was found: in a whole input, or in images of a folder.
    func warnOfNothing(_ counts: PipelineCounts, _ media: OpenMedia) {
        let files = counts.undetectedFiles
        // Of a segment only the whole is judged.
        guard counts.foundNothing || !files.isEmpty, media.segment == nil else { return }
        let hides = plan.arguments.mask.invert
        let others = counts.undetected - files.count
        progress.warn(
            files.isEmpty
                ? .nothingFound(frames: counts.framesOut, hides: hides)
                : MediaWarning(
                    "nothing_found",
                    "no subject was found in \(counts.undetected) of \(counts.framesOut) images: "
                        + files.joined(separator: ", ")
                        + (others > 0 ? " and \(others) more" : "")))
    }

    /// Refuses an output in which a subject was lost for longer than the user allows.
    ///
    /// Where subjects are hidden and none was found, the whole clip is the gap; an image is one
    /// whatever its length.
    func gapRule(_ media: OpenMedia) -> @Sendable (PipelineCounts) throws -> Void {
        let limit = plan.arguments.checks.failOnGap.map { GapLimit(seconds: $0.value) }
        let (hides, isolates) = (plan.arguments.mask.invert, media.isolates)
        let isWhole = media.segment == nil
        return { counts in
            guard let limit else { return }
            if hides, isolates, counts.undetected > 0 {
                throw limit.failure(
                    "in \(counts.undetected) of \(counts.framesOut) images",
                    hint: "look at them; without --fail-on-gap this is a warning")
            }
            try limit.check(
                hides && counts.foundNothing && isWhole
                    ? counts.span : counts.gaps.first.map { $0.start..<$0.end })
        }
    }
}
