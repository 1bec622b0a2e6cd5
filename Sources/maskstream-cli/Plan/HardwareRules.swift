import MaskStream
import MaskStreamFFmpeg

extension SessionPlan {
    /// Refuses hardware that might hide damage where damage must not go unseen.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func checkHardware() throws {
        guard let kind = arguments.input.hwaccel.kind, !kind.isProven,
            arguments.checks.strict || arguments.mask.invert
        else { return }
        let option =
            arguments.checks.strict
            ? "--strict" : arguments.external.masksHide ? "--masks-hide" : "--invert"
        throw MaskStreamError(
            .usage, "--hwaccel \(kind) cannot go with \(option): \(kind) might hide damage",
            hint: "use --hwaccel none")
    }
}
