/// From what height on an estimator finds subjects in frames of a size.
public struct SmallestSubject: Sendable, Equatable {
    /// The height in pixels of the displayed frame.
    public let height: Int
    /// The frame's own height.
    public let frameHeight: Int
    /// The height with a higher detail; nil where none finds smaller subjects.
    public let remedy: Remedy?

    /// A higher detail, and the height from which on it finds subjects.
    public struct Remedy: Sendable, Equatable {
        /// By how much the estimator's area is multiplied.
        public let detail: Int
        /// The height in pixels of the displayed frame.
        public let height: Int
    }

    /// Scales a height in the estimator's input to the frame.
    ///
    /// - Parameters:
    ///   - smallest: the height in pixels of the input, ``EstimatorSpec/smallest``.
    ///   - frameHeight: the displayed frame's height.
    ///   - detail: by how much the estimator's area is multiplied.
    ///   - rows: how many rows of the input the frame fills with a detail; nil where the estimator
    ///     takes no such input.
    public init?(smallest: Int, frameHeight: Int, detail: Int, rows: (_ detail: Int) -> Int?) {
        func height(_ detail: Int) -> Int? {
            rows(detail).map { (smallest * frameHeight + $0 - 1) / $0 }
        }
        guard let own = height(detail) else { return nil }
        self.height = own
        self.frameHeight = frameHeight
        // Four times the area is twice the height.
        let higher = min(4 * detail, EstimatorSpec.details.max() ?? 1)
        remedy = height(higher).flatMap { height in
            height < own ? Remedy(detail: higher, height: height) : nil
        }
    }
}
