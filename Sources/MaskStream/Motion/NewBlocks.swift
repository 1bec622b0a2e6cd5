/// The blocks of a frame that show what an earlier one did not.
public struct NewBlocks: Sendable, Equatable {
    private let columns: Int
    private let rows: Int
    private let blocks: [Int]

    init(_ motion: BlockMotion) {
        (columns, rows) = (motion.columns, motion.rows)
        blocks = motion.isFound.indices.filter { !motion.isFound[$0] }
    }

    var isEmpty: Bool { blocks.isEmpty }

    /// Masks the blocks, with all cells of which they have a part.
    func hide(in mask: inout Mask) {
        func cells(_ index: Int, of count: Int, along side: Int) -> Range<Int> {
            index * side / count..<min(((index + 1) * side + count - 1) / count, side)
        }
        for block in blocks {
            for y in cells(block / columns, of: rows, along: mask.height) {
                for x in cells(block % columns, of: columns, along: mask.width) {
                    mask.cells[y * mask.width + x] = 0
                }
            }
        }
    }
}
