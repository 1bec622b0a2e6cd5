import Foundation
import MaskStream

/// The figures of a benchmark.
struct Bench {
    /// One run of ours and the run of `ffmpeg` that followed it.
    struct Pair {
        let ours: ChildRun
        let theirs: ChildRun
        let ourBytes: Int
        let theirBytes: Int
    }

    private let clip: String
    private let profile: String
    private let pairs: [Pair]
    private let summary: RunSummary

    /// What the program's own JSON summary says of a run.
    private struct RunSummary: Codable {
        struct Stage: Codable {
            let p50: Double
            let p95: Double
            let p99: Double
        }

        let frames: Int
        let seconds: Double
        let kept: Double
        let detail: Int
        let turns: Int
        let stages: [String: Stage]
    }

    init(clip: String, profile: String, pairs: [Pair]) throws {
        self.clip = clip
        self.profile = profile
        self.pairs = pairs
        let lines = pairs.last?.ours.errorText.split(separator: "\n") ?? []
        guard let line = lines.last(where: { $0.contains("\"type\":\"summary\"") }) else {
            throw MaskStreamError(.software, "the run gave no summary (\(clip))")
        }
        summary = try JSONDecoder().decode(RunSummary.self, from: Data(line.utf8))
    }

    static func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func median(_ value: (Pair) -> Double) -> Double {
        pairs.map(value).sorted()[pairs.count / 2]
    }

    private var figures: [(name: String, ours: Double, theirs: Double, ratio: Double)] {
        [
            ("wall s", { $0.wall }), ("cpu s", { $0.cpu }), ("peak MiB", { $0.peakMemory }),
        ].map { (name: String, value: (ChildRun) -> Double) in
            (
                name, median { value($0.ours) }, median { value($0.theirs) },
                median { value($0.ours) / value($0.theirs) }
            )
        } + [
            (
                "MB", median { Double($0.ourBytes) / 1e6 }, median { Double($0.theirBytes) / 1e6 },
                median { Double($0.ourBytes) / Double($0.theirBytes) }
            )
        ]
    }

    /// The figures for people: medians, and the median of the ratios pair by pair.
    var table: String {
        let machine = "\(ProcessInfo.processInfo.activeProcessorCount) cores"
        let title =
            "\(clip): \(summary.frames) frames, detail \(summary.detail), "
            + "turns \(summary.turns), "
            + "kept \(decimals(summary.kept * 100, 1)) %, \(pairs.count) pairs of runs, \(machine)"
        var rows = [["", "maskstream", "ffmpeg", "ratio"]]
        for figure in figures {
            rows.append([
                figure.name, decimals(figure.ours, 2), decimals(figure.theirs, 2),
                decimals(figure.ratio, 3),
            ])
        }
        let rate = Double(summary.frames) / median { $0.ours.wall }
        rows.append(["fps", decimals(rate, 1)])
        rows.append(["ms per frame", "p50", "p95", "p99"])
        for name in ["source", "estimate", "mask", "primary", "classes", "render", "sink"] {
            guard let stage = summary.stages[name] else { continue }
            rows.append(
                [name] + [stage.p50, stage.p95, stage.p99].map { decimals($0, 2) })
        }
        return ([title] + TextTable(rows, least: 12).lines).joined(separator: "\n")
    }

    /// The figures for programs.
    func json() throws -> Data {
        var ratios: [String: Any] = [:]
        var ours: [String: Any] = [:]
        var theirs: [String: Any] = [:]
        for figure in figures {
            let key = figure.name.lowercased().replacingOccurrences(of: " ", with: "_")
            ours[key] = number(figure.ours, 4)
            theirs[key] = number(figure.theirs, 4)
            ratios[key] = number(figure.ratio, 4)
        }
        var stages: [String: Any] = [:]
        for (name, stage) in summary.stages {
            stages[name] = [
                "p50": number(stage.p50, 3), "p95": number(stage.p95, 3),
                "p99": number(stage.p99, 3),
            ]
        }
        let fields: [String: Any] = [
            "clip": clip, "profile": profile, "runs": pairs.count, "frames": summary.frames,
            "detail": summary.detail, "turns": summary.turns, "kept": number(summary.kept, 4),
            "fps": number(Double(summary.frames) / median { $0.ours.wall }, 2),
            "maskstream": ours, "ffmpeg": theirs, "ratio": ratios, "stages_ms": stages,
        ]
        return try JSONSerialization.data(
            withJSONObject: fields, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }
}
