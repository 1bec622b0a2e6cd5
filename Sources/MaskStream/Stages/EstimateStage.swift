/// Gives every sound frame a confidence map: the estimator's, or an earlier one that is carried on.
///
/// Its scores are in steps of 1/65535, so that a recorded map is the map.
public struct EstimateStage: Stage {
    private var estimator: any ConfidenceEstimator
    private var carrier: MapCarrier?
    private let isLive: Bool
    private let onFailure: @Sendable (any Error) -> Void
    /// Whether a scene has begun of which the estimator has not scored a frame yet.
    private var beginsScene = false

    /// Makes the stage; live, a failing estimator is a miss, in files it ends the run.
    ///
    /// Without a `carrier` the estimator runs on every frame. `onFailure` is called for every miss of
    /// the estimator's, on the stage's queue.
    public init(
        estimator: any ConfidenceEstimator, carrier: MapCarrier? = nil, isLive: Bool = false,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.estimator = estimator
        self.carrier = carrier
        self.isLive = isLive
        self.onFailure = onFailure
    }

    /// Puts a finite confidence map on the work, or the reason why there is none.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        beginsScene = beginsScene || work.beginsScene
        guard !work.source.isDamaged else {
            work.miss = .damaged
            return try emit(work)
        }
        let frame = work.source.replacing(beginsScene: beginsScene)
        if let carried = carrier?.map(of: frame) {
            (work.map, work.estimate, work.newBlocks) = (
                carried.map.quantized, carried.run, carried.new
            )
            return try emit(work)
        }
        var map = ConfidenceMap(width: 0, height: 0)
        do {
            try estimator.estimate(frame, into: &map)
            beginsScene = false
            if map.values.isEmpty {
                work.miss = .missing
            } else if map.isFinite {
                work.map = map.quantized
            } else {
                work.miss = .nan
            }
        } catch {
            guard isLive else { throw error }
            work.miss = .model
            onFailure(error)
        }
        if carrier != nil {
            carrier?.keep(work.map)
            work.estimate = .ran
        }
        try emit(work)
    }
}
