/// Gives every sound frame a confidence map: the estimator's, or those of others that are carried to it.
///
/// Its scores are in steps of 1/65535, so that a recorded map is the map.
public struct EstimateStage: Stage {
    private var estimator: any ConfidenceEstimator
    private var carrier: MapCarrier?
    private let isLive: Bool
    private let onFailure: @Sendable (any Error) -> Void
    /// Whether a scene has begun of which the estimator has not scored a frame yet.
    private var beginsScene = false
    /// Frames between two key frames.
    private var waiting: [(work: Handoff<FrameWork>, between: MapCarrier.Between)] = []

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

    /// Puts a finite confidence map on the work, or the reason why there is none; frames between two
    /// key frames may have to wait for the second one.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.beginsScene {
            try settle(emit)
            beginsScene = true
        }
        guard !work.source.isDamaged else {
            work.miss = .damaged
            try settle(emit)
            return try emit(work)
        }
        switch carrier?.step(to: work.source.replacing(beginsScene: beginsScene)) {
        case .carries(let carried):
            work.carry(carried)
        case .waits(let between):
            return waiting.append((Handoff(work), between))
        case .runs:
            try estimate(&work)
            carrier?.keep(work.map)
        case nil:
            try estimate(&work)
        }
        try settle(emit)
        try emit(work)
    }

    /// Emits the frames that waited for a key frame.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        try settle(emit)
    }

    private mutating func settle(_ emit: (consuming FrameWork) throws -> Void) throws {
        let frames = waiting
        waiting = []
        let maps = carrier?.maps(of: frames.map(\.between)) ?? []
        for (frame, carried) in zip(frames, maps) {
            var work = frame.work.take()
            if let carried { work.carry(carried) } else { try estimate(&work) }
            try emit(work)
        }
    }

    private mutating func estimate(_ work: inout FrameWork) throws {
        var map = ConfidenceMap(width: 0, height: 0)
        do {
            try estimator.estimate(work.source.replacing(beginsScene: beginsScene), into: &map)
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
        if carrier != nil { work.estimate = .ran }
    }
}

extension FrameWork {
    fileprivate mutating func carry(_ carried: MapCarrier.Carried) {
        (map, estimate, newBlocks) = (carried.map.quantized, carried.run, carried.new)
    }
}
