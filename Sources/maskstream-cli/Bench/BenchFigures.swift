import Foundation
import MaskStream

/// The figures of a benchmark.
struct Bench {
    /// A run and the size of the file that it wrote.
    struct Encoding {
        let run: ChildRun
        let bytes: Int
    }

    /// One run of ours and the run of `ffmpeg` that followed it.
    struct Pair {
        let ours: Encoding
        let theirs: Encoding
    }

    private static let percentiles = ["p50", "p95", "p99"]

    private let clip: String
    private let profile: String
    private let pairs: [Pair]
    private let summary: RunSummary

    /// What the program's own JSON summary says of a run.
    private struct RunSummary: Decodable {
        let frames: Int
        let kept: Double
        let detail: Int
        let turns: Int
        let estimateEvery: Int
        let mapsCarried: Int
        let stages: [String: [String: Double]]
    }

    init(clip: String, profile: String, pairs: [Pair]) throws {
        self.clip = clip
        self.profile = profile
        self.pairs = pairs
        let lines = pairs.last?.ours.run.errorText.split(separator: "\n") ?? []
        guard let line = lines.last(where: { $0.contains("\"type\":\"summary\"") }) else {
            throw MaskStreamError(.software, "the run gave no summary (\(clip))")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        summary = try decoder.decode(RunSummary.self, from: Data(line.utf8))
    }

    private func median(_ value: (Pair) -> Double) -> Double {
        pairs.map(value).sorted()[pairs.count / 2]
    }

    /// Medians of ours and theirs, and the median of the ratios pair by pair.
    private func medians(_ value: (Encoding) -> Double) -> [Double] {
        [
            median { value($0.ours) }, median { value($0.theirs) },
            median { value($0.ours) / value($0.theirs) },
        ]
    }

    private var figures: [(name: String, medians: [Double])] {
        [
            ("wall s", medians(\.run.wall)), ("cpu s", medians(\.run.cpu)),
            ("peak MiB", medians(\.run.peakMemory)), ("MB", medians { Double($0.bytes) / 1e6 }),
        ]
    }

    private var rate: Double { Double(summary.frames) / median(\.ours.run.wall) }

    /// The figures for people.
    var table: String {
        let title =
            "\(clip): \(summary.frames) frames, detail \(summary.detail), turns \(summary.turns), "
            + "estimator on \(summary.frames - summary.mapsCarried), "
            + "kept \(decimals(summary.kept * 100, 1)) %, \(pairs.count) pairs of runs, "
            + "\(ProcessInfo.processInfo.activeProcessorCount) cores"
        var rows = [["", "maskstream", "ffmpeg", "ratio"]]
        rows += figures.map { name, medians in
            [name] + zip(medians, [2, 2, 3]).map { decimals($0, $1) }
        }
        rows.append(["fps", decimals(rate, 1)])
        rows.append(["ms per frame"] + Self.percentiles)
        for name in ["source", "estimate", "mask", "primary", "classes", "render", "sink"] {
            guard let stage = summary.stages[name] else { continue }
            rows.append([name] + Self.percentiles.map { decimals(stage[$0] ?? 0, 2) })
        }
        return ([title] + TextTable(rows, least: 12).lines).joined(separator: "\n")
    }

    /// The figures for programs.
    var json: String {
        get throws {
            let column = { (index: Int) in
                let cells = figures.map { name, medians in
                    (name.lowercased().replacing(" ", with: "_"), number(medians[index], 4))
                }
                return Dictionary(uniqueKeysWithValues: cells)
            }
            return try prettyJSON([
                "clip": clip, "profile": profile, "runs": pairs.count, "frames": summary.frames,
                "detail": summary.detail, "turns": summary.turns,
                "estimate_every": summary.estimateEvery, "maps_carried": summary.mapsCarried,
                "kept": number(summary.kept, 4),
                "fps": number(rate, 2), "maskstream": column(0), "ffmpeg": column(1),
                "ratio": column(2),
                "stages_ms": summary.stages.mapValues { stage in
                    stage.filter { Self.percentiles.contains($0.key) }.mapValues { number($0, 3) }
                },
            ])
        }
    }
}
