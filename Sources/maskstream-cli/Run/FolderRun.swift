import MaskStream
import MaskStreamFFmpeg

extension Run {
    /// Masks the pictures of a folder, each by itself.
    func executeFolder() throws -> RunOutcome {
        let source = try PictureFolderSource(
            folder: plan.job.input, options: plan.inputOptions(), warn: reporter.warn)
        let (names, format) = (source.names, source.format)
        let isDryRun = plan.arguments.options.dryRun
        let sink = try plan.outputOptions().map {
            try PictureFolderSink($0, names: names, isDryRun: isDryRun, report: reporter.warn)
        }
        plan.warn(reporter.warn)
        guard !isDryRun else {
            let emit = plan.arguments.mask.emit.rawValue
            print("\(names.count) pictures in \(plan.job.input), emit \(emit)")
            return RunOutcome.empty(plan)
        }
        return try execute(
            RunMedia(
                source: KeptSource(source),
                sink: KeptSink(sink.map { $0 as any FrameSink } ?? NoSink()), format: format,
                isolates: true, about: [plan.announcement]))
    }
}
