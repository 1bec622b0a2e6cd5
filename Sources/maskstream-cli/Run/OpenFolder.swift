import MaskStream
import MaskStreamFFmpeg

extension Session {
    /// Opens a folder of images, each masked by itself; nil in a dry run.
    func openFolder() throws -> OpenMedia? {
        var options = outputOptions()
        let isRecursive = plan.arguments.input.recursive
        let folder = try ImageFolder(
            plan.job.input, isRecursive: isRecursive, output: options?.destination,
            takesVideos: true)
        if isRecursive { folder.images.forEach { options?.reads.add("\(folder.path)/\($0)") } }
        let isDryRun = plan.arguments.checks.dryRun
        let sink = try options.map {
            try ImageFolderSink($0, folder: folder, isDryRun: isDryRun, report: progress.warn)
        }
        folder.warnings.forEach(progress.warn)
        let images = sink?.missing ?? folder.images
        let source = try ImageFolderSource(
            folder, images: images, options: plan.inputOptions(), warn: progress.warn)
        let format = source.format
        plan.warn(progress.warn)
        guard !isDryRun else {
            let emit = plan.arguments.common.emit.rawValue
            try Console.output("\(images.count) images in \(plan.job.input), emit \(emit)")
            return nil
        }
        return OpenMedia(
            source: KeptSource(source),
            sink: KeptSink(sink.map { $0 as any FrameSink } ?? NoSink()),
            format: format, isolates: true, about: [plan.announcement])
    }
}
