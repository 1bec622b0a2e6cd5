import ArgumentParser
import MaskStream
import MaskStreamAnnotations

extension ExportCommand {
    func run() throws {
        var session = try RenderPlan(folder, edits: edits, input: input) { analyzed in
            var command = analyzed
            command.checks.dryRun = false
            command.reports.progress = progress
            return command
        }.session
        session.annotations = AnnotationRequest(
            format: format, path: output, overwrite: overwrite, category: session.profile.name,
            source: session.inputName.fileName)
        let status = try Batch(session.arguments, plans: [session]).execute()
        guard status == 0 else { throw ExitCode(status) }
    }
}
