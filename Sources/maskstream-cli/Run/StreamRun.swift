import MaskStream
import MaskStreamFFmpeg

extension Run {
    /// Masks a file, a stream, a camera or a picture.
    func executeStream() throws -> RunOutcome {
        guard let source = try open() else {
            // Stopped before the first picture.
            let status = plan.job.isLive ? 0 : ExitStatus.interrupted
            return RunOutcome.empty(plan, status: status)
        }
        reporter.expect(duration: source.duration)
        let relay = PacketRelay()
        let streams = source.streams
        let options = plan.outputOptions(isLive: source.isLive)
        let turns = try mustTurn(source, options)
        let format = turns ? UprightSource(source).format : source.format
        let mask = plan.arguments.mask
        let written = RenderStage.outputFormat(
            format, emit: mask.emit, fill: mask.fill(plan.profile))
        let sink = try options.map {
            try FFmpegSink(
                $0, format: written, input: streams, relay: relay,
                isDryRun: plan.arguments.options.dryRun, report: reporter.warn)
        }
        if let sink {
            source.copy(streams: sink.streams.copied, through: relay)
            if sink.acceptsOneFrame, !source.isPicture {
                reporter.warn(
                    MediaWarning("first_frame", "the output is one picture: the first frame's"))
            }
        }
        plan.warn(reporter.warn)
        guard !plan.arguments.options.dryRun else {
            DryRun(plan: plan, source: source, sink: sink).print()
            return RunOutcome.empty(plan)
        }
        var media = media(source, sink, turns: turns, format: format)
        media.resume = { relay.drop(before: $0) }
        return try execute(media)
    }

    /// Opens the input; nil where somebody stops the program before its first picture.
    private func open() throws -> FFmpegSource? {
        let interrupt = MediaInterrupt()
        do {
            return try interrupts.draining({ interrupt.stop() }) {
                try FFmpegSource(plan.inputOptions(), interrupt: interrupt, warn: reporter.warn)
            }
        } catch {
            guard interrupts.isStopped else { throw error }
            return nil
        }
    }

    /// Whether pictures have to come upright, because the output cannot tell how to turn them.
    private func mustTurn(_ source: FFmpegSource, _ options: OutputOptions?) throws -> Bool {
        guard source.format.orientation != .upright else { return false }
        let keeps = try options.map { try FFmpegSink.keepsOrientation($0, input: source.streams) }
        guard keeps != true else { return false }
        reporter.warn(
            MediaWarning(
                "turned", "the output cannot tell how to turn its pictures: they are turned"))
        return true
    }

    /// Puts the ends together: what turns, drops, delays.
    private func media(
        _ source: FFmpegSource, _ sink: sending FFmpegSink?, turns: Bool, format: FrameFormat
    ) -> RunMedia {
        let first = sink?.acceptsOneFrame == true
        let dropped = (sink?.streams.entries ?? []).filter { $0.action == .drop }
        let encoder = sink.map {
            ["\($0.encoderName) in \($0.containerName), \(plan.announcement)"]
        }
        let live = source.isLive ? LiveSource(Self.upright(source, turns), room: room) : nil
        let late = Confined(0, label: "maskstream.late")
        return RunMedia(
            source: KeptSource(Self.reading(live, Self.upright(source, turns), first: first)),
            sink: KeptSink(Self.writing(sink, delay: delay(source), late: late)), format: format,
            isLive: source.isLive, isolates: source.isPicture,
            about: (encoder ?? [plan.announcement]) + dropped.map(\.description), part: sink?.part,
            interrupt: source.interrupt,
            live: Self.counts(live, late: late),
            statistics: { source.statistics })
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

    private static func upright(_ source: FFmpegSource, _ turns: Bool) -> sending any FrameSource {
        if turns { return UprightSource(source) }
        return source
    }

    private static func reading(
        _ live: LiveSource?, _ upright: sending any FrameSource, first: Bool
    ) -> sending any FrameSource {
        let source: any FrameSource
        if let live { source = live } else { source = upright }
        return first ? FirstFrame(source) : source
    }

    private static func writing(
        _ sink: sending FFmpegSink?, delay: Double?, late: Confined<Int>
    ) -> sending any FrameSink {
        let open: any FrameSink
        if let sink { open = sink } else { open = NoSink() }
        guard let delay else { return open }
        return PacedSink(open, delay: delay, late: late)
    }

    /// How many live pictures may wait: the newest, or as many as are under way.
    var room: Int {
        plan.arguments.options.live == .latency ? 1 : plan.profile.depth + plan.profile.lookahead
    }

    /// The fixed delay of live pictures, where one is wished for: as long as the frames take that
    /// are under way at once.
    private func delay(_ source: FFmpegSource) -> Double? {
        guard source.isLive, plan.arguments.options.live == .sync else { return nil }
        let rate = source.format.frameRate.value
        return Double(room) / (rate > 0 ? rate : 30)
    }
}

extension RunPlan {
    /// How masks are made of what is read.
    func settings(_ media: RunMedia) -> MaskStage.Settings {
        arguments.mask.settings(
            profile, isolatesFrames: media.isolates,
            waitsForNone: media.isLive && arguments.options.live == .latency)
    }
}
