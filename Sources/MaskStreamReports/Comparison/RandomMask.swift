import MaskStream

/// Masks that keep as much of a box as another mask does, but no particular part of it.
struct RandomMask {
    /// Blocks along the longer side of a box.
    private static let blocks = 8

    /// The mask with its cells in a box exchanged: as many are kept, in blocks chosen at random.
    ///
    /// - Parameters:
    ///   - mask: whose area is taken; outside of the box it stays.
    ///   - box: a rectangle of stored pixels.
    ///   - format: the frame's.
    ///   - seed: the same gives the same blocks.
    static func like(_ mask: Mask, in box: Box, format: FrameFormat, seed: UInt64) -> Mask {
        let cells = mask.cells(of: box, in: format)
        guard !cells.x.isEmpty, !cells.y.isEmpty else { return mask }
        var left = 0
        for y in cells.y {
            for x in cells.x where mask.cells[y * mask.width + x] != 0 { left += 1 }
        }
        var random = mask
        let side = max(1, (max(cells.x.count, cells.y.count) + blocks - 1) / blocks)
        var corners: [(x: Int, y: Int)] = []
        for y in stride(from: cells.y.lowerBound, to: cells.y.upperBound, by: side) {
            for x in stride(from: cells.x.lowerBound, to: cells.x.upperBound, by: side) {
                corners.append((x, y))
            }
        }
        shuffle(&corners, seed: seed)
        for corner in corners {
            for y in corner.y..<min(corner.y + side, cells.y.upperBound) {
                for x in corner.x..<min(corner.x + side, cells.x.upperBound) {
                    random.cells[y * mask.width + x] = left > 0 ? Mask.kept : 0
                    left -= 1
                }
            }
        }
        return random
    }

    /// Fisher and Yates, by numbers that stay the same from version to version.
    private static func shuffle(_ corners: inout [(x: Int, y: Int)], seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for last in stride(from: corners.count - 1, to: 0, by: -1) {
            corners.swapAt(last, generator.next(below: last + 1))
        }
    }
}

extension Mask {
    /// The columns and rows of cells that a box of stored pixels touches.
    func cells(of box: Box, in format: FrameFormat) -> (x: Range<Int>, y: Range<Int>) {
        let pixels = format.pixelFormat
        let left = min(width, max(0, box.x >> pixels.chromaShiftX))
        let top = min(height, max(0, box.y >> pixels.chromaShiftY))
        let right = min(width, ((box.x + box.width - 1) >> pixels.chromaShiftX) + 1)
        let bottom = min(height, ((box.y + box.height - 1) >> pixels.chromaShiftY) + 1)
        return (left..<max(left, right), top..<max(top, bottom))
    }
}
