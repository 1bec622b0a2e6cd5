/// An object that a detector found in a frame.
public struct DetectedObject: Sendable, Equatable {
    /// Its rectangle in stored pixels.
    public let box: Box
    /// The index of its class among the prediction's labels.
    public let label: Int
    /// How sure the detector is, 0 to 1.
    public let score: Float

    /// Makes an object.
    public init(box: Box, label: Int, score: Float) {
        self.box = box
        self.label = label
        self.score = score
    }
}
