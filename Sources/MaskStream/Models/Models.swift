/// A model that scores each pixel's relevance to the task.
public protocol ConfidenceEstimator {
    /// Scores a frame and replaces the map, which has the orientation of the stored frame.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/software``.
    mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws
}

/// The model that does the task on the masked frame.
public protocol PrimaryModel<Output> {
    /// What the model says of one subject.
    associatedtype Output: Sendable
    /// Runs on regions of a frame, as a batch where it can, and answers in their order; nil where
    /// nothing of a region is left to see.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/software``.
    mutating func run(on source: Frame, in regions: [Region]) throws -> [Output?]
}

/// A subject's part of a frame, as the primary model may see it.
public struct Region: Sendable {
    /// The subject's rectangle in stored pixels; the model adds its own margin.
    public let box: Box
    /// What is kept of the frame; nil shows the box unfilled.
    public let mask: Mask?

    /// Makes a region of a frame.
    public init(box: Box, mask: Mask?) {
        self.box = box
        self.mask = mask
    }
}
