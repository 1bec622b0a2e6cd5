import MaskStream
import MaskStreamFFmpeg

/// Who looked at an output again, and what was found.
struct VerificationResult: Sendable {
    let look: SecondLook
    /// The findings, those that are kept, in the order of their times.
    let findings: [VerificationFinding]

    /// Tells what `verifier` found; `masking` is the profile by which the frames were masked, where
    /// somebody says so.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` for a model that cannot be read.
    init(_ found: Verification, by verifier: Verifier, masking: Profile?) throws {
        look = SecondLook(
            profile: ["name": verifier.profile.name, "sha256": try verifier.profile.digest()],
            level: verifier.profile.regionLevel,
            sameEstimator: try masking.map(verifier.sharesNetwork), found)
        findings = found.findings.enumerated()
            .sorted { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }.map(\.element)
    }

    /// Whether every frame was examined, and nothing found.
    var isClean: Bool { look.findings == 0 && look.unexamined == 0 }

    /// Whether the look is why a run ended with an exit status.
    func refuses(_ exit: Int32) -> Bool {
        !isClean && exit == MaskStreamError.Code.software.rawValue
    }

    // MARK: For people

    /// How many findings are shown.
    private static let mostLines = 20

    /// The look in one line, and a line for each finding.
    var lines: [String] {
        let shown = findings.prefix(Self.mostLines)
        let rest = look.findings - shown.count
        return [sentence] + shown.map { "  \($0.text)" } + (rest > 0 ? ["  and \(rest) more"] : [])
    }

    private var name: String { look.profile["name"] ?? "" }

    private var sentence: String {
        let frames = Self.count(look.frames, "frame")
        let found =
            look.findings == 0
            ? "\(name) finds nothing in \(frames)"
            : "\(name) finds \(Self.count(look.findings, "subject")) in \(frames), in "
                + Self.count(look.scenes, "scene")
        return look.unexamined == 0
            ? found : "\(found); \(look.unexamined) could not be examined"
    }

    private static func count(_ count: Int, _ what: String) -> String {
        "\(count) \(what)\(count == 1 ? "" : "s")"
    }

    /// The error for an output that is not clean, whose file lies at `part` until it has its name;
    /// nil for one that is clean.
    func failure(_ output: String, part: String? = nil) -> MaskStreamError? {
        guard !isClean else { return nil }
        let message =
            look.findings > 0
            ? "\(name) still finds \(Self.count(look.findings, "subject"))"
            : "\(name) could not examine \(look.unexamined) of \(Self.count(look.frames, "frame"))"
        let hint = "look at the listed times and places"
        return MaskStreamError(
            .software, "\(message) (\(withoutCredentials(output)))",
            hint: part.map { "\(hint) in \($0)" } ?? hint)
    }
}

extension VerificationFinding {
    /// When and where, for people.
    fileprivate var text: String {
        let place = "\(box[2])x\(box[3]) at \(box[0]),\(box[1]), score \(decimals(score, 2))"
        let time = "\(decimals(from, 2)) to \(decimals(to, 2)) s"
        return "\(file ?? time): \(place)"
    }
}

extension MediaWarning {
    /// Says that the network that masked looks again.
    static func sameEstimator(_ profile: String) -> MediaWarning {
        MediaWarning(
            "same_estimator",
            "\(profile) has the network that masked: what that misses, it may miss again")
    }
}
