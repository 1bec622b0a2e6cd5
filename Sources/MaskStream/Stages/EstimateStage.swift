/// Lets the confidence estimator score every sound frame.
public struct EstimateStage: Stage {
    private var estimator: any ConfidenceEstimator
    private let isLive: Bool
    private let onFailure: @Sendable (any Error) -> Void
    /// Whether a scene has begun of which the estimator has not scored a frame yet.
    private var beginsScene = false

    /// Makes the stage; live, a failing estimator is a miss, in files it ends the run.
    ///
    /// `onFailure` is called for every such miss, on the stage's queue.
    public init(
        estimator: any ConfidenceEstimator, isLive: Bool = false,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.estimator = estimator
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
        var map = ConfidenceMap(width: 0, height: 0)
        do {
            try estimator.estimate(
                work.source.replacing(beginsScene: beginsScene), into: &map)
            beginsScene = false
            if map.values.isEmpty {
                work.miss = .missing
            } else if map.isFinite {
                work.map = map
            } else {
                work.miss = .nan
            }
        } catch {
            guard isLive else { throw error }
            work.miss = .model
            onFailure(error)
        }
        try emit(work)
    }
}
