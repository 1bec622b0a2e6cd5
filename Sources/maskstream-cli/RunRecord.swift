import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The events of one run, in an order that depends on its frames alone.
struct RunRecord {
    private let writer: EventWriter?
    private var lastThreshold: Float?

    /// Opens the events file, if one is wished for, and writes its first line.
    init(_ plan: RunPlan, format: FrameFormat, lookahead: Int, device: String) throws {
        writer = try plan.arguments.options.events.map { try EventWriter(path: $0) }
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

    /// Writes a frame's events.
    mutating func write(_ frame: FrameRecord, threshold: Float, move: ThresholdMove?) throws {
        if let move, let lastThreshold {
            try writer?.write(
                .threshold(
                    frame: frame.frame, from: lastThreshold, to: threshold,
                    reason: move.rawValue))
        }
        lastThreshold = threshold
        try writer?.write(.frame(frame))
    }

    /// Writes the warnings and the last line.
    func end(
        _ report: RunReport, warnings: [MediaWarning], corrupt: Int, exit: Int32
    ) throws {
        guard let writer else { return }
        for warning in warnings.sorted(by: { ($0.code, $0.message) < ($1.code, $1.message) }) {
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
