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

    /// Takes lengths as they stand in COCO's uncompressed form; nil where they are not those of a mask
    /// of this size.
    package init?(counts: [Int], width: Int, height: Int) {
        var rest = width * height
        for count in counts {
            guard (0...rest).contains(count) else { return nil }
            rest -= count
        }
        guard rest == 0 else { return nil }
        (self.width, self.height, self.counts) = (width, height, counts)
    }

    /// Reads COCO's text, as ``compressed`` writes it; nil where it is not that of a mask of this size.
    package init?(compressed text: String, width: Int, height: Int) {
        // Lengths of seven groups are longer than any mask.
        let mostBits = 35
        var counts: [Int] = []
        var (count, shift) = (0, 0)
        for byte in text.utf8 {
            guard (48..<112).contains(byte), shift < mostBits else { return nil }
            let group = Int(byte) - 48
            count |= (group & 0x1f) << shift
            shift += 5
            guard group & 0x20 == 0 else { continue }
            if group & 0x10 != 0 { count |= -1 << shift }
            if counts.count > 2 { count += counts[counts.count - 2] }
            guard (0...width * height).contains(count) else { return nil }
            counts.append(count)
            (count, shift) = (0, 0)
        }
        guard shift == 0 else { return nil }
        self.init(counts: counts, width: width, height: height)
    }

    /// Makes the kept pixels white, in an image of the same size.
    package func whiten(_ image: inout WhitePixels) {
        precondition((width, height) == (image.width, image.height), "an image of the mask's size")
        var first = 0
        for (index, count) in counts.enumerated() {
            if index % 2 == 1 {
                for pixel in first..<first + count {
                    image.isWhite[pixel % height * width + pixel / height] = true
                }
            }
            first += count
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
