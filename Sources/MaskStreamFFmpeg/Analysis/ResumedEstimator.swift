package import MaskStream

/// An estimator that need not see again what an interrupted run saw: it has the maps.
package struct ResumedEstimator: ConfidenceEstimator {
    private var estimator: any ConfidenceEstimator
    private var earlier: RecordedFrames?
    /// How far the recorded frames were read.
    private var position = Int64.min

    /// Goes on with an estimator that knows nothing of earlier frames, behind the recorded ones.
    package init(_ estimator: any ConfidenceEstimator, behind earlier: RecordedFrames) {
        self.estimator = estimator
        self.earlier = earlier
    }

    /// Gives the recorded map of a frame, or scores it.
    ///
    /// - Throws: what the estimator throws.
    package mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
        if let found = recorded(frame) {
            map = found
        } else {
            try estimator.estimate(frame, into: &map)
        }
    }

    private mutating func recorded(_ frame: Frame) -> ConfidenceMap? {
        // A frame that waited for a later one is behind it.
        guard frame.pts > position else { return nil }
        // The files may end anywhere: what cannot be read is made again.
        while let entry = try? earlier?.next() {
            position = entry.record.pts
            guard entry.record.pts >= frame.pts else { continue }
            guard entry.record.pts == frame.pts else { break }
            return entry.map?.turned(frame.format.orientation.inverse)
        }
        earlier = nil
        return nil
    }
}
