import Foundation
import MaskStream
import MaskStreamFFmpeg

/// One `maskstream join` on its way: opened, joined, summarised.
struct JoinSession {
    private let plan: JoinPlan
    private let progress: ProgressPrinter
    private let interrupts = Interrupts()
    private var command: JoinCommand { plan.command }

    /// Settles the join.
    init(_ command: JoinCommand) throws {
        plan = try JoinPlan(command)
        progress = ProgressPrinter(command.progress)
    }

    /// Joins the parts, unless a receipt shows that nothing is left to do; gives the exit status.
    func run() throws -> Int32 {
        var receipt = command.receipt.map { path in
            SessionReceipt(
                plan.receipt, at: path,
                files: SessionReceipt.Files(output: command.output, events: command.events),
                skipsDone: command.skipDone, reads: plan.reads)
        }
        guard receipt?.isDone != true else {
            progress.finish(["\(command.output): done before"], fields: ["done_before": true])
            return 0
        }
        do {
            return try join(&receipt)
        } catch {
            receipt?.fail(error)
            throw error
        }
    }

    /// Opens everything, joins the parts and tells what came of it.
    private func join(_ receipt: inout SessionReceipt?) throws -> Int32 {
        let files = try plan.parts.parts.map {
            try PartFiles(of: $0, wantsEvents: command.events != nil)
        }
        var options = plan.outputOptions(
            overwrite: command.overwrite || receipt?.mayReplace == true)
        if receipt != nil { options.notOneFile = .notOneFile("--receipt", command.output) }
        let source = try FFmpegSource(plan.inputOptions, warn: progress.warn)
        try plan.parts.checkBeginning(Segment.time(source.firstTime, from: source.origin))
        let video = try CodedVideo(ofPart: files[0].output)
        let joiner = try PartJoiner(
            source, to: options, format: try format(of: source, options, video), video: video,
            report: progress.warn)
        try receipt?.claim(joiner.sink.part, fingerprint: plan.receipt.fingerprint)
        var events = try command.events.map {
            JoinedEvents(try EventWriter(path: $0, reads: plan.reads))
        }
        let start = Uptime.now
        let result = Result {
            try interrupts.draining({ source.interrupt() }) { try append(files, joiner, &events) }
        }
        if (try? result.get()) != true { joiner.sink.abandon() }
        if plan.parts.frames.foundNothing { warnOfNothing() }
        return try end(result, joiner, &events, &receipt, since: start)
    }

    /// What the frames of the whole have in common: those of the input, as these options paint them.
    private func format(
        of source: FFmpegSource, _ options: OutputOptions, _ video: CodedVideo
    ) throws -> FrameFormat {
        let turns = try source.mustTurn(for: options, warn: progress.warn)
        let common = plan.job.arguments.common
        return RenderStage.outputFormat(
            source.frames(turned: turns).format, emit: common.emit,
            fill: common.fill?.value ?? (video.hasAlpha ? .transparent : .zero),
            canvas: common.canvas)
    }

    /// Appends all parts; false where somebody stopped it.
    private func append(
        _ files: [PartFiles], _ joiner: PartJoiner, _ events: inout JoinedEvents?
    ) throws -> Bool {
        for (index, (part, file)) in zip(plan.parts.parts, files).enumerated() {
            let isWhole = try joiner.append(
                file.output, begins: index == 0 ? nil : part.begins, while: isWanted)
            guard isWhole else { return false }
            if let path = file.events { try events?.append(path, last: part.segment.threshold) }
        }
        try checkGaps(joiner.span)
        return try joiner.finish(if: isWanted)
    }

    private func isWanted() -> Bool { !interrupts.isStopped }

    private func warnOfNothing() {
        progress.warn(
            .nothingFound(
                frames: plan.parts.frames.framesOut, hides: plan.job.arguments.mask.invert))
    }

    /// Refuses a gap that is too long only across parts; others were refused when these were masked.
    private func checkGaps(_ span: Range<Double>) throws {
        let arguments = plan.job.arguments
        guard let limit = arguments.checks.failOnGap.map({ GapLimit(seconds: $0.value) }) else {
            return
        }
        let hidesNothing = arguments.mask.invert && plan.parts.frames.foundNothing
        for gap in hidesNothing ? [span] : plan.parts.gaps { try limit.check(gap) }
    }

    /// Writes the last events and the receipt, and tells what the join came to; gives the exit
    /// status.
    private func end(
        _ result: Result<Bool, any Error>, _ joiner: PartJoiner, _ events: inout JoinedEvents?,
        _ receipt: inout SessionReceipt?, since start: UInt64
    ) throws -> Int32 {
        var (status, failure): (Int32, (any Error)?) = (0, nil)
        switch result {
        case .success(let isWhole): if !isWhole { status = ExitStatus.interrupted }
        case .failure(let error): (status, failure) = (ExitStatus.code(of: error), error)
        }
        let complete = status == 0 ? command.output : nil
        func note(_ write: () throws -> Void) {
            do { try write() } catch {
                guard failure == nil else { return }
                (status, failure) = (ExitStatus.code(of: error), error)
            }
        }
        note {
            try events?.end(
                plan.parts.frames, warnings: progress.warnings.map { ($0.code, $0.message) },
                exit: status)
        }
        note { try receipt?.end(plan.parts.frames, exit: status, failure: failure) }
        if let error = failure.flatMap(ExitStatus.maskStreamError) {
            let part = joiner.sink.part
            ExitStatus.report(
                error, leftover: part?.isLeft == true ? part?.part : nil, complete: complete)
        }
        let (frames, count) = (joiner.count, plan.parts.parts.count)
        let seconds = Uptime.seconds(from: start)
        progress.finish(
            [
                "\(withoutCredentials(command.output)): \(frames) frames of \(count) parts in "
                    + "\(decimals(seconds, 1)) s"
            ],
            fields: [
                "frames": frames, "parts": count, "seconds": number(seconds, 3), "exit": status,
            ])
        return status
    }
}
