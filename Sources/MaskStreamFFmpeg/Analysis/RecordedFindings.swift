package import MaskStream

/// What an analysis found, for a pipeline that renders the same frames again.
package struct RecordedFindings: FindingsSource {
    private var frames: RecordedFrames
    private let labels: [String]
    private let edits: Edits
    /// The threshold of the frame before, where it was an edit's.
    private var edited: Float?

    /// - Parameters:
    ///   - labels: the primary model's classes.
    ///   - edits: spans of them may have thresholds of their own.
    package init(_ frames: RecordedFrames, labels: [String], edits: Edits = Edits()) {
        self.frames = frames
        self.labels = labels
        self.edits = edits
    }

    /// What was found in the next frame.
    ///
    /// - Throws: `MaskStreamError` with code `badData` for a frame that the analysis does not have.
    package mutating func findings(of frame: Frame) throws -> FrameFindings {
        guard let entry = try frames.next(), entry.record.pts == frame.pts,
            var found = entry.record.findings(labels: labels, format: frame.format)
        else {
            throw MaskStreamError(
                .badData, "the analysis does not have the frame at \(frame.time) s",
                hint: "analyze the input again")
        }
        let thresholds = [found.threshold] + found.subjects.compactMap(\.threshold)
        guard thresholds.allSatisfy({ (0...1).contains($0) }) else {
            throw MaskStreamError(
                .badData, "the analysis has a threshold beyond 0 to 1 at \(frame.time) s",
                hint: "analyze the input again with --overwrite")
        }
        found.map = entry.map?.turned(frame.format.orientation.inverse)
        let threshold = edits.threshold(at: frame.time)
        if threshold != edited { found.move = .user }
        edited = threshold
        if let threshold {
            found.threshold = threshold
            for index in found.subjects.indices { found.subjects[index].threshold = nil }
        }
        return found
    }
}
