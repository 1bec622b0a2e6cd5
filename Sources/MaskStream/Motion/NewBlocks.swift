/// The blocks of a frame that show what an earlier one did not.
public struct NewBlocks: Sendable, Equatable, Codable {
    private let columns: Int
    private let rows: Int
    private let blocks: [Int]

    init(_ motion: BlockMotion) {
        (columns, rows) = (motion.columns, motion.rows)
        blocks = motion.isFound.indices.filter { !motion.isFound[$0] }
    }

    private init(columns: Int, rows: Int, blocks: [Int]) {
        (self.columns, self.rows, self.blocks) = (columns, rows, blocks)
    }

    var isEmpty: Bool { blocks.isEmpty }

    /// A stored frame's blocks as they are seen, or with the inverse orientation back.
    func turned(_ turn: Orientation) -> NewBlocks {
        let new = Set(blocks)
        let size = turn.displayed(width: columns, height: rows)
        let seen = turn.apply(
            to: (0..<columns * rows).map(new.contains), width: columns, height: rows)
        return NewBlocks(
            columns: size.width, rows: size.height, blocks: seen.indices.filter { seen[$0] })
    }

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
