import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// Carries a plan out: pipeline, signals, progress, events, summary.
struct Run {
    let plan: RunPlan
    let reporter: Reporter
    /// What the summary says of the output.
    let about: [String]

    /// Runs to the end and gives the exit status.
    func execute(
        source: sending any FrameSource, sink: sending any FrameSink, parts: [Pipeline.Part],
        record: sending RunRecord, lookahead: Int, isLive: Bool, isolates: Bool,
        interrupt: @escaping @Sendable () -> Void, corrupt: () -> Int
    ) throws -> Int32 {
        let record = Confined(record, label: "maskstream.record")
        let pipeline = Pipeline(
            source: source, parts: parts, sink: sink,
            controller: try plan.arguments.mask.controller(plan.profile, isolatesFrames: isolates),
            isLive: isLive, depth: plan.profile.depth, lookahead: lookahead,
            observe: observer(record), approve: gapRule)
        let start = DispatchTime.now().uptimeNanoseconds
        let interrupts = Interrupts {
            pipeline.stop()
            interrupt()
        }
        defer { withExtendedLifetime(interrupts) {} }
        let status: Int32
        var failure: (any Error)?
        do {
            let report = try pipeline.run()
            status = report.wasStopped && !isLive ? ExitStatus.interrupted : 0
        } catch {
            failure = error
            status = ExitStatus.code(of: error)
        }
        let report = pipeline.report
        let corrupt = corrupt()
        try record.sync {
            try $0.end(report, warnings: reporter.warnings, corrupt: corrupt, exit: status)
        }
        let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        let summary = Summary(
            report: report, elapsed: elapsed, output: plan.arguments.output.output, about: about,
            status: status)
        if let failure {
            reporter.clear()
            if let error = ExitStatus.maskStreamError(failure) { ExitStatus.report(error) }
            if ExitStatus.maskStreamError(failure)?.isBrokenPipe == true { return status }
        }
        reporter.finish(summary.lines, fields: summary.fields)
        return status
    }

    /// Refuses an output in which a subject was lost for longer than the user allows.
    private var gapRule: @Sendable (RunReport) throws -> Void {
        let limit = plan.arguments.options.failOnGap?.value
        return { report in
            // A microsecond is more than rounding errors.
            guard let limit, let gap = report.gaps.first, report.longestGap > limit + 1e-6 else {
                return
            }
            throw MaskStreamError(
                .software,
                "no subject was found for \(decimals(report.longestGap, 2)) s, from "
                    + "\(decimals(gap.lowerBound, 2)) s to \(decimals(gap.upperBound, 2)) s "
                    + "(--fail-on-gap \(decimals(limit, 2)))",
                hint: "look at this span in the .part file; --report lists all of them")
        }
    }

    /// Looks at every written frame, on the sink's queue.
    private func observer(
        _ record: Confined<RunRecord>
    ) -> @Sendable (borrowing FrameWork, ThresholdMove?) throws -> Void {
        let reporter = reporter
        return { work, move in
            try record.sync { try $0.add(work, move: move) }
            reporter.progress(work)
        }
    }
}

/// What a run came to, in lines and in fields.
struct Summary {
    let report: RunReport
    let elapsed: Double
    let output: String?
    let about: [String]
    let status: Int32

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
        if !report.clocks.isEmpty, report.framesOut > 0 {
            let times = report.clocks.map { clock in
                "\(clock.name) \(decimals(clock.total * 1000 / Double(report.framesOut), 2))"
            }
            lines.append("  ms per frame: \(times.joined(separator: ", "))")
        }
        if report.missed > 0 {
            lines.append(
                "  masked whole for want of a map: \(report.missed) frames"
                    + " (\(report.damaged) damaged)")
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
            stages[clock.name] =
                [
                    "p50": number(clock.percentile(0.5), 3),
                    "p95": number(clock.percentile(0.95), 3),
                    "p99": number(clock.percentile(0.99), 3), "total": number(clock.total, 4),
                ] as [String: any Sendable]
        }
        return [
            "frames": report.framesOut, "seconds": number(elapsed, 3),
            "kept": number(report.meanKept, 4),
            "threshold": number(Double(report.lastThreshold), 4), "missed": report.missed,
            "longest_gap": number(report.longestGap, 4), "primary_skipped": report.primarySkipped,
            "damaged": report.damaged, "exit": status, "stages": stages,
        ]
    }
}
