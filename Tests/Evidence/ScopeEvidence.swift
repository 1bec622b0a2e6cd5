import Foundation
import MaskStream

/// One threshold for the whole frame beside one around each subject, on the same clips.
struct ScopeEvidence {
    /// What one second of a clip adds to the sums of a loop.
    private struct Block {
        var kept = 0.0
        var frames = 0.0
        var agreed = 0.0
        var subjects = 0.0
        var regret = 0.0
        var votes = 0.0

        mutating func add(_ sample: LoopTrack.Sample) {
            guard sample.subjects > 0 else { return }
            kept += Double(sample.kept)
            frames += 1
            agreed += Double(sample.agreed)
            subjects += Double(sample.subjects)
            regret += Double(sample.regret)
            votes += Double(sample.votes)
        }
    }

    private static let resamples = 2000
    /// Of each second what both loops did in it.
    private var blocks: [(picture: Block, subject: Block)] = []

    /// Runs a clip both ways and prints its row.
    mutating func add(_ bench: TrackBench) throws {
        let controller = ProbeController(parameters: bench.profile.threshold.probe)
        let tracks = try [bench.track(controller), bench.track(SubjectControllers(controller))]
        let cells = tracks.map { track in
            [track.kept, track.agreement, track.leastAgreement, track.regret, track.probeShare]
                .map(Self.percent).joined(separator: ", ")
        }
        let name = URL(fileURLWithPath: bench.clip).deletingPathExtension().lastPathComponent
        let subjects = String(format: "%.1f", tracks[0].subjects)
        print("| \(([name, subjects] + cells).joined(separator: " | ")) |")
        var seconds: [Int: (picture: Block, subject: Block)] = [:]
        for (picture, subject) in zip(tracks[0].samples, tracks[1].samples) {
            let second = Int(picture.time)
            seconds[second, default: (Block(), Block())].picture.add(picture)
            seconds[second, default: (Block(), Block())].subject.add(subject)
        }
        blocks += seconds.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Prints what all clips together say, with 95 % intervals by seconds.
    func printSummary() {
        print("\nKept, agreement, least agreement of 2 s, mean regret, runs for probes.")
        let values: [(String, (Block) -> (Double, Double))] = [
            ("kept", { ($0.kept, $0.frames) }), ("agreement", { ($0.agreed, $0.subjects) }),
            ("regret", { ($0.regret, $0.votes) }),
        ]
        var generator = SplitMix(state: 1)
        for (name, value) in values {
            let differences = (0..<Self.resamples).map { _ in
                Self.difference(
                    blocks.indices.map { _ in
                        blocks[Int.random(in: blocks.indices, using: &generator)]
                    }, value)
            }.sorted()
            let ends = [differences[Self.resamples / 40], differences[Self.resamples * 39 / 40]]
            print(
                "Around each subject, \(name): \(Self.percent(Self.difference(blocks, value))) "
                    + "[\(ends.map(Self.percent).joined(separator: ", "))]")
        }
    }

    /// By how much a mean is higher around each subject.
    private static func difference(
        _ blocks: [(picture: Block, subject: Block)], _ value: (Block) -> (Double, Double)
    ) -> Double {
        func mean(_ blocks: [Block]) -> Double {
            let sums = blocks.map(value).reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
            return sums.0 / max(sums.1, 1)
        }
        return mean(blocks.map(\.subject)) - mean(blocks.map(\.picture))
    }

    private static func percent(_ share: Double) -> String {
        String(format: "%.1f %%", 100 * share)
    }
}

/// SplitMix64: random numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
