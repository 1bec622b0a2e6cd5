/// Hands every confidence map on as it left the estimator, to be recorded.
public struct MapRecordStage: Stage {
    private let record: (ConfidenceMap, Frame) throws -> Void

    /// Makes the stage; `record` is called on the stage's queue, for each frame that has a map.
    public init(_ record: @escaping (ConfidenceMap, Frame) throws -> Void) {
        self.record = record
    }

    /// Records the map; the work stays as it is.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if let map = work.map { try record(map, work.source) }
        try emit(work)
    }
}
