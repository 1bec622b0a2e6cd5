/// An estimator that looks at each frame twice: at the whole frame, and closer, with more pixels.
///
/// Its maps have the size of the closer look's. A frame of which either look gives no map to trust
/// has none.
public struct DetailedEstimator: ConfidenceEstimator {
    private var whole: any ConfidenceEstimator
    private var close: any ConfidenceEstimator
    private let fusion: MapFusion

    /// Joins two estimators.
    ///
    /// - Parameters:
    ///   - whole: looks at the whole frame; what is large in its map stays as it sees it.
    ///   - close: looks closer.
    ///   - regionLevel: the confidence at which a subject's region is cut.
    ///   - hides: whether masks hide what is found: then what either look finds counts.
    public init(
        whole: any ConfidenceEstimator, close: any ConfidenceEstimator, regionLevel: Float,
        hides: Bool
    ) {
        self.whole = whole
        self.close = close
        fusion = MapFusion(regionLevel: regionLevel, hides: hides)
    }

    /// Scores a frame by both.
    ///
    /// - Throws: what the estimators throw.
    public mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
        var base = ConfidenceMap(width: 0, height: 0)
        try whole.estimate(frame, into: &base)
        // It sees every frame, also those that begin a scene and have no map.
        try close.estimate(frame, into: &map)
        guard base.isFinite, !base.values.isEmpty else {
            map = base
            return
        }
        guard map.isFinite, !map.values.isEmpty else { return }
        fusion.join(base, into: &map)
    }
}
