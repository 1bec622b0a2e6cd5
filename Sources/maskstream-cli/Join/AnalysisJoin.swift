import MaskStream
import MaskStreamFFmpeg

/// One `maskstream join` of analyses on its way: joined, and looked through for tracks that go on.
///
/// What is joined is written frame by frame, each with its own map, so that it is true as far as it goes.
struct AnalysisJoin {
    private let command: JoinCommand
    private let analyses: JoinedAnalyses
    /// The run that the whole is of.
    private let session: SessionPlan
    /// Of what the whole is.
    private let manifest: AnalysisManifest
    private let reads: ReadFiles
    private let progress: ProgressPrinter
    private let interrupts = Interrupts()

    /// Opens the parts and looks at the input.
    ///
    /// - Throws: `MaskStreamError` 65 for parts that are not of one whole or of this input, 66 for what
    ///   is not there, 73 for a folder that is read, 78 for a profile that has changed.
    init(_ command: JoinCommand) throws {
        self.command = command
        analyses = try JoinedAnalyses(command.parts)
        session = try SessionPlan(of: analyses.manifest, input: command.input) { $0 }
        var manifest = analyses.manifest
        if let input = command.input, FileIdentity(input) != nil {
            manifest.input.name = SessionPlan.absolute(input)
        }
        self.manifest = manifest
        var reads = ReadFiles(command.parts + [session.job.input])
        reads.add(session.arguments.input.inputOption)
        reads.add(profile: session.profile)
        self.reads = reads
        var written = WrittenPaths(reads: reads)
        try written.add(command.output, "the output")
        progress = ProgressPrinter(command.progress)
    }

    /// Joins the parts; gives the exit status.
    func run() throws -> Int32 {
        let start = Uptime.now
        let source = try FFmpegSource(session.inputOptions(), warn: progress.warn)
        try analyses.parts.checkBeginning(Segment.time(source.firstTime, from: source.origin))
        let folder = try AnalysisFolder(
            writing: command.output, manifest, overwrite: command.overwrite, reads: reads)
        guard let video = try append(to: folder, source.format),
            let proposals = try proposals(folder, source, isUpright: video.rotation == 0)
        else {
            progress.finish(
                ["\(command.output): not complete; the same command joins it anew"],
                fields: ["exit": ExitStatus.interrupted])
            return ExitStatus.interrupted
        }
        try folder.complete(proposals)
        let (frames, count) = (analyses.parts.frames.framesOut, analyses.folders.count)
        let seconds = Uptime.seconds(from: start)
        progress.finish(
            ["\(command.output): \(frames) frames of \(count) parts in \(decimals(seconds, 1)) s"],
            fields: ["frames": frames, "parts": count, "seconds": number(seconds, 3), "exit": 0])
        return 0
    }

    /// Joins maps and events; gives what the events tell of the video, nil where somebody stopped it.
    private func append(to folder: AnalysisFolder, _ format: FrameFormat) throws -> Event.Video? {
        let maps = MapJoiner(folder.maps, frames: format, reads: reads, report: progress.warn)
        defer { maps.abandon() }
        var events = JoinedEvents(
            try EventWriter(path: folder.events, reads: reads, isPrivate: true))
        for (part, own) in zip(analyses.parts.parts, analyses.folders) {
            guard !interrupts.isStopped else { return nil }
            try maps.begin(own.maps)
            var count = 0
            try events.append(own.events, last: nil) { frame in
                count += 1
                if frame.miss == nil { try maps.copy(at: frame.time) }
            }
            try maps.end()
            guard count == part.receipt.frames?.framesOut else {
                throw MaskStreamError(
                    .badData, "the events of the part are not whole (\(own.events))",
                    hint: "analyze the part again")
            }
        }
        try maps.finish()
        let frames = analyses.parts.frames
        if frames.foundNothing {
            progress.warn(
                .nothingFound(frames: frames.framesOut, hides: session.arguments.mask.invert))
        }
        try events.end(
            frames, warnings: progress.warnings.map { ($0.code, $0.message) }, exit: 0)
        return events.start?.video
    }

    /// Which tracks may go on with those of earlier scenes, of all parts; nil where somebody stopped it.
    private func proposals(
        _ folder: AnalysisFolder, _ source: FFmpegSource, isUpright: Bool
    ) throws -> [TrackProposal]? {
        var session = session
        session.analysis = folder
        progress.expect(duration: source.duration)
        let linker = Confined(SceneLinker(), label: "maskstream.linker")
        let isWhole = try session.replay(
            source, turned: isUpright && source.format.orientation != .upright, followsAgain: true,
            interrupts: interrupts
        ) { [progress] work in
            linker.sync { $0.add(work) }
            progress.show(work)
        }
        guard isWhole else { return nil }
        return linker.sync { linker in
            linker.endScene()
            return linker.proposals
        }
    }
}
