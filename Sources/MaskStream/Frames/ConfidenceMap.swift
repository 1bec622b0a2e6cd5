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

    /// Takes the higher scores of a map of the same size; what is no number stays so, as then there is
    /// no map to trust.
    package mutating func raise(to other: ConfidenceMap) {
        for index in values.indices {
            let score = other.values[index]
            if values[index] < score || !score.isFinite { values[index] = score }
        }
    }

    /// The scores as fixed-point numbers of 16 bits, 65535 being 1; beyond [0, 1] the nearest end.
    package var fixedPoint: [UInt16] {
        values.map { UInt16((min(max($0, 0), 1) * 65_535).rounded()) }
    }

    /// Makes a map of scores as fixed-point numbers.
    package init(width: Int, height: Int, fixedPoint: [UInt16]) {
        self.init(width: width, height: height, values: fixedPoint.map { Float($0) / 65_535 })
    }

    /// The same map in steps of 1/65535, so that 16 bits hold it without loss; a map that is not
    /// finite has none.
    package var quantized: ConfidenceMap {
        ConfidenceMap(width: width, height: height, fixedPoint: fixedPoint)
    }

    /// A stored frame's map turned as the frame is seen, or with the inverse orientation back.
    package func turned(_ turn: Orientation) -> ConfidenceMap {
        let size = turn.displayed(width: width, height: height)
        return ConfidenceMap(
            width: size.width, height: size.height,
            values: turn.apply(toPlanes: values, width: width, height: height))
    }
}
