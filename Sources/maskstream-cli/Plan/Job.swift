import Foundation
import MaskStream
import MaskStreamFFmpeg

/// One input and where its output goes.
struct Job: Sendable {
    /// The input as it was given.
    let input: String
    /// The output as FFmpeg is given it; nil where none is wanted.
    let output: String?
    /// Whether it is one of several.
    var isOneOfSeveral = false

    /// Whether the input is a folder of images.
    var isFolder: Bool { Self.isFolder(input) }

    private static func isFolder(_ path: String) -> Bool { FileIdentity(path)?.isFolder == true }

    /// Whether the input is live: it does not wait for others.
    var isLive: Bool { InputOptions(input).isLive }

    /// The jobs of a command line.
    ///
    /// - Throws: `MaskStreamError` 64 where an input comes twice or two outputs have one name, 73
    ///   where the folder for outputs cannot be made.
    static func all(of command: RunCommand) throws -> [Job] {
        let folder = command.output.outputDir
        let isSeveral = command.inputs.count > 1
        try command.input.check(command.inputs)
        try refuseTwins(command.inputs)
        let jobs = try command.inputs.map { input in
            let name = try folder.map {
                "\($0)/\(try outputName(of: input, format: command.output.format))"
            }
            return Job(
                input: input, output: name ?? command.common.output, isOneOfSeveral: isSeveral)
        }
        guard isSeveral else {
            if let folder, !command.checks.dryRun { try make(folder) }
            return jobs
        }
        if folder != nil {
            try refuseClashes(jobs, "outputs", "an --output-dir each") { $0.output ?? "" }
        }
        if let folder = command.reports.report {
            try refuseClashes(jobs, "reports", "a --report each") {
                "\(folder)/\(reportName($0))"
            }
        }
        if let folder, !command.checks.dryRun { try make(folder) }
        return jobs
    }

    /// Refuses one input under two names.
    private static func refuseTwins(_ inputs: [String]) throws {
        var seen: Set<[UInt8]> = []
        for input in inputs {
            let file = URL(fileURLWithPath: input).resolvingSymlinksInPath().path
            guard seen.insert((input.contains("://") ? input : file).originalBytes).inserted else {
                throw MaskStreamError(
                    .usage, "an input is given twice (\(withoutCredentials(input)))",
                    hint: "name it once")
            }
        }
    }

    /// Refuses what would be written twice.
    private static func refuseClashes(
        _ jobs: [Job], _ kind: String, _ remedy: String, name: (Job) -> String
    ) throws {
        var seen: [[UInt8]: Job] = [:]
        for job in jobs {
            guard let first = seen.updateValue(job, forKey: name(job).originalBytes) else {
                continue
            }
            let inputs = [first, job].map { withoutCredentials($0.input) }.joined(separator: ", ")
            throw MaskStreamError(
                .usage, "two \(kind) would be \(name(job)) (\(inputs))",
                hint: "run them apart, with \(remedy)")
        }
    }

    /// The name of a job's report where there are several; it holds no credentials.
    static func reportName(_ job: Job) -> String {
        let place = withoutCredentials(job.output ?? job.input).replacing("/***", with: "")
        let name = place.fileName
        return "\((name as NSString).deletingPathExtension).html"
    }

    /// The name of an input's output in the folder of outputs; it holds no credentials.
    static func outputName(of location: String, format: String?) throws -> String {
        let options = InputOptions(location)
        let input = withoutCredentials(location).replacing("/***", with: "")
        guard input != "-" else {
            throw MaskStreamError(
                .usage, "what comes from stdin has no name for --output-dir", hint: "use -o")
        }
        let ending = format ?? "mkv"
        guard let url = URL(string: input), input.contains("://") else {
            // `.` and `..` are places, not names.
            let isFolder = isFolder(input)
            let path = isFolder ? URL(fileURLWithPath: input).standardizedFileURL.path : input
            let name = path.fileName
            let isWhole = !(name as NSString).pathExtension.isEmpty || isFolder
            return isWhole ? name : "\(name).\(ending)"
        }
        guard url.path.count > 1 else {
            let parts = [url.host(), url.port.map(String.init)].compactMap { $0 }
            return "\(parts.joined(separator: "-")).\(ending)"
        }
        let name = url.lastPathComponent as NSString
        let stem = name.deletingPathExtension
        return options.isLive || name.pathExtension.isEmpty ? "\(stem).\(ending)" : String(name)
    }

    /// Makes the folder of outputs, in a folder that exists.
    private static func make(_ folder: String) throws {
        guard !isFolder(folder) else { return }
        guard mkdir(folder, 0o777) == 0 else {
            throw MaskStreamError(
                .cannotCreate, "the folder for outputs cannot be made (\(folder))",
                hint: "make the folder above it first")
        }
    }
}
