import MaskStream
import MaskStreamFFmpeg

/// What a run would do, printed without doing it.
struct DryRun {
    let plan: SessionPlan
    let source: FFmpegSource
    let sink: FFmpegSink?

    /// Prints the plan to the standard output.
    func print() throws {
        try lines.forEach(Console.output)
    }

    private var lines: [String] {
        let format = source.format
        let (width, height) = format.displaySize
        let turned =
            format.orientation == .upright ? "" : ", turned \(format.orientation.clockwiseDegrees)°"
        let length = source.duration.map { ", \(clock($0))" } ?? ""
        let look = plan.arguments.mask.look(
            plan.profile, isLive: source.isLive, isolatesFrames: source.isImage)
        let models = [plan.announcement] + look.notes
        var lines = [
            "input    \(source.name): \(source.codecName) \(width)x\(height) "
                + "\(format.pixelFormat)\(turned)\(length)",
            "profile  \(plan.profile.name) (\(plan.profile.folder))",
            "models   \(models.joined(separator: "; "))",
            "mask     \(plan.arguments.mask.mode.rawValue), emit \(plan.arguments.common.emit.rawValue)",
        ]
        if let classes = plan.arguments.mask.classes, let ids = plan.classes {
            lines.append(
                "classes  \(classes.names.joined(separator: ", ")) (\(ids.count) labels)")
        }
        if let smallest = plan.smallestSubject(format: format, look: look) {
            lines.append("smallest \(smallest.text)")
        }
        if let verifying = plan.verifying {
            lines.append("verify   \(verifying.name) (\(verifying.folder))")
        }
        guard let sink else { return lines + ["output   none"] }
        lines.append(
            "output   \(withoutCredentials(plan.job.output ?? "")): "
                + "\(sink.encoderName) \(sink.pixelFormatName) in \(sink.containerName)")
        return lines + sink.streams.entries.map { "stream   \($0)" }
    }
}
