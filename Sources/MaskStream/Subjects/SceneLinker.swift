/// Proposes which track of a scene goes on with which one of an earlier scene, by their colours.
///
/// Tracks are alike as their mean histograms are, and a little less where their sizes differ. Those that
/// are proposed to be one make a chain. Each scene's tracks are assigned to chains for the greatest
/// similarity in sum, no two to one chain: who is on screen at once is never proposed to be one. What is
/// nearly as like another one of the scene, or another chain, is proposed for none.
package struct SceneLinker: Sendable {
    /// The least similarity of a proposal.
    static let leastSimilarity = 0.7
    /// By how much a proposal has to be better than any other of the same track or chain.
    static let leastLead = 0.1
    /// The part of the similarity that hangs on the sizes.
    private static let weightOfSize = 0.1
    /// Seconds that a track lasts at least.
    private static let leastLength = 0.4
    /// Tracks of a scene, the longest, and earlier tracks, the latest.
    private static let (mostTracks, mostEarlier) = (64, 2_000)

    /// A track of the scene.
    private struct Seen {
        let start: Double
        var end: Double
        var frames = 1
        /// Means over its frames.
        var colors: ColorHistogram
        var height: Double
    }

    /// A track of an earlier scene.
    private struct Earlier {
        let name: TrackMoment
        let chain: Int
        let colors: ColorHistogram
        let height: Double
    }

    private var scene: [Int: Seen] = [:]
    private var earlier: [Earlier] = []
    private var chains = 0
    /// What was proposed, in the order of scenes and of numbers.
    package private(set) var proposals: [TrackProposal] = []

    /// Knows no track yet.
    package init() {}

    /// Notes that a track of the scene is in a frame.
    ///
    /// - Parameters:
    ///   - track: its number in the scene.
    ///   - colors: its colours in the frame.
    ///   - height: its height, as a fraction of the frame's.
    ///   - time: the frame's time in seconds.
    mutating func note(_ track: Int, _ colors: ColorHistogram, height: Double, at time: Double) {
        guard var seen = scene[track] else {
            scene[track] = Seen(start: time, end: time, colors: colors, height: height)
            return
        }
        seen.end = time
        seen.frames += 1
        seen.colors.move(to: colors, by: 1 / Float(seen.frames))
        seen.height += (height - seen.height) / Double(seen.frames)
        scene[track] = seen
    }

    /// Ends the scene, and proposes with which earlier tracks its own go on.
    package mutating func endScene() {
        let tracks = scene.filter { $1.end - $1.start >= Self.leastLength - 1e-6 }
            .sorted {
                ($1.value.end - $1.value.start, $0.key) < ($0.value.end - $0.value.start, $1.key)
            }
            .prefix(Self.mostTracks).sorted { $0.key < $1.key }
        scene = [:]
        let candidates = tracks.map { likeness(of: $0.value) }
        let found = Self.matches(candidates)
        for (index, (number, track)) in tracks.enumerated() {
            let name = TrackMoment(number: number, time: track.start)
            if let chain = found[index], let best = candidates[index][chain] {
                proposals.append(
                    TrackProposal(
                        track: name, continues: earlier[best.index].name,
                        similarity: best.similarity.rounded(places: 2)))
            } else {
                chains += 1
            }
            earlier.append(
                Earlier(
                    name: name, chain: found[index] ?? chains, colors: track.colors,
                    height: track.height))
        }
        earlier.removeFirst(max(0, earlier.count - Self.mostEarlier))
    }

    /// How alike each chain is to a track, and by which of its own tracks.
    private func likeness(of track: Seen) -> [Int: (similarity: Double, index: Int)] {
        var best: [Int: (similarity: Double, index: Int)] = [:]
        for (index, other) in earlier.enumerated() {
            let size = min(track.height, other.height) / max(track.height, other.height)
            let similarity =
                (1 - track.colors.distance(to: other.colors))
                * (1 - Self.weightOfSize * (1 - size))
            guard similarity >= best[other.chain]?.similarity ?? 0 else { continue }
            best[other.chain] = (similarity, index)
        }
        return best
    }

    /// The chain that each of a scene's tracks goes on with, by the track's index.
    private static func matches(
        _ candidates: [[Int: (similarity: Double, index: Int)]]
    ) -> [Int: Int] {
        let pairs = candidates.enumerated().flatMap { track, chains in
            chains.sorted { $0.key < $1.key }.filter { $0.value.similarity >= leastSimilarity }
                .map {
                    Assignment.Pair(track: $0.key, detection: track, cost: 1 - $0.value.similarity)
                }
        }
        var found: [Int: Int] = [:]
        for pair in Assignment.best(of: pairs, limit: 1) {
            let similarity = 1 - pair.cost
            let others =
                candidates[pair.detection].filter { $0.key != pair.track }.map(\.value.similarity)
                + candidates.enumerated().filter { $0.offset != pair.detection }
                .compactMap { $0.element[pair.track]?.similarity }
            if others.allSatisfy({ similarity - $0 >= leastLead }) {
                found[pair.detection] = pair.track
            }
        }
        return found
    }
}
