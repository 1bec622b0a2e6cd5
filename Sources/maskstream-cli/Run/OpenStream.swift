import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg

extension Session {
    /// Opens a file, a stream, a camera or an image, and the output; nil where nothing is to be
    /// run: in a dry run, or stopped before the first frame.
    func openStream() throws -> OpenMedia? {
        guard let input = try openInput() else { return nil }
        progress.expect(duration: try length(of: input))
        progress.tell(input.decoding, asked: plan.arguments.input.hwaccel)
        let options = outputOptions(isLive: input.isLive)
        let turns = try input.mustTurn(for: options, warn: progress.warn)
        let format = input.frames(turned: turns).format
        let masks = try plan.externalMasks(of: format, warn: progress.warn)
        let relay = PacketRelay()
        var output = try openOutput(options, format: format, of: input, relay: relay)
        plan.warn(progress.warn)
        guard !plan.arguments.checks.dryRun else {
            try DryRun(plan: plan, source: input, sink: output).print()
            return nil
        }
        let segment = try openSegment(of: input, turns: turns)
        guard segment == nil || !interrupts.isStopped else { return nil }
        if segment?.segment.isEmpty == true {
            output?.abandon()
            output = nil
        }
        let (source, live) = Self.source(
            segment ?? input.frames(turned: turns), room: input.isLive ? room : nil,
            first: output?.acceptsOneFrame == true)
        let (about, part) = (about(output), output?.part)
        let late = Confined(0, label: "maskstream.late")
        // What each frame passes after the pipeline.
        var sink: any FrameSink = NoSink()
        if let output { sink = output }
        if let delay = delay(input) { sink = PacedSink(sink, delay: delay, late: late) }
        return OpenMedia(
            source: source, sink: KeptSink(sink), format: format, decoding: input.decoding,
            isLive: input.isLive, isolates: input.isImage,
            scenes: input.isImage || segment != nil ? nil : plan.arguments.input.scenes,
            segment: segment, masks: masks,
            analysis: try AnalysisRecorder(plan, warn: progress.warn),
            annotations: try plan.annotations?.open(reads: plan.reads), about: about, part: part,
            interrupt: input.interrupt, resume: { relay.drop(before: $0) },
            live: Self.counts(live, late: late),
            statistics: statistics(of: input, from: segment))
    }

    /// What frames pass after the decoder: they wait in line where they are live, and only the first
    /// goes on where the output holds one.
    private static func source(
        _ upright: sending any FrameSource, room: Int?, first: Bool
    ) -> (KeptSource, LiveSource?) {
        guard let room else { return (KeptSource(first ? FirstFrame(upright) : upright), nil) }
        let live = LiveSource(upright, room: room)
        return (KeptSource(first ? FirstFrame(live) : live), live)
    }

    private static func counts(
        _ live: LiveSource?, late: Confined<Int>
    ) -> (@Sendable () -> LiveCounts)? {
        guard let live else { return nil }
        return {
            let counts = live.counts
            return LiveCounts(
                captured: counts.captured, dropped: counts.dropped, late: late.sync { $0 })
        }
    }

    /// Opens the input; nil where somebody stops the program before its first frame.
    private func openInput() throws -> FFmpegSource? {
        let interrupt = MediaInterrupt()
        do {
            return try interrupts.draining({ interrupt.stop() }) {
                try FFmpegSource(plan.inputOptions(), interrupt: interrupt, warn: progress.warn)
            }
        } catch {
            guard interrupts.isStopped else { throw error }
            return nil
        }
    }

    /// Opens the output, where there is one, and has the streams copied that it takes.
    private func openOutput(
        _ options: OutputOptions?, format: FrameFormat, of input: FFmpegSource, relay: PacketRelay
    ) throws -> sending FFmpegSink? {
        guard let options else { return nil }
        let (common, fill) = (plan.arguments.common, plan.arguments.mask.fill(plan.profile))
        let output = try FFmpegSink(
            options,
            format: RenderStage.outputFormat(
                format, emit: common.emit, fill: fill, canvas: common.canvas),
            input: input.streams, relay: relay, isDryRun: plan.arguments.checks.dryRun,
            report: progress.warn)
        guard plan.verifying == nil || output.isReadable else { throw plan.notReadable }
        input.copy(streams: output.streams.copied, through: relay)
        if output.acceptsOneFrame, !input.isImage {
            progress.warn(
                MediaWarning("first_frame", "the output is one image: the first frame's"))
        }
        return output
    }

    /// What the summary says of the output.
    private func about(_ output: FFmpegSink?) -> [String] {
        guard let output else { return [plan.announcement] }
        let dropped = output.streams.entries.filter { $0.action == .drop }
        return ["\(output.encoderName) in \(output.containerName), \(plan.announcement)"]
            + dropped.map(\.description)
    }

    /// How many live frames may wait: the newest, or as many as are under way.
    var room: Int {
        plan.arguments.live.mode == .latency ? 1 : plan.profile.depth + plan.profile.lookahead
    }

    /// The fixed delay of live frames with `--live sync`: as long as the frames take that are under
    /// way at once.
    private func delay(_ input: FFmpegSource) -> Double? {
        guard input.isLive, plan.arguments.live.mode == .sync else { return nil }
        let rate = input.format.frameRate.value
        return Double(room) / (rate > 0 ? rate : 30)
    }
}

extension FFmpegSource {
    /// Whether frames are turned upright, because the output cannot hold their orientation.
    func mustTurn(for options: OutputOptions?, warn: WarningReport) throws -> Bool {
        guard format.orientation != .upright else { return false }
        let keeps = try options.map { try FFmpegSink.keepsOrientation($0, input: streams) }
        guard keeps != true else { return false }
        let lost = "the output cannot hold an orientation: its frames are turned upright"
        if options != nil { warn(MediaWarning("turned", lost)) }
        return true
    }

    /// The frames, turned upright or as they are.
    func frames(turned: Bool) -> sending any FrameSource { turned ? UprightSource(self) : self }
}
