/// The estimator's relevance score in [0, 1] for each cell of a coarse grid over the stored frame.
public struct ConfidenceMap: Sendable, Equatable {
    /// Cells in a row.
    public let width: Int
    /// Rows of cells.
    public let height: Int
    /// The scores, row by row.
    public var values: [Float]

    /// Makes a map of given scores.
    public init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height, "a score for each cell")
        self.width = width
        self.height = height
        self.values = values
    }

    /// Makes a map with the same score everywhere.
    public init(width: Int, height: Int, repeating value: Float = 0) {
        self.init(
            width: width, height: height, values: Array(repeating: value, count: width * height))
    }

    /// Whether every score is a finite number; a map that is not finite counts as missing.
    public var isFinite: Bool {
        // Any NaN or infinity survives in the sum of zeros.
        values.reduce(Float(0)) { $0 + $1 * 0 } == 0
    }
}
