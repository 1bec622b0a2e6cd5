import Foundation

/// A confidence map and the time of its frame.
public struct TimedMap: Sendable, Equatable {
    /// The map.
    public var map: ConfidenceMap
    /// The frame's time in seconds.
    public var time: Double

    /// Makes a pair.
    public init(map: ConfidenceMap, time: Double) {
        self.map = map
        self.time = time
    }
}

/// Blends confidence maps in time before they are thresholded.
///
/// The past counts more where the new score is uncertain, as in MediaPipe's
/// `segmentation_smoothing_calculator`: the weight of the past is `smoothing^(30 dt) * 4c(1 - c)`,
/// so that a score near 0 or 1 takes effect at once, and an undecided one in the same time
/// whatever the frame rate. Where the next frames are known, past and future take half of the
/// weight each, and what moves is followed without lag.
public struct MapSmoothing: Sendable {
    private let weight: Float
    private var past: TimedMap?

    /// Smooths with a given weight of the past, 0 (none) to below 1, for frames 1/30 s apart.
    public init(weight: Float) {
        self.weight = weight
    }

    /// Forgets the past.
    public mutating func reset() {
        past = nil
    }

    /// Replaces a map by its blend with the past and with the maps that follow, nearest first;
    /// `time` is the frame's, in seconds.
    public mutating func smooth(
        _ map: inout ConfidenceMap, time: Double, future: [TimedMap] = []
    ) {
        defer { past = TimedMap(map: map, time: time) }
        guard weight > 0 else { return }
        var neighbours: [TimedMap] = []
        if let past, past.map.hasSize(of: map) { neighbours.append(past) }
        if let next = summary(of: future.filter { $0.map.hasSize(of: map) }) {
            neighbours.append(next)
        }
        blend(&map, at: time, with: neighbours)
    }

    /// The next map blended with those after it, from the last one back.
    private func summary(of future: [TimedMap]) -> TimedMap? {
        guard var next = future.last else { return nil }
        for earlier in future.dropLast().reversed() {
            var blended = earlier
            blend(&blended.map, at: earlier.time, with: [next])
            next = blended
        }
        return next
    }

    /// Moves uncertain scores towards the neighbours', which share the weight.
    private func blend(_ map: inout ConfidenceMap, at time: Double, with neighbours: [TimedMap]) {
        let scores = map.values
        for neighbour in neighbours {
            let elapsed = abs(neighbour.time - time)
            let strength = Float(pow(Double(weight), elapsed * 30)) / Float(neighbours.count)
            map.values.withUnsafeMutableBufferPointer { values in
                neighbour.map.values.withUnsafeBufferPointer { other in
                    scores.withUnsafeBufferPointer { scores in
                        for index in values.indices {
                            let score = scores[index]
                            let uncertainty = max(0, 4 * score * (1 - score))
                            values[index] += (other[index] - score) * strength * uncertainty
                        }
                    }
                }
            }
        }
    }
}

extension ConfidenceMap {
    /// Whether another map has as many columns and rows.
    func hasSize(of other: ConfidenceMap) -> Bool {
        width == other.width && height == other.height
    }
}
