/// Moves the threshold of each subject by how well the primary model does on that subject alone.
///
/// Every track has a controller of its own, from the frame after it was first measured until the
/// tracker has forgotten it too. A track that is out of sight is measured as a frame without a
/// subject. Bounds on the kept fraction are those of the frame: where it keeps too much or too
/// little, all tracks move. The frame's own threshold is the highest of its subjects', and without
/// a subject it holds.
public struct SubjectControllers: ThresholdController {
    private struct Known {
        var controller: any ThresholdController
        var seen: Double
    }

    private let fresh: any ThresholdController
    private var known: [Int: Known] = [:]
    /// Of the subjects seen last the one with the highest threshold.
    private var highest: any ThresholdController
    /// Why the frame's own threshold moved at the last update.
    public private(set) var move: ThresholdMove?

    /// Gives each track a copy of a controller.
    public init(_ controller: any ThresholdController) {
        fresh = controller
        highest = controller
    }

    /// The threshold of what belongs to no subject.
    public var threshold: Float { highest.threshold }

    /// Learns from a frame.
    public mutating func update(with measurement: FrameMeasurement) {
        let before = threshold
        for track in Set(known.keys).union(measurement.tracks.keys) {
            let own = measurement.tracks[track]
            var state = known[track] ?? Known(controller: fresh, seen: measurement.time)
            if own != nil { state.seen = measurement.time }
            let isForgotten = abs(measurement.time - state.seen) > Tracker.memory
            state.controller.update(
                with: measurement.alone(own, threshold: state.controller.threshold))
            known[track] = isForgotten ? nil : state
        }
        let present = measurement.tracks.keys.sorted().compactMap { known[$0]?.controller }
        if let top = present.max(by: { $0.threshold < $1.threshold }) {
            highest = top
        } else {
            highest.update(with: measurement)
        }
        guard threshold != before else {
            move = nil
            return
        }
        move = highest.move ?? (threshold < before ? .loosen : .tighten)
    }

    /// The thresholds of all tracks that are known, each with its probe where it wants one.
    public mutating func tracks(at time: Double) -> TrackThresholds? {
        var thresholds = TrackThresholds(initial: fresh.threshold)
        for track in known.keys {
            guard var state = known[track] else { continue }
            let plan = state.controller.probe(at: time)
            thresholds.known[track] = TrackThresholds.Entry(
                threshold: state.controller.threshold, plan: plan)
            known[track] = state
        }
        return thresholds
    }
}

extension FrameMeasurement {
    /// The frame as if one track were all that is in it; nil for one that is out of sight.
    fileprivate func alone(_ track: TrackMeasurement?, threshold: Float) -> FrameMeasurement {
        FrameMeasurement(
            time: time, threshold: track?.threshold ?? threshold, subjects: track == nil ? 0 : 1,
            confidence: track?.confidence, kept: kept, isBlind: track?.isBlind ?? false,
            probe: track?.probe)
    }
}
