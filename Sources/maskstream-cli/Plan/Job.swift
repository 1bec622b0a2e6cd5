import ArgumentParser
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// One input and where its output goes.
struct Job: Sendable {
    /// What was asked for it.
    let arguments: RunCommand
    /// The words by which it was asked for.
    let words: [String]
    /// The input as it was given.
    let input: String
    /// The output as FFmpeg is given it; nil where none is wanted.
    let output: String?
    /// What its report and its receipt are called in folders of such, without their endings.
    ///
    /// It is the output's path below its folder of outputs, and holds no credentials.
    let name: String
    /// The folder of outputs that holds its own, perhaps deeper; made in a folder that exists.
    var folder: String?
    /// What there is to say before it begins.
    var notes: [MediaWarning] = []
    /// Whether it is one of several.
    var isOneOfSeveral = false
    /// Where it stands in a table; nil where there is none.
    var place: InputTable.Place?

    /// What makes it this one: a row that was changed is another job.
    struct Identity: Hashable {
        let input: String
        let output: String?
        let words: [String]
    }

    /// What makes it this one.
    var identity: Identity { Identity(input: input, output: output, words: words) }

    /// Does something for it; errors name its place in the table.
    func naming<R>(_ body: () throws -> R) throws -> R { try place?.naming(body) ?? body() }

    /// Whether the input is a folder of images.
    var isFolder: Bool { Self.isFolder(input) }

    /// Whether a path leads to a folder.
    static func isFolder(_ path: String) -> Bool { FileIdentity(path)?.isFolder == true }

    /// Whether the input is live: it does not wait for others.
    var isLive: Bool { InputOptions(input).isLive }

    /// Whether the input is named by a URL.
    var isRemote: Bool { FileIdentity(input) == nil && input.contains("://") }

    /// Whether the input comes from an HTTP server.
    var isHTTP: Bool { isRemote && input.lowercased().hasPrefix("http") }

    /// The name of the report where there are several.
    var reportName: String { "\((name as NSString).deletingPathExtension).html" }

    /// The name of the receipt where there are several.
    var receiptName: String { "\(name).receipt.json" }

    /// The name of the certificate where there are several.
    var certificateName: String { "\(name).certificate.json" }
}

extension Job {
    /// The jobs of a command line.
    ///
    /// - Throws: `MaskStreamError` 64 where an input comes twice or two outputs have one name, 73
    ///   where the folder for outputs cannot be made; for a table of inputs what `InputTable` throws.
    static func all(of command: RunCommand) throws -> [Job] {
        var jobs =
            try command.input.table.map { try all(of: InputTable($0), command) }
            ?? named(by: command)
        // How many there are in a folder or a table must not change what an option means.
        guard jobs.count > 1 || command.input.table != nil || jobs.contains(where: \.isOneOfSeveral)
        else {
            if let folder = command.output.outputDir, !command.checks.dryRun {
                try make(folder, "outputs")
            }
            return jobs
        }
        for index in jobs.indices { jobs[index].isOneOfSeveral = true }
        try refuseClashes(jobs, "outputs", "an --output-dir each") { $0.output }
        for (folder, kind, name) in [
            (command.reports.report, "report", \Job.reportName),
            (command.reports.receipt, "receipt", \Job.receiptName),
            (command.reports.certificate, "certificate", \Job.certificateName),
        ] {
            guard let folder else { continue }
            try refuseClashes(jobs, "\(kind)s", "a --\(kind) each") {
                "\(folder)/\($0[keyPath: name])"
            }
        }
        if !command.checks.dryRun { try makeFolders(of: jobs, command) }
        return jobs
    }

    /// The inputs of the command line; a folder's videos are one each.
    private static func named(by command: RunCommand) throws -> [Job] {
        try command.input.check(command.inputs)
        try refuseTwins(command.inputs)
        return try command.inputs.flatMap { input in
            let output = try command.output.outputDir.map {
                "\($0)/\(try outputName(of: input, format: command.output.format))"
            }
            return try jobs(
                command, CommandLine.words, input: input, output: output ?? command.common.output,
                folder: command.output.outputDir)
        }
    }

    /// The rows of a table.
    private static func all(of table: InputTable, _ command: RunCommand) throws -> [Job] {
        var commands = RowCommands(words: CommandLine.words)
        return try table.rows.flatMap { row in
            let place = InputTable.Place(line: row.line, path: table.path)
            return try place.naming {
                let row = try commands.command(of: row)
                var jobs = try jobs(
                    row.command, row.words, input: row.input, output: row.output,
                    folder: command.output.outputDir)
                for index in jobs.indices { jobs[index].place = place }
                return jobs
            }
        }
    }

    /// The job of an input, or those of a folder: its images are one, each of its videos is one, and
    /// a folder in it that cannot be read is one that fails.
    private static func jobs(
        _ command: RunCommand, _ words: [String], input: String, output: String?, folder: String?
    ) throws -> [Job] {
        func job(_ input: String, _ output: String?, _ name: String? = nil) -> Job {
            let place = withoutCredentials(output ?? input).replacing("/***", with: "")
            // With a folder of outputs, the path below it.
            let below = folder.flatMap { folder in
                output.map { String(Substring($0.utf8.dropFirst(folder.utf8.count + 1))) }
            }
            return Job(
                arguments: command, words: words, input: input, output: output,
                name: below ?? name ?? place.fileName, folder: folder)
        }
        guard isFolder(input),
            let found = try? ImageFolder(
                input, isRecursive: command.input.recursive, output: output, takesVideos: true),
            !found.videos.isEmpty
        else { return [job(input, output)] }
        if let output { try checkFolder(output) }
        var jobs = found.videos.map { name in
            job("\(input)/\(name)", output.map { "\($0)/\(name)" }, name)
        }
        if found.images.isEmpty {
            jobs[0].notes = found.warnings
            jobs += found.unreadable.map { job("\(input)/\($0.path)", nil, $0.path) }
        } else {
            jobs.insert(job(input, output), at: 0)
        }
        for index in jobs.indices {
            jobs[index].folder = folder ?? output
            jobs[index].isOneOfSeveral = true
        }
        return jobs
    }

    /// Refuses what is no folder where a folder's videos would go.
    private static func checkFolder(_ output: String) throws {
        let isPlace = output != "-" && !output.contains("://")
        guard isPlace, isFolder(output) || FileIdentity(output) == nil else {
            throw MaskStreamError(
                isPlace ? .cannotCreate : .usage,
                "a folder of videos needs a folder out (\(withoutCredentials(output)))",
                hint: "name a folder")
        }
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

    /// Refuses what would be written twice; nil is written nowhere.
    private static func refuseClashes(
        _ jobs: [Job], _ kind: String, _ remedy: String, name: (Job) -> String?
    ) throws {
        var seen: [[UInt8]: Job] = [:]
        for job in jobs {
            guard let name = name(job),
                let first = seen.updateValue(job, forKey: name.originalBytes)
            else { continue }
            let inputs = [first, job].map { withoutCredentials($0.input) }.joined(separator: ", ")
            try job.naming {
                throw MaskStreamError(
                    .usage, "two \(kind) would be \(withoutCredentials(name)) (\(inputs))",
                    hint: "run them apart, with \(remedy)")
            }
        }
    }

    /// Makes the folders of outputs and of what tells of them; the first of each in a folder that
    /// exists.
    private static func makeFolders(of jobs: [Job], _ command: RunCommand) throws {
        for job in jobs {
            guard let folder = job.folder, let output = job.output else { continue }
            try make(folder, "outputs")
            MaskStream.makeFolders(to: output)
        }
        for (folder, kind, name) in [
            (command.reports.receipt, "receipts", \Job.receiptName),
            (command.reports.certificate, "certificates", \Job.certificateName),
        ] {
            guard let folder else { continue }
            try make(folder, kind)
            for job in jobs { MaskStream.makeFolders(to: "\(folder)/\(job[keyPath: name])") }
        }
        if let folder = command.reports.report, isFolder(folder) {
            for job in jobs { MaskStream.makeFolders(to: "\(folder)/\(job.reportName)") }
        }
    }

    /// Makes a folder in a folder that exists.
    private static func make(_ folder: String, _ what: String) throws {
        guard !isFolder(folder) else { return }
        guard mkdir(folder, 0o777) == 0 else {
            throw MaskStreamError(
                .cannotCreate, "the folder for \(what) cannot be made (\(folder))",
                hint: "make the folder above it first")
        }
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
}
