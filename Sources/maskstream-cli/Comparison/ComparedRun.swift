import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// What a comparison has found, for people and for programs.
protocol ComparisonFindings {
    /// The prediction, notes, and tables.
    var text: String { get }
    /// The figures as JSON; only names with `ms` in them hold times.
    var json: String { get throws }
}

/// A sentence beside the prediction, and its name for programs.
struct ComparisonNote {
    let code: String
    let text: String
}

/// What is known of a comparison's run, whatever is compared in it.
struct ComparedRun {
    let plan: ComparisonPlan
    let counts: FrameCounts
    let files: EncodedFigures
    /// Milliseconds a frame of the stages of the run.
    let stages: [String: Double]
    /// The primary's multiply-adds of one run at its own size.
    let multiplyAdds: Int?

    /// A count as so many of each frame.
    func perFrame(_ count: Int) -> Double { Double(count) / Double(max(1, counts.frames)) }

    /// The primary's multiply-adds of a frame at a width of its input; nil where the model does not
    /// say.
    func multiplyAdds(size: Int?, runs: Double) -> Double? {
        let area = size.map { Double($0) / Double(plan.primary.width) } ?? 1
        return multiplyAdds.map { Double($0) * area * area * runs }
    }

    /// How many frames no figure is of.
    var unseen: ComparisonNote? {
        let count = counts.frames - counts.withSubject
        guard count > 0 else { return nil }
        return ComparisonNote(
            code: "frames_without_subject",
            text: "\(count) frames have no subject and are in no share")
    }

    /// The masked file's bytes over those of the other; nil where nothing was encoded.
    private var byteRatio: Double? {
        files.plain.bytes > 0 ? Double(files.masked.bytes) / Double(files.plain.bytes) : nil
    }

    /// Whether the masked file saves bytes, in words; nil where nothing was encoded.
    var bytes: String? {
        byteRatio.map { ratio in
            ratio <= 1
                ? "saves \(decimals((1 - ratio) * 100, 0)) % of the bytes\(noise)"
                : "takes \(decimals((ratio - 1) * 100, 0)) % more bytes\(noise)"
        }
    }

    /// What the bytes are not saved by: equal quality settings need not give equal frames.
    private var noise: String {
        guard files.isComparable, let ours = files.masked.error.psnr,
            let theirs = files.plain.error.psnr, abs(ours - theirs) >= 0.5
        else { return "" }
        let gap = "\(decimals(abs(ours - theirs), 1)) dB"
        return " with kept pixels \(gap) \(ours < theirs ? "worse" : "better")"
    }

    /// What was compared.
    func setting(blocks: Int) -> String {
        let threshold = counts.threshold
        let range =
            "\(decimals(Double(threshold.least), 3)) to \(decimals(Double(threshold.greatest), 3))"
        let names =
            plan.profile.name
            + (plan.arguments.primary == nil ? "" : " with \(plan.judge.name)'s primary")
        return "\(withoutCredentials(plan.arguments.location)), \(names): "
            + "\(counts.frames) frames, \(counts.withSubject) with a subject, kept "
            + "\(percent(counts.kept.mean)), threshold \(decimals(threshold.mean, 3)) (\(range)), "
            + "\(blocks) blocks of \(plan.input.isFolder ? "one image" : "1 s")"
    }

    /// The stages' times and the encoded files.
    var cost: [String] {
        let times = ["estimate", "mask", "primary"].map { name in
            "\(name) \(decimals(stages[name] ?? 0, 2))"
        }
        let encoder = plan.encoder
        return [
            "ms per frame in a run: \(times.joined(separator: ", ")) (with its interval and probes)",
            "libx264 \(encoder.preset) crf \(encoder.crf): masked \(size(files.masked)), unmasked "
                + "\(size(files.plain)); PSNR of kept luma \(psnr(files.masked)) and "
                + psnr(files.plain),
        ]
    }

    private func size(_ file: EncodedFigures.File) -> String {
        "\(decimals(Double(file.bytes) / 1e6, 3)) MB"
    }

    private func psnr(_ file: EncodedFigures.File) -> String {
        guard files.isComparable, let psnr = file.error.psnr else { return "unknown" }
        return "\(decimals(psnr, 2)) dB"
    }

    /// What JSON says of any comparison.
    func fields(blocks: Int) -> [String: Any] {
        [
            "schema": 1, "input": withoutCredentials(plan.arguments.location),
            "profile": ["name": plan.profile.name, "sha256": plan.profile.sha256],
            "primary": object([
                "profile": plan.judge.name, "sha256": plan.judge.sha256,
                "width": plan.primary.width, "height": plan.primary.height,
                "multiply_adds": multiplyAdds,
            ]),
            "frames": counts.frames, "frames_with_subject": counts.withSubject, "blocks": blocks,
            "block": plan.input.isFolder ? "picture" : "second", "draws": BlockBootstrap().draws,
            "probe_runs": counts.probeRuns, "kept": fields(counts.kept),
            "threshold": fields(counts.threshold), "stages_ms": stages.mapValues { number($0, 3) },
            "encoded": encoded,
        ]
    }

    private var encoded: [String: Any] {
        let psnr = { (file: EncodedFigures.File) in
            files.isComparable ? file.error.psnr.map { number($0, 2) } : nil
        }
        return object([
            "codec": "libx264", "preset": plan.encoder.preset, "crf": plan.encoder.crf,
            "masked_bytes": files.masked.bytes, "unmasked_bytes": files.plain.bytes,
            "masked_psnr": psnr(files.masked), "unmasked_psnr": psnr(files.plain),
        ])
    }

    private func fields(_ spread: FrameCounts.Spread) -> [String: Any] {
        [
            "min": number(Double(spread.least), 4), "mean": number(spread.mean, 4),
            "max": number(Double(spread.greatest), 4),
        ]
    }
}
