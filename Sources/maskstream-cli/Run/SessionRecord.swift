import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The events, the report and the analysis of one session.
///
/// The order of the events depends on the frames alone.
struct SessionRecord {
    private var logs: [EventLog] = []
    private var page: ReportFile?
    private var certificate: CertificateFile?
    private let analysis: AnalysisRecorder?

    /// Opens the files that the options ask for, and writes the first lines.
    init(
        _ plan: SessionPlan, events: EventWriter?, of media: OpenMedia,
        settings: PipelineSettings, smallest: SmallestSubject?
    ) throws {
        let (format, analysis) = (media.format, media.analysis)
        self.analysis = analysis
        page = try plan.reportPath.map { try ReportFile($0, plan: plan, look: settings.look) }
        certificate = try plan.certificatePath.map { try CertificateFile($0, plan: plan) }
        let start = Event.Start(
            version: Versions.program, input: plan.inputName,
            profile: ["name": plan.profile.name, "sha256": plan.profile.sha256],
            video: Event.Video(
                width: format.width, height: format.height,
                pixFmt: format.pixelFormat.description, timeBase: format.timeBase.description,
                rotation: format.orientation.clockwiseDegrees),
            device: plan.announcement, deviceReason: plan.deviceReason,
            decoder: media.decoding?.name, decoderReason: media.decoding?.reason,
            depth: settings.depth, lookahead: settings.lookahead,
            detail: settings.look.detail == 1 ? nil : settings.look.detail,
            turns: settings.look.turns == 1 ? nil : settings.look.turns,
            estimateEvery: settings.look.interval == 1 ? nil : settings.look.interval,
            smallest: smallest?.height)
        if let events {
            logs.append(
                try EventLog(
                    events, start, input: plan.job.isOneOfSeveral ? plan.inputName : nil,
                    detail: plan.arguments.reports.eventTimings ? .timings : .usual))
        }
        if let analysis {
            logs.append(try EventLog(analysis.events, start, detail: .findings))
        }
    }

    /// Records a frame that was written; `move` is why its threshold differs from the one before.
    mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) throws {
        page?.add(work, move: move)
        certificate?.add(work)
        analysis?.note(work)
        for index in logs.indices { try logs[index].add(work, move: move) }
    }

    /// Writes the warnings and the last line of the events, and the counts; where the output is
    /// complete, its certificate, too.
    func end(
        _ counts: PipelineCounts, warnings: [MediaWarning], corrupt: Int, live: LiveCounts?,
        verified: VerificationResult?, complete: String?, exit: Int32
    ) throws {
        let warnings = warnings.sorted { ($0.code, $0.message) < ($1.code, $1.message) }
        // A page that cannot be written takes no events along.
        let written = Result {
            try page?.write(
                counts, warnings: warnings.map(\.message), corrupt: corrupt, verified: verified,
                exit: exit)
        }
        let kept = live.map {
            Event.Live(captured: $0.captured, late: $0.late, latency: counts.latency)
        }
        let end = Event.End(
            framesIn: counts.framesIn, framesOut: counts.framesOut, dropped: live?.dropped ?? 0,
            corrupt: corrupt, missed: counts.missed, undetected: counts.undetected, live: kept,
            primarySkipped: counts.primarySkipped, longestGap: counts.longestGap, exit: exit,
            reason: verified.flatMap { $0.refuses(exit) ? "verify" : nil })
        for log in logs { try log.end(end, warnings: warnings, verified: verified) }
        try written.get()
        guard let complete else { return }
        try certificate?.write(
            counts, corrupt: corrupt, verified: verified, output: complete, exit: exit)
    }
}
