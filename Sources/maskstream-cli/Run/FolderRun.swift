import MaskStream
import MaskStreamFFmpeg

extension Run {
    /// Masks the pictures of a folder, each by itself.
    func executeFolder() throws -> RunOutcome {
        var options = plan.outputOptions()
        let isRecursive = plan.arguments.input.recursive
        let folder = try PictureFolder(
            plan.job.input, isRecursive: isRecursive, output: options?.destination)
        if isRecursive { folder.pictures.forEach { options?.reads.add("\(folder.path)/\($0)") } }
        let isDryRun = plan.arguments.options.dryRun
        let sink = try options.map {
            try PictureFolderSink($0, folder: folder, isDryRun: isDryRun, report: reporter.warn)
        }
        folder.warnings.forEach(reporter.warn)
        let pictures = sink?.missing ?? folder.pictures
        let source = try PictureFolderSource(
            folder, pictures: pictures, options: plan.inputOptions(), warn: reporter.warn)
        let format = source.format
        plan.warn(reporter.warn)
        guard !isDryRun else {
            let emit = plan.arguments.mask.emit.rawValue
            print("\(pictures.count) pictures in \(plan.job.input), emit \(emit)")
            return RunOutcome.empty(plan)
        }
        return try execute(
            RunMedia(
                source: KeptSource(source),
                sink: KeptSink(sink.map { $0 as any FrameSink } ?? NoSink()), format: format,
                isolates: true, about: [plan.announcement]))
    }
}
