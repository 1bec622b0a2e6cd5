import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The events and the report of one session.
///
/// The order of the events depends on the frames alone.
struct SessionRecord {
    private let writer: EventWriter?
    /// The input's name where several share the file.
    private let input: String?
    private let isTimed: Bool
    private var page: ReportFile?
    private var certificate: CertificateFile?
    private var lastThreshold: Float?

    /// Opens the files that the options ask for, and writes the events' first line.
    init(
        _ plan: SessionPlan, events: EventWriter?, format: FrameFormat, settings: PipelineSettings,
        smallest: SmallestSubject?
    ) throws {
        writer = events
        input = plan.job.isOneOfSeveral ? plan.inputName : nil
        page = try plan.reportPath.map { try ReportFile($0, plan: plan, look: settings.look) }
        certificate = try plan.certificatePath.map { try CertificateFile($0, plan: plan) }
        isTimed = plan.arguments.reports.eventTimings
        try write(
            .start(
                Event.Start(
                    version: Versions.program, input: plan.inputName,
                    profile: ["name": plan.profile.name, "sha256": plan.profile.sha256],
                    video: Event.Video(
                        width: format.width, height: format.height,
                        pixFmt: format.pixelFormat.description,
                        timeBase: format.timeBase.description,
                        rotation: format.orientation.clockwiseDegrees),
                    device: plan.announcement, depth: settings.depth,
                    lookahead: settings.masks.lookahead,
                    detail: settings.look.detail == 1 ? nil : settings.look.detail,
                    turns: settings.look.turns == 1 ? nil : settings.look.turns,
                    estimateEvery: settings.look.interval == 1 ? nil : settings.look.interval,
                    smallest: smallest?.height)))
    }

    private func write(_ event: Event) throws { try writer?.write(event, input: input) }

    /// Records a frame that was written; `move` is why its threshold differs from the one before.
    mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) throws {
        page?.add(work, move: move)
        certificate?.add(work)
        guard writer != nil else { return }
        if let move, let lastThreshold {
            try write(
                .threshold(
                    frame: work.index, from: lastThreshold, to: work.threshold,
                    reason: move.rawValue))
        }
        lastThreshold = work.threshold
        try write(.frame(FrameRecord(work, timings: isTimed ? timings(of: work) : nil)))
    }

    private func timings(of work: borrowing FrameWork) -> [String: Double] {
        let began = work.source.captured ?? work.admitted
        let latency = Double(Uptime.elapsed(from: began))
        return ["latency_ms": (latency / 1e3).rounded() / 1e3]
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
        for warning in warnings {
            try write(.warning(code: warning.code, message: warning.message))
        }
        if let verified {
            for finding in verified.findings { try write(.finding(finding)) }
            try write(.verify(verified.look))
        }
        let kept = live.map {
            Event.Live(captured: $0.captured, late: $0.late, latency: counts.latency)
        }
        try write(
            .end(
                Event.End(
                    framesIn: counts.framesIn, framesOut: counts.framesOut,
                    dropped: live?.dropped ?? 0, corrupt: corrupt, missed: counts.missed,
                    undetected: counts.undetected, live: kept,
                    primarySkipped: counts.primarySkipped, longestGap: counts.longestGap,
                    exit: exit, reason: verified.flatMap { $0.refuses(exit) ? "verify" : nil })))
        try written.get()
        guard let complete else { return }
        try certificate?.write(
            counts, corrupt: corrupt, verified: verified, output: complete, exit: exit)
    }
}
