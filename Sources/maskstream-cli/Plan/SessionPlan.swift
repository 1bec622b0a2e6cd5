import Foundation
import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg
import MaskStreamOnnx

/// One input's run, settled before anything is opened: the profile, and what goes where.
struct SessionPlan: Sendable {
    let job: Job
    let profile: Profile
    let sessions: ModelSessions
    let fingerprints: Fingerprints
    /// The classes that are shown; nil shows every subject.
    let classes: Set<Int>?
    /// The labels that are right, where the user knows them.
    let truth: LabelTrack?
    /// The profile whose estimator looks at the output again; nil where none does.
    let verifying: Profile?
    /// What an earlier run found, where no model is to run; nil where models do.
    var analysis: AnalysisFolder?
    /// What a person changes of it.
    var edits = Edits()
    /// The file that holds them, and what it holds; nil where there is none.
    var editsFile: (path: String, digest: FileDigest)?
    /// Where what they keep is noted for a second look; nil where none is taken.
    var kept: Confined<KeptPlaces>?
    /// The annotations that are written; nil for none.
    var annotations: AnnotationRequest?
    /// What the whole command reads, and so must not write.
    var reads = ReadFiles()
    /// Which it is of the inputs of its name, from 1; nil where its name is whole.
    var number: Int?
    /// How many live inputs run at the same time.
    var liveCount = 1
    /// Whether an output that is there was made by an earlier run of this job, and is replaced.
    var replacesOwnOutput = false

    /// Settles what the user says of a profile.
    init(
        _ job: Job, profile: Profile, sessions: ModelSessions, fingerprints: Fingerprints
    ) throws {
        self.job = job
        self.sessions = sessions
        self.fingerprints = fingerprints
        self.profile = profile
        guard !job.arguments.mask.invert || profile.primary?.detector == nil else {
            throw MaskStreamError(
                .usage,
                "--invert hides what a detector is to find (\(profile.name): primary.kind)",
                hint: "leave it out, or name a profile without a detector as its primary")
        }
        classes = try job.arguments.mask.classes(profile)
        truth = try job.arguments.mask.truth(profile)
        verifying = try job.arguments.checks.verifyWith.map {
            try Profile(folder: ProfileFinder.standard.folder(of: $0))
        }
        try checkHardware()
        try checkMasks()
        try checkSegment()
        try checkVerification()
        try checkAnalysis()
    }

    /// What was asked for.
    var arguments: RunCommand { job.arguments }

    /// The input for people.
    var inputName: String {
        let name = withoutCredentials(job.input)
        guard let number, number > 1 else { return name }
        return "\(name) (\(number))"
    }

    /// Whether the input's name leaves something out, so that another one may have it, too.
    var isNamedInPart: Bool { withoutCredentials(job.input) != job.input }

    /// What the run is for: the output, else the annotations or the analysis; nil where there is none.
    var result: String? { job.output ?? annotations?.path ?? arguments.reports.keepAnalysis }

    /// Where the report goes: with several inputs the option names a folder.
    var reportPath: String? {
        arguments.reports.report.map { path in
            guard job.isOneOfSeveral else { return path }
            return "\(path)/\(job.reportName)"
        }
    }

    /// Where the receipt goes: with several inputs the option names a folder.
    var receiptPath: String? {
        arguments.reports.receipt.map { path in
            guard job.isOneOfSeveral else { return path }
            return "\(path)/\(job.receiptName)"
        }
    }

    /// Where the certificate goes: with several inputs the option names a folder.
    var certificatePath: String? {
        arguments.reports.certificate.map { path in
            guard job.isOneOfSeveral else { return path }
            return "\(path)/\(job.certificateName)"
        }
    }

    /// The same run with another profile.
    func with(profile name: String) throws -> SessionPlan {
        let other = try Profile(folder: ProfileFinder.standard.folder(of: name))
        var plan = try SessionPlan(
            job, profile: other, sessions: sessions, fingerprints: fingerprints)
        plan.reads = reads
        return plan
    }

    /// How the input is read.
    func inputOptions() -> InputOptions {
        var options = arguments.input.options(job.input, strict: arguments.checks.strict)
        options.skipsLateFrames = arguments.live.mode == .latency
        options.reconnects = arguments.live.reconnect && !arguments.checks.dryRun
        options.decoderThreads = coderThreads
        return options
    }

    /// Threads of the decoder, and of the encoder: live inputs that run at the same time share the
    /// cores; 0 takes as many as there are.
    private var coderThreads: Int {
        guard job.isLive, liveCount > 1 else { return 0 }
        return max(1, ProcessInfo.processInfo.activeProcessorCount / liveCount)
    }

    /// How the output is written; nil without one.
    func outputOptions(isLive: Bool = false) -> OutputOptions? {
        job.output.map {
            var options = arguments.output.options(
                destination: $0, common: arguments.common, inverts: arguments.mask.invert)
            options.reads = reads
            options.overwrite = options.overwrite || replacesOwnOutput
            let emit = arguments.common.emit
            options.needsAlpha =
                arguments.mask.fill(profile) == .transparent
                && (emit == .masked || emit == .overlay || emit == .packed)
            options.isPart = arguments.input.segment != nil
            options.isLive = isLive
            options.reconnects = arguments.live.reconnect
            options.threads = coderThreads
            return options
        }
    }

    /// Where the models run, in words.
    var announcement: String {
        (analysis?.path ?? arguments.external.masks).map { "no model, what \($0) holds" }
            ?? sessions.announcement(of: profile)
    }

    /// Warns of options that show more, or less, than one might think.
    func warn(_ warn: WarningReport) {
        if arguments.mask.invert, arguments.mask.fill(profile).isTranslucent {
            warn(
                MediaWarning(
                    "weak_fill",
                    "blur and pixelate hide less than a solid fill: faces stay traceable"))
        }
        if arguments.mask.masksNothing {
            warn(
                MediaWarning(
                    "masks_nothing",
                    "--fill qp masks nothing: all of a frame can be seen, what is not relevant more "
                        + "coarsely"))
        }
        if classes != nil, let interval = profile.primary?.interval, interval > profile.mask.hold {
            warn(
                MediaWarning(
                    "short_hold",
                    "a prediction counts for \(profile.mask.hold) s (mask.hold), the primary runs "
                        + "every \(interval) s (primary.interval): in between all is masked"))
        }
    }
}
