import MaskStream
import MaskStreamFFmpeg

/// `--fail-on-gap`: how long no subject may be found.
struct GapLimit {
    let seconds: Double

    /// Refuses a gap that is longer; nil is none.
    ///
    /// - Throws: `MaskStreamError` with code `software`.
    func check(_ gap: Range<Double>?) throws {
        // A microsecond is more than rounding errors.
        guard let gap, gap.upperBound - gap.lowerBound > seconds + 1e-6 else { return }
        throw failure(
            "for \(decimals(gap.upperBound - gap.lowerBound, 2)) s, from "
                + "\(decimals(gap.lowerBound, 2)) s to \(decimals(gap.upperBound, 2)) s",
            hint: "look at this span in the .part file; --report lists all of them")
    }

    /// The error for a place without a subject.
    func failure(_ place: String, hint: String) -> MaskStreamError {
        MaskStreamError(
            .software, "no subject was found \(place) (--fail-on-gap \(decimals(seconds, 2)))",
            hint: hint)
    }
}

extension MediaWarning {
    /// Says that nothing was found in a whole input.
    static func nothingFound(frames: Int, hides: Bool) -> MediaWarning {
        let place = frames == 1 ? "the frame" : "any of \(frames) frames"
        let result = hides ? "nothing is hidden" : "nothing is shown for one"
        return MediaWarning("nothing_found", "no subject was found in \(place): \(result)")
    }
}
