import ArgumentParser
import Foundation
import MaskStream

/// `maskstream doctor`: what is installed, found and usable, and what to do about the rest.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Tell what is installed, found and usable, and what to do about the rest.",
        discussion: """
            Lines begin with ok, with warn where something is missing that only some commands \
            need, or with fail where videos cannot be masked; then the exit status is that of the \
            first failure: 69 for the runtime library, 78 for a profile.
            """)

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let report = DoctorReport(DoctorChecks.all())
        try json ? Console.outputJSON(report.json) : Console.output(report.text)
        guard let failure = report.failure else { return }
        throw MaskStreamError(
            failure.code, "\(failure.subject): \(failure.text)", hint: failure.hint)
    }
}

/// What one check of the installation found.
struct DoctorFinding {
    /// How good it is.
    enum Grade: String, Encodable {
        case ok
        /// Something is not installed that only some commands need.
        case warn
        /// No video can be masked.
        case fail
    }

    let grade: Grade
    /// What was looked at, as `runtime`.
    let subject: String
    let text: String
    /// What to do about it; nil where nothing has to be done.
    let hint: String?
    /// The exit status where it is a failure.
    let code: MaskStreamError.Code

    /// All is well.
    static func ok(_ subject: String, _ text: String) -> DoctorFinding {
        DoctorFinding(grade: .ok, subject: subject, text: text, hint: nil, code: .software)
    }

    /// Only some commands suffer.
    static func warn(_ subject: String, _ text: String, hint: String) -> DoctorFinding {
        DoctorFinding(grade: .warn, subject: subject, text: text, hint: hint, code: .software)
    }

    /// The main job does not work.
    static func fail(_ subject: String, _ error: any Error) -> DoctorFinding {
        let known = ExitStatus.maskStreamError(error) ?? MaskStreamError(.software, "\(error)")
        return DoctorFinding(
            grade: .fail, subject: subject, text: known.message, hint: known.hint, code: known.code)
    }
}

/// All findings as text and as JSON.
struct DoctorReport {
    private let findings: [DoctorFinding]

    /// A report of findings, in the order in which they are printed.
    init(_ findings: [DoctorFinding]) { self.findings = findings }

    /// What keeps videos from being masked; of several the first.
    var failure: DoctorFinding? { findings.first { $0.grade == .fail } }

    /// What people read: a line for each finding, below it what to do.
    var text: String {
        let width = findings.map(\.subject.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let mark = finding.grade.rawValue.padding(toLength: 4, withPad: " ", startingAt: 0)
            let subject = finding.subject.padding(toLength: width, withPad: " ", startingAt: 0)
            lines.append("\(mark)  \(subject)  \(finding.text)")
            if let hint = finding.hint { lines.append("      hint: \(hint)") }
        }
        return lines.joined(separator: "\n")
    }

    /// What programs read.
    var json: String {
        get throws {
            let checks = findings.map {
                object([
                    "status": $0.grade.rawValue, "subject": $0.subject, "text": $0.text,
                    "hint": $0.hint,
                ])
            }
            return try prettyJSON([
                "schema": 1, "version": Versions.program, "exit": failure?.code.rawValue ?? 0,
                "checks": checks,
            ])
        }
    }
}
