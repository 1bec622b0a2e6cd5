/// Puts on each frame what an earlier run found out about it, in place of models.
///
/// A frame that either run's decoder had to guess is masked whole.
public struct RecallStage: Stage {
    /// Makes the stage; the pipeline brings the findings.
    public init() {}

    /// Puts the findings on the work.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        guard let found = work.findings, !work.source.isDamaged else {
            work.miss = work.source.isDamaged ? .damaged : .missing
            return try emit(work)
        }
        work.map = found.map
        work.estimate = found.estimate
        work.newBlocks = found.newBlocks
        work.miss = found.miss
        work.subjects = found.subjects
        work.primary = found.primary
        work.probe = found.probe
        try emit(work)
    }
}
