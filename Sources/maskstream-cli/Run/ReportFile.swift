import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The page of `--report`: opened before the first frame, written when the run is over.
struct ReportFile {
    private let path: String
    private let file: FileHandle
    private let facts: ReportFacts
    private var log: RunLog

    /// Creates or replaces the page's file.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    init(_ path: String, plan: RunPlan) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else {
            throw MaskStreamError(
                .cannotCreate, "the report cannot be created (\(path))",
                hint: "check that its folder exists and can be written to")
        }
        let (mask, profile) = (plan.arguments.mask, plan.profile)
        self.path = path
        self.file = file
        log = RunLog(
            fill: mask.fill(profile),
            tolerance: mask.law(profile) == .probe ? profile.threshold.probe.tolerance : nil,
            keepsOriginals: plan.arguments.options.reportOriginals)
        facts = ReportFacts(
            version: Versions.program, input: plan.inputName,
            profile: profile.name,
            settings: [
                ("control", mask.law(profile).rawValue), ("fill", "\(mask.fill(profile))"),
                ("mask", mask.invert ? "\(mask.mode), inverted" : "\(mask.mode)"),
                ("emit", "\(mask.emit)"),
                ("output", plan.job.output.map(withoutCredentials) ?? "none"),
                ("device", plan.announcement), ("profile", profile.sha256),
            ], exit: 0)
    }

    /// Adds a frame, as it was written.
    mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) {
        log.add(work, move: move)
    }

    /// Writes the page.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`.
    func write(_ report: RunReport, warnings: [String], corrupt: Int, exit: Int32) throws {
        var facts = facts
        facts.warnings = warnings
        facts.corrupt = corrupt
        facts.exit = exit
        let page = ReportPage(log: log, report: report, facts: facts)
        let text = try page.html(encode: PictureEncoder.jpeg)
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            throw MaskStreamError(
                .inputOutput, "the report cannot be written (\(path))",
                hint: "check the space on the disk", underlying: error)
        }
    }
}
