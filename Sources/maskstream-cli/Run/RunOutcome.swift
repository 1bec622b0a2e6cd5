import Foundation
import MaskStream
import MaskStreamFFmpeg

/// What a run came to, in lines and in fields.
struct RunOutcome: Sendable {
    let input: String
    let output: String?
    /// What there is to say of the output.
    let about: [String]
    let report: RunReport
    /// What was counted of live pictures; nil for files.
    let live: LiveCounts?
    let elapsed: Double
    let status: Int32
    let failure: (any Error)?
    /// The file that holds what was good of an output that is not complete.
    var leftover: String?

    /// The outcome of a run of which no frame was written.
    static func empty(
        _ plan: RunPlan, status: Int32 = 0, failure: (any Error)? = nil
    ) -> RunOutcome {
        RunOutcome(
            input: plan.inputName, output: plan.job.output, about: [], report: RunReport(),
            live: nil, elapsed: 0, status: status, failure: failure)
    }

    /// Prints the error that ended the run, where there was one.
    func reportFailure() {
        guard let failure, let error = ExitStatus.maskStreamError(failure) else { return }
        ExitStatus.report(error, leftover: leftover)
    }

    /// Whether there is nobody left to read a summary.
    var isReaderGone: Bool {
        failure.flatMap(ExitStatus.maskStreamError)?.isBrokenPipe == true
    }

    /// A few lines for people.
    var lines: [String] {
        let rate = elapsed > 0 ? Double(report.framesOut) / elapsed : 0
        var lines = [
            "\(output.map { withoutCredentials($0) } ?? "no output"): \(report.framesOut) frames in "
                + "\(decimals(elapsed, 1)) s (\(decimals(rate, 1)) fps), kept "
                + "\(decimals(report.meanKept * 100, 1)) %, threshold "
                + decimals(Double(report.lastThreshold), 3)
        ]
        lines += about.map { "  \($0)" }
        if let leftover { lines.append("  not complete: what was good is in \(leftover)") }
        if !report.clocks.isEmpty, report.framesOut > 0 {
            let times = report.clocks.map { clock in
                "\(clock.name) \(decimals(clock.total * 1000 / Double(report.framesOut), 2))"
            }
            lines.append("  ms per frame: \(times.joined(separator: ", "))")
        }
        if let live {
            let times = report.latency
            let shown = [0.5, 0.95, 0.99].map { decimals(times.percentile($0), 0) }
            lines.append(
                "  live: captured \(live.captured), dropped \(live.dropped), late \(live.late); ms "
                    + "from capture to output: p50 \(shown[0]), p95 \(shown[1]), p99 \(shown[2])")
        }
        if report.missed > 0 {
            lines.append(
                "  masked whole for want of a map: \(report.missed) frames"
                    + " (\(report.damaged) damaged)")
        }
        if report.undetected > 0 {
            lines.append("  no subject found: \(report.undetected) frames")
        }
        if let gap = report.gaps.first {
            lines.append(
                "  longest time without a subject between two sightings: "
                    + "\(decimals(report.longestGap, 2)) s, from \(clock(gap.lowerBound)) on")
        }
        return lines
    }

    /// The same for programs.
    var fields: [String: any Sendable] {
        var stages: [String: any Sendable] = [:]
        for clock in report.clocks {
            var times = clock.percentiles.mapValues { number($0, 3) }
            times["total"] = number(clock.total, 4)
            stages[clock.name] = times
        }
        var fields: [String: any Sendable] = [
            "frames": report.framesOut, "seconds": number(elapsed, 3),
            "kept": number(report.meanKept, 4),
            "threshold": number(Double(report.lastThreshold), 4), "missed": report.missed,
            "longest_gap": number(report.longestGap, 4), "primary_skipped": report.primarySkipped,
            "damaged": report.damaged, "undetected": report.undetected, "exit": status,
            "stages": stages,
        ]
        if let live {
            fields["captured"] = live.captured
            fields["dropped"] = live.dropped
            fields["late"] = live.late
            fields["latency_ms"] = report.latency.percentiles.mapValues { number($0, 3) }
        }
        return fields
    }
}
