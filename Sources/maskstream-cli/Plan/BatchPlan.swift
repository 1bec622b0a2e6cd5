import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg
import MaskStreamOnnx

/// All runs of one command, settled before the first of them begins.
struct BatchPlan: Sendable {
    let command: RunCommand
    let plans: [SessionPlan]
    /// Everything that the runs read.
    let reads: ReadFiles

    /// Settles the runs of a command; those that are known already stay as they are.
    ///
    /// - Throws: what `Job.all` throws; `MaskStreamError` for options and profiles that are wrong, and
    ///   for paths that are written twice or read, too.
    init(
        _ command: RunCommand, sessions: ModelSessions, fingerprints: Fingerprints,
        known: [SessionPlan] = []
    ) throws {
        let jobs = try Job.all(of: command)
        if command.reports.skipDone, command.reports.events != nil,
            jobs.contains(where: \.isOneOfSeveral)
        {
            throw MaskStreamError(
                .usage, "--events cannot go with --skip-done and several inputs",
                hint: "the file would miss what is skipped: leave one of them out")
        }
        let known = Dictionary(known.map { ($0.job.identity, $0) }) { first, _ in first }
        var profiles: [String: Profile] = [:]
        let plans = try jobs.map { job in
            if let plan = known[job.identity] { return plan }
            return try job.naming {
                let name = job.arguments.task.profile ?? ""
                let profile =
                    try job.arguments.external.masks.map(Profile.init(masks:)) ?? profiles[name]
                    ?? Profile(folder: ProfileFinder.standard.folder(of: name))
                profiles[name] = profile
                return try SessionPlan(
                    job, profile: profile, sessions: sessions, fingerprints: fingerprints)
            }
        }
        try self.init(command, plans: plans)
        let new = plans.filter { known[$0.job.identity] == nil }
        try sessions.tryDevice(on: new.flatMap(\.running))
    }

    /// Takes runs that are settled but for what they read and write.
    init(_ command: RunCommand, plans: [SessionPlan]) throws {
        let reads = Self.reads(command, plans)
        try Self.compareWritten(command, plans, reads)
        let liveCount = plans.filter(\.job.isLive).count
        self.command = command
        self.reads = reads
        self.plans = Self.numbered(plans).map { plan in
            var plan = plan
            plan.reads = reads
            plan.liveCount = liveCount
            return plan
        }
    }

    /// Numbers inputs that are told by one name, as channels of a recorder that differ in the query.
    private static func numbered(_ plans: [SessionPlan]) -> [SessionPlan] {
        let named = plans.filter { $0.number != nil || !$0.isNamedInPart }
        var names = Set(named.map(\.inputName))
        return plans.map { plan in
            guard plan.number == nil, plan.isNamedInPart else { return plan }
            var plan = plan
            plan.number = 1
            while !names.insert(plan.inputName).inserted { plan.number? += 1 }
            return plan
        }
    }

    /// Whether there are several runs, or a table that may come to have several.
    var isSeveral: Bool { plans.count > 1 || command.input.table != nil }

    /// Whether two runs must not be under way at the same time: they read one input, or one of them
    /// writes what the other reads or writes.
    func excludes(_ one: SessionPlan, _ other: SessionPlan) -> Bool {
        let (a, b) = (one.job, other.job)
        guard a.input != b.input, a.output != b.input, a.input != b.output else { return true }
        let both = [one, other]
        return (try? Self.compareWritten(command, both, Self.reads(command, both))) == nil
    }

    /// Inputs, labels, profiles and all else that the runs read.
    private static func reads(_ command: RunCommand, _ plans: [SessionPlan]) -> ReadFiles {
        var reads = ReadFiles(command.input.table.map { [$0] } ?? [])
        var profiles: Set<String> = []
        for plan in plans {
            let input = plan.job.input
            reads.add(input)
            let output = plan.arguments.output
            reads.add(plan.arguments.input.inputOption + output.encoderOption)
            reads.add(output.muxerOption.filter { OutputOptions.isRead(muxerOption: $0.key) })
            if input == "-" { reads.add(descriptor: 0, as: "the standard input") }
            if plan.arguments.input.inputFormat == "image2" {
                // The names of its images are made of numbers.
                reads.add(Destination.folder(of: input))
            }
            if let labels = plan.arguments.mask.labels { reads.add(labels) }
            if let masks = plan.arguments.external.masks { reads.add(masks) }
            for profile in [plan.profile, plan.verifying].compactMap(\.self)
            where profiles.insert(profile.folder).inserted {
                reads.add(profile: profile)
            }
            if let analysis = plan.analysis { reads.add(analysis.path) }
            if let edits = plan.editsFile { reads.add(edits.path) }
        }
        return reads
    }

    /// Refuses two outputs, events or reports in one file, and any of them in what is read.
    private static func compareWritten(
        _ command: RunCommand, _ plans: [SessionPlan], _ reads: ReadFiles
    ) throws {
        var written = WrittenPaths(reads: reads, analyses: plans.compactMap(\.analysis))
        try written.add(command.reports.events, "--events")
        for plan in plans {
            try plan.job.naming {
                try written.add(plan.reportPath, "--report")
                try written.add(plan.receiptPath, "--receipt")
                try written.add(plan.certificatePath, "--certificate")
                try written.add(plan.annotations?.path, "the output")
                if !plan.job.isFolder { try written.add(plan.job.output, "the output") }
            }
        }
    }
}
