/// A frame's patches as columns and rows of mask cells.
///
/// Patches begin at the upper left corner of the upright frame; the last ones of a row and of a
/// column may be partial. Where a cell, or a pair of an interlaced frame's rows, lies in two
/// patches, it counts as the first one's in stored order.
public struct PatchGrid: Sendable {
    let columns: [Range<Int>]
    let rows: [Range<Int>]

    /// The patches of frames of one format.
    init(_ size: PatchSize, _ format: FrameFormat) {
        let (turn, pixels, cells) = (format.orientation, format.pixelFormat, format.maskGrid)
        columns = Self.ranges(
            of: turn.transposes ? size.height : size.width, along: format.width,
            isReversed: turn.transposes ? turn.flipsY : turn.flipsX,
            cell: 1 << pixels.chromaShiftX, cells: cells.width)
        rows = Self.ranges(
            of: turn.transposes ? size.width : size.height, along: format.height,
            isReversed: turn.transposes ? turn.flipsX : turn.flipsY,
            cell: (1 << pixels.chromaShiftY) * (format.isInterlaced ? 2 : 1), cells: cells.height,
            step: format.isInterlaced ? 2 : 1)
    }

    /// The ranges of cells of patches along one side of the stored frame.
    private static func ranges(
        of patch: Int, along side: Int, isReversed: Bool, cell: Int, cells: Int, step: Int = 1
    ) -> [Range<Int>] {
        let first = isReversed ? side % patch : patch
        let inner = stride(from: first == 0 ? patch : first, to: side, by: patch)
        let edges = [0] + inner.map { min(($0 + cell - 1) / cell * step, cells) } + [cells]
        return zip(edges, edges.dropFirst()).map { $0..<$1 }
    }

    /// How many patches there are.
    public var count: Int { columns.count * rows.count }

    /// How many patches a mask keeps any part of.
    public func kept(of mask: Mask) -> Int {
        rows.reduce(0) { sum, rows in
            sum + columns.count { columns in holds(Mask.kept, mask, columns, rows) }
        }
    }

    /// Keeps every patch whole of which anything is kept.
    func keepTouched(_ mask: inout Mask) { fillTouched(Mask.kept, &mask) }

    /// Masks every patch whole of which anything is masked.
    func maskTouched(_ mask: inout Mask) { fillTouched(0, &mask) }

    private func fillTouched(_ value: UInt8, _ mask: inout Mask) {
        let width = mask.width
        for rows in rows {
            for columns in columns where holds(value, mask, columns, rows) {
                for y in rows {
                    for x in columns { mask.cells[y * width + x] = value }
                }
            }
        }
    }

    private func holds(
        _ value: UInt8, _ mask: Mask, _ columns: Range<Int>, _ rows: Range<Int>
    ) -> Bool {
        mask.cells.withUnsafeBufferPointer { cells in
            rows.contains { y in
                columns.contains { cells[y * mask.width + $0] == value }
            }
        }
    }
}
