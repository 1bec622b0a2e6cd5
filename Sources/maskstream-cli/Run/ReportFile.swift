import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// The page of `--report`: opened before the first frame, written when the run is over.
struct ReportFile {
    private let file: WholeFile
    private let facts: ReportFacts
    private var recorder: ReportRecorder

    /// Makes sure that the page can be written at the end.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    init(_ path: String, plan: SessionPlan, look: EstimatorLook) throws {
        file = try WholeFile(path, "the report", reads: plan.reads)
        let (mask, profile) = (plan.arguments.mask, plan.profile)
        recorder = ReportRecorder(
            fill: mask.fill(profile), hidesSubjects: mask.invert,
            tolerance: mask.chosenControl(profile) == .probe
                ? profile.threshold.probe.tolerance : nil,
            keepsOriginals: plan.arguments.reports.reportOriginals)
        facts = ReportFacts(
            version: Versions.program, input: plan.inputName,
            profile: profile.name,
            settings: [
                ("control", mask.chosenControl(profile).rawValue),
                ("fill", mask.masksNothing ? "none: coarser" : "\(mask.fill(profile))"),
                ("mask", mask.invert ? "\(mask.mode), inverted" : "\(mask.mode)"),
                ("emit", "\(plan.arguments.common.emit)"),
                ("detail", "\(look.detail)"), ("turns", "\(look.turns)"),
                ("estimate every", look.interval == 1 ? "frame" : "\(look.interval) frames"),
                ("output", plan.job.output.map { withoutCredentials($0) } ?? "none"),
                ("device", plan.announcement), ("profile", profile.sha256),
            ], exit: 0)
    }

    /// Adds a frame, as it was written.
    mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) {
        recorder.add(work, move: move)
    }

    /// Writes the page.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`.
    func write(
        _ report: PipelineCounts, warnings: [String], corrupt: Int, verified: VerificationResult?,
        exit: Int32
    ) throws {
        var facts = facts
        facts.warnings = warnings
        facts.corrupt = corrupt
        facts.verified = verified.map { (look: $0.look, findings: $0.findings) }
        facts.exit = exit
        let page = HTMLReport(recorder: recorder, report: report, facts: facts)
        let text = try page.html(encode: ImageEncoder.jpeg)
        try file.write(Data(text.utf8))
    }
}
