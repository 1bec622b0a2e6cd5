import Foundation
import MaskStream
import MaskStreamReports

/// One threshold for the whole frame beside one around each subject, on the same clips.
struct ScopeEvidence {
    /// By how much a second's sums are higher around each subject.
    private struct Second {
        var kept = BlockBootstrap.Block(sum: 0, count: 0)
        var agreement = BlockBootstrap.Block(sum: 0, count: 0)
        var regret = BlockBootstrap.Block(sum: 0, count: 0)

        /// Adds what both did on a frame, in which both find the same subjects.
        mutating func add(_ picture: LoopTrack.Sample, _ subject: LoopTrack.Sample) {
            guard picture.subjects > 0 else { return }
            kept.sum += Double(subject.kept - picture.kept)
            kept.count += 1
            agreement.sum += Double(subject.agreed - picture.agreed)
            agreement.count += picture.subjects
            regret.sum += Double(subject.regret - picture.regret)
            regret.count += picture.votes
        }
    }

    private var seconds: [Second] = []

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
        var own: [Int: Second] = [:]
        for (picture, subject) in zip(tracks[0].samples, tracks[1].samples) {
            own[Int(picture.time), default: Second()].add(picture, subject)
        }
        seconds += own.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Prints what all clips together say.
    func printSummary() {
        print("\nKept, agreement, least agreement of 2 s, mean regret, runs for probes.")
        print("By how much it is more around each subject, with a 95 % interval by seconds:")
        for (name, blocks) in [
            ("kept", seconds.map(\.kept)), ("agreement", seconds.map(\.agreement)),
            ("regret", seconds.map(\.regret)),
        ] {
            guard let interval = BlockBootstrap().interval(of: blocks) else { continue }
            let count = blocks.reduce(0) { $0 + $1.count }
            let mean = blocks.reduce(0) { $0 + $1.sum } / Double(count)
            let ends = [interval.lowerBound, interval.upperBound].map(Self.percent)
            print("\(name) \(Self.percent(mean)) [\(ends.joined(separator: ", "))]")
        }
    }

    private static func percent(_ share: Double) -> String {
        String(format: "%.1f %%", 100 * share)
    }
}
