import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The events and the report of one run; events come in an order that depends on its frames alone.
struct RunRecord {
    private let writer: EventWriter?
    private let isTimed: Bool
    private var page: ReportFile?
    private var lastThreshold: Float?

    /// Opens the files that are wished for, and writes the events' first line.
    init(_ plan: RunPlan, format: FrameFormat, lookahead: Int, device: String) throws {
        let options = plan.arguments.options
        writer = try options.events.map { try EventWriter(path: $0) }
        page = try options.report.map { try ReportFile($0, plan: plan, device: device) }
        isTimed = options.eventTimings
        try writer?.write(
            .start(
                Event.Start(
                    version: Versions.program,
                    input: withoutCredentials(plan.arguments.input.input),
                    profile: ["name": plan.profile.name, "sha256": plan.profile.sha256],
                    video: Event.Video(
                        width: format.width, height: format.height,
                        pixFmt: format.pixelFormat.description,
                        timeBase: format.timeBase.description,
                        rotation: format.orientation.clockwiseDegrees),
                    device: device, depth: plan.profile.depth, lookahead: lookahead)))
    }

    /// Tells of a frame that was written; `move` is why its threshold differs from the one before.
    mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) throws {
        page?.add(work, move: move)
        guard let writer else { return }
        if let move, let lastThreshold {
            try writer.write(
                .threshold(
                    frame: work.index, from: lastThreshold, to: work.threshold,
                    reason: move.rawValue))
        }
        lastThreshold = work.threshold
        try writer.write(.frame(FrameRecord(work, timings: isTimed ? timings(of: work) : nil)))
    }

    private func timings(of work: borrowing FrameWork) -> [String: Double] {
        let latency = Double(DispatchTime.now().uptimeNanoseconds - work.admitted)
        return ["latency_ms": (latency / 1e3).rounded() / 1e3]
    }

    /// Writes the warnings and the last line of the events, and the report.
    func end(
        _ report: RunReport, warnings: [MediaWarning], corrupt: Int, exit: Int32
    ) throws {
        let warnings = warnings.sorted { ($0.code, $0.message) < ($1.code, $1.message) }
        try page?.write(
            report, warnings: warnings.map(\.message), corrupt: corrupt, exit: exit)
        guard let writer else { return }
        for warning in warnings {
            try writer.write(.warning(code: warning.code, message: warning.message))
        }
        try writer.write(
            .end(
                Event.End(
                    framesIn: report.framesIn, framesOut: report.framesOut, dropped: 0,
                    corrupt: corrupt, missed: report.missed,
                    primarySkipped: report.primarySkipped, longestGap: report.longestGap,
                    exit: exit)))
    }
}
