package import MaskStream

/// A mask as the lengths of its runs of pixels, column by column, the first of masked ones: COCO's
/// RLE.
///
/// As `rleEncode` and `rleToString` of pycocotools:
/// https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c
package struct RunLengths: Sendable, Equatable {
    /// Pixels in a row.
    package let width: Int
    /// Rows.
    package let height: Int
    /// The lengths, masked and kept in turn; their sum is the number of pixels.
    package private(set) var counts = [0]

    /// Encodes a mask over frames of a format, in stored pixels.
    package init(_ mask: Mask, over format: FrameFormat) {
        (width, height) = (format.width, format.height)
        let (shiftX, shiftY) = (format.pixelFormat.chromaShiftX, format.pixelFormat.chromaShiftY)
        var isKept = false
        for x in 0..<width {
            for row in 0..<mask.height {
                let rows = min(height, (row + 1) << shiftY) - (row << shiftY)
                if (mask.cells[row * mask.width + (x >> shiftX)] != 0) != isKept {
                    isKept.toggle()
                    counts.append(0)
                }
                counts[counts.count - 1] += rows
            }
        }
    }

    /// How many pixels are kept.
    package var area: Int {
        counts.indices.reduce(0) { $1 % 2 == 1 ? $0 + counts[$1] : $0 }
    }

    /// The lengths as COCO's text: each from the fourth on less the one before the last, in groups
    /// of five bits, lowest first.
    package var compressed: String {
        var text: [UInt8] = []
        for (index, count) in counts.enumerated() {
            var rest = index > 2 ? count - counts[index - 2] : count
            var isLast = false
            while !isLast {
                let bits = rest & 0x1f
                rest >>= 5
                isLast = rest == (bits & 0x10 == 0 ? 0 : -1)
                text.append(UInt8(48 + bits + (isLast ? 0 : 0x20)))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
