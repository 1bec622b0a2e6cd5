package import MaskStream

/// A mask in little memory (run-length encoding): the lengths of its runs, masked and kept in turn.
package struct RunLengthMask: Sendable {
    private let width: Int
    private let height: Int
    private var lengths: [UInt32] = []

    /// Packs a mask.
    package init(_ mask: Mask) {
        width = mask.width
        height = mask.height
        var (length, value) = (UInt32(0), UInt8(0))
        for cell in mask.cells {
            if cell != value {
                lengths.append(length)
                (length, value) = (0, cell)
            }
            length += 1
        }
        lengths.append(length)
    }

    /// The mask.
    package var mask: Mask {
        var mask = Mask(width: width, height: height)
        var position = 0
        for (index, length) in lengths.enumerated() {
            let end = position + Int(length)
            if index % 2 == 1 {
                for cell in position..<end { mask.cells[cell] = Mask.kept }
            }
            position = end
        }
        return mask
    }
}
