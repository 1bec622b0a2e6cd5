import MaskStream
import MaskStreamFFmpeg

/// What follows where no subject was found.
extension Session {
    /// Warns where nothing was found: in a whole input, or in images of a folder.
    func warnOfNothing(_ counts: PipelineCounts, _ media: OpenMedia) {
        let files = counts.undetectedFiles
        guard counts.foundNothing || !files.isEmpty else { return }
        let result = plan.arguments.mask.invert ? "nothing is hidden" : "nothing is shown for one"
        let frames = counts.framesOut == 1 ? "the frame" : "any of \(counts.framesOut) frames"
        let others = counts.undetected - files.count
        progress.warn(
            MediaWarning(
                "nothing_found",
                files.isEmpty
                    ? "no subject was found in \(frames): \(result)"
                    : "no subject was found in \(counts.undetected) of \(counts.framesOut) images: "
                        + files.joined(separator: ", ")
                        + (others > 0 ? " and \(others) more" : "")))
    }

    /// Refuses an output in which a subject was lost for longer than the user allows.
    ///
    /// Where subjects are hidden and none was found, the whole clip is the gap; an image is one
    /// whatever its length.
    func gapRule(_ media: OpenMedia) -> @Sendable (PipelineCounts) throws -> Void {
        let limit = plan.arguments.checks.failOnGap?.value
        let (hides, isolates) = (plan.arguments.mask.invert, media.isolates)
        return { counts in
            guard let limit else { return }
            let gap =
                hides && counts.foundNothing
                ? counts.span : counts.gaps.first.map { $0.start..<$0.end }
            let isBlank = hides && isolates && counts.undetected > 0
            let length = gap.map { $0.upperBound - $0.lowerBound } ?? 0
            // A microsecond is more than rounding errors.
            guard isBlank || length > limit + 1e-6 else { return }
            let span = gap.map {
                "for \(decimals(length, 2)) s, from \(decimals($0.lowerBound, 2)) s to "
                    + "\(decimals($0.upperBound, 2)) s"
            }
            let place = isBlank ? "in \(counts.undetected) of \(counts.framesOut) images" : span
            throw MaskStreamError(
                .software,
                "no subject was found \(place ?? "") (--fail-on-gap \(decimals(limit, 2)))",
                hint: isBlank
                    ? "look at them; without --fail-on-gap this is a warning"
                    : "look at this span in the .part file; --report lists all of them")
        }
    }
}
