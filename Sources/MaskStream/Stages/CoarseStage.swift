/// Leaves frames as they are and marks what is masked, so that an encoder spends fewer bits on it.
///
/// It masks nothing: all of a frame can be seen. A frame without a mask is marked whole.
public struct CoarseStage: Stage {
    /// Makes the stage.
    public init() {}

    /// Puts the marked frame on the work.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let format = work.source.format
        let (mask, grid) = (work.mask, format.maskGrid)
        let regions = (mask ?? Mask(width: grid.width, height: grid.height))
            .coarseRegions(of: format)
        work.output = work.source.replacing(coarse: regions)
        try emit(work)
    }
}
