/// Which cells of a frame are kept, on the frame's chroma grid.
///
/// One cell covers one chroma sample and the luma samples that share it, so that no kept pixel
/// loses its colour.
public struct Mask: Sendable, Equatable {
    /// The value of a kept cell; a masked one is 0.
    public static let kept: UInt8 = 255

    /// Cells in a row.
    public let width: Int
    /// Rows of cells.
    public let height: Int
    /// ``kept`` or 0 for each cell, row by row.
    public var cells: [UInt8]

    /// Makes a mask that keeps everything or nothing.
    public init(width: Int, height: Int, keepsAll: Bool = false) {
        self.width = width
        self.height = height
        cells = Array(repeating: keepsAll ? Self.kept : 0, count: width * height)
    }

    /// The kept fraction of the cells, 0 to 1.
    public var keptFraction: Float {
        guard !cells.isEmpty else { return 0 }
        let kept = cells.withUnsafeBufferPointer { cells in
            cells.reduce(0) { $0 &+ Int($1 >> 7) }
        }
        return Float(kept) / Float(cells.count)
    }
}
