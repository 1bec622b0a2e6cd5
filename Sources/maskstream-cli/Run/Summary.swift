import Foundation
import MaskStream
import MaskStreamFFmpeg

/// What a run came to, in lines and in fields.
struct Summary: Sendable {
    let input: String
    let output: String?
    /// What there is to say of the output.
    let about: [String]
    /// How the estimator looked at frames.
    var look = EstimatorLook()
    let counts: PipelineCounts
    /// What was counted of live frames; nil for files.
    let live: LiveCounts?
    /// What another detector finds in the output; nil where none looked.
    var verified: VerificationResult?
    let elapsed: Double
    let status: Int32
    let failure: (any Error)?
    /// The file that holds what was good of an output that is not complete.
    var leftover: String?
    /// The output that is complete although the run failed; nil for none.
    var complete: String?

    /// Whether an earlier run did all there is to do.
    var wasDone = false

    /// The outcome where an earlier run did all there is to do.
    static func done(_ plan: SessionPlan) -> Summary {
        var summary = empty(plan)
        summary.wasDone = true
        return summary
    }

    /// The outcome of a run of which no frame was written.
    static func empty(
        _ plan: SessionPlan, status: Int32 = 0, failure: (any Error)? = nil
    ) -> Summary {
        Summary(
            input: plan.inputName, output: plan.result, about: [], counts: PipelineCounts(),
            live: nil, elapsed: 0, status: status, failure: failure)
    }

    /// Prints the error that ended the run, where there was one; one of several names its input.
    func reportFailure(isOneOfSeveral: Bool = false) {
        guard let failure, let error = ExitStatus.maskStreamError(failure) else { return }
        let isNamed = !isOneOfSeveral || error.message.contains(input)
        ExitStatus.report(error, of: isNamed ? nil : input, leftover: leftover, complete: complete)
    }

    /// Whether there is nobody left to read a summary.
    var isReaderGone: Bool {
        failure.flatMap(ExitStatus.maskStreamError)?.isBrokenPipe == true
    }

    /// A few lines for people.
    var lines: [String] {
        guard !wasDone else { return ["\(withoutCredentials(output ?? input)): done before"] }
        let rate = elapsed > 0 ? Double(counts.framesOut) / elapsed : 0
        var lines = [
            "\(output.map { withoutCredentials($0) } ?? "no output"): \(counts.framesOut) frames in "
                + "\(decimals(elapsed, 1)) s (\(decimals(rate, 1)) fps), kept "
                + "\(decimals(counts.meanKept * 100, 1)) %, threshold "
                + decimals(Double(counts.lastThreshold), 3)
        ]
        lines += about.map { "  \($0)" }
        if let leftover { lines.append("  not complete: what was good is in \(leftover)") }
        if !counts.clocks.isEmpty, counts.framesOut > 0 {
            let times = counts.clocks.map { clock in
                "\(clock.name) \(decimals(clock.total * 1000 / Double(counts.framesOut), 2))"
            }
            lines.append("  ms per frame: \(times.joined(separator: ", "))")
        }
        if let live {
            let times = counts.latency
            let shown = [0.5, 0.95, 0.99].map { decimals(times.percentile($0), 0) }
            lines.append(
                "  live: captured \(live.captured), dropped \(live.dropped), late \(live.late); ms "
                    + "from capture to output: p50 \(shown[0]), p95 \(shown[1]), p99 \(shown[2])")
        }
        if counts.missed > 0 {
            lines.append(
                "  masked whole for want of a map: \(counts.missed) frames"
                    + " (\(counts.damaged) damaged)")
        }
        if let tokens = counts.tokens {
            let fraction = decimals(Double(tokens.kept) / Double(max(1, tokens.all)) * 100, 1)
            lines.append("  tokens kept: \(tokens.kept) of \(tokens.all) (\(fraction) %)")
        }
        if counts.undetected > 0 {
            lines.append("  no subject found: \(counts.undetected) frames")
        }
        if let gap = counts.gaps.first {
            lines.append(
                "  longest time without a subject between two detections: "
                    + "\(decimals(counts.longestGap, 2)) s, from \(clock(gap.start)) on")
        }
        if let verified { lines += verified.lines.map { "  \($0)" } }
        return lines
    }

    /// The same for programs.
    var fields: [String: any Sendable] {
        var stages: [String: any Sendable] = [:]
        for clock in counts.clocks {
            var times = clock.percentiles.mapValues { number($0, 3) }
            times["total"] = number(clock.total, 4)
            stages[clock.name] = times
        }
        var fields: [String: any Sendable] = [
            "frames": counts.framesOut, "seconds": number(elapsed, 3),
            "kept": number(counts.meanKept, 4),
            "threshold": number(Double(counts.lastThreshold), 4), "missed": counts.missed,
            "longest_gap": number(counts.longestGap, 4), "primary_skipped": counts.primarySkipped,
            "damaged": counts.damaged, "undetected": counts.undetected, "exit": status,
            "detail": look.detail, "turns": look.turns,
            "estimate_every": look.interval, "maps_carried": counts.mapsCarried, "stages": stages,
        ]
        if wasDone { fields["done_before"] = true }
        if let tokens = counts.tokens {
            fields["tokens"] = ["kept": tokens.kept, "all": tokens.all]
        }
        if let verified { fields["findings"] = verified.look.findings }
        if let live {
            fields["captured"] = live.captured
            fields["dropped"] = live.dropped
            fields["late"] = live.late
            fields["latency_ms"] = counts.latency.percentiles.mapValues { number($0, 3) }
        }
        return fields
    }
}
