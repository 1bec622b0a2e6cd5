/// The content of an ICC profile's tag (ICC.1:2022, 10): numbers, curves and tables.
///
/// It is as long as its numbers are, and its curves and tables are smooth, as no image is.
struct ICCElement {
    private let bytes: [UInt8]

    /// Bytes that may follow so that the next begins at a multiple of four.
    private static let aligning = 3
    /// Bytes of a curve with parameters, by its function.
    private static let parameters = [1, 3, 4, 5, 7]

    /// Whether a content is one of some types and nothing besides; tables have so many inputs.
    static func isWhole(_ content: [UInt8], as kinds: [String], inputs: Int) -> Bool {
        let kind = String(decoding: content.prefix(4), as: UTF8.self)
        guard kinds.contains(kind) else { return false }
        let element = ICCElement(bytes: content)
        switch kind {
        case "XYZ ": return content.count == 20
        case "sf32": return content.count == 44
        case "cicp": return content.count == 12
        case "curv", "para":
            return element.curve(at: 0).map { content.count - $0 <= aligning } ?? false
        case "mft1", "mft2": return element.isLUT(inputs: inputs, width: kind == "mft1" ? 1 : 2)
        default: return element.isLUTOfElements(inputs: inputs)
        }
    }

    /// Where a curve ends; nil where there is none.
    private func curve(at start: Int) -> Int? {
        guard start + 12 <= bytes.count else { return nil }
        switch String(decoding: bytes[start..<start + 4], as: UTF8.self) {
        case "curv":
            guard let count = bytes.big(at: start + 8, bytes: 4), count <= 4096 else { return nil }
            let end = start + 12 + 2 * count
            return isSmooth(start + 12, end, width: 2, stride: 1, row: count) ? end : nil
        case "para":
            guard let function = bytes.big(at: start + 8, bytes: 2),
                Self.parameters.indices.contains(function)
            else { return nil }
            let end = start + 12 + 4 * Self.parameters[function]
            return end <= bytes.count ? end : nil
        default: return nil
        }
    }

    /// Tables of 8 or 16 bits (10.10, 10.11).
    private func isLUT(inputs: Int, width: Int) -> Bool {
        guard bytes.count > 52, bytes[8] == inputs || bytes[8] == 3,
            bytes[9] == inputs || bytes[9] == 3
        else { return false }
        let (from, to, grid) = (Int(bytes[8]), Int(bytes[9]), Int(bytes[10]))
        var (first, last, place) = (256, 256, 48)
        if width == 2 {
            (first, last, place) = (
                bytes.big(at: 48, bytes: 2) ?? 0, bytes.big(at: 50, bytes: 2) ?? 0, 52
            )
        }
        for (rows, row, stride) in [
            (from, first, 1), (Self.power(grid, from - 1), grid, to), (to, last, 1),
        ] {
            let end = place + rows * row * stride * width
            guard isSmooth(place, end, width: width, stride: stride, row: row) else { return false }
            place = end
        }
        return bytes.count - place <= Self.aligning
    }

    /// Curves, a matrix and a table, each where the head says (10.12, 10.13).
    private func isLUTOfElements(inputs: Int) -> Bool {
        guard bytes.count >= 32, [inputs, 3].contains(Int(bytes[8])),
            [inputs, 3].contains(Int(bytes[9]))
        else { return false }
        let (from, to) = (Int(bytes[8]), Int(bytes[9]))
        let isFromDevice = bytes.starts(with: Array("mAB ".utf8))
        // The curves at the profile's connection space, before the matrix, and at the device.
        let (b, a) = isFromDevice ? (to, from) : (from, to)
        var parts: [Range<Int>] = [0..<32]
        for (place, kind) in [(12, "B"), (16, "matrix"), (20, "M"), (24, "table"), (28, "A")] {
            guard let start = bytes.big(at: place, bytes: 4) else { return false }
            guard start != 0 else { continue }
            let end: Int? =
                switch kind {
                case "matrix": start + 48
                case "table": table(at: start, from, to)
                default: curves(at: start, kind == "A" ? a : b)
                }
            guard start >= 32, let end, end > start, end <= bytes.count else { return false }
            parts.append(start..<end)
        }
        // Parts may share their place; between two of them are no more than the bytes that align.
        var end = 0
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard part.lowerBound <= end + Self.aligning else { return false }
            end = max(end, part.upperBound)
        }
        return bytes.count <= end + Self.aligning
    }

    private func curves(at start: Int, _ count: Int) -> Int? {
        var place = start
        for _ in 0..<count {
            guard let end = curve(at: place) else { return nil }
            place = (end + 3) & ~3
        }
        return min(place, bytes.count)
    }

    private func table(at start: Int, _ from: Int, _ to: Int) -> Int? {
        guard start + 20 <= bytes.count else { return nil }
        let grids = bytes[start..<start + from].map { Int($0) }
        let width = Int(bytes[start + 16])
        guard let last = grids.last, grids.allSatisfy({ $0 > 0 }), [1, 2].contains(width) else {
            return nil
        }
        let end = start + 20 + grids.reduce(to * width, *)
        return isSmooth(start + 20, end, width: width, stride: to, row: last) ? end : nil
    }

    private static func power(_ base: Int, _ exponent: Int) -> Int {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// Whether rows of values go on in small steps: two values of an image's file lie a third of the
    /// range apart on average, those of a table that is read between them far less.
    private func isSmooth(_ start: Int, _ end: Int, width: Int, stride: Int, row: Int) -> Bool {
        guard start <= end, end <= bytes.count else { return false }
        // So short a row may be steep, and in one is no room for an image.
        guard row > 4, end - start >= EmbeddedImage.least else { return true }
        let count = (end - start) / width
        let range = width == 1 ? 255 : 65_535
        func value(_ index: Int) -> Int {
            width == 1
                ? Int(bytes[start + index])
                : Int(bytes[start + 2 * index]) << 8 | Int(bytes[start + 2 * index + 1])
        }
        var (sum, steps) = (0, 0)
        for index in Swift.stride(from: stride, to: count, by: 1) {
            guard index / stride % row != 0 else { continue }
            sum += abs(value(index) - value(index - stride))
            steps += 1
            guard steps == 128 else { continue }
            if sum * 100 > steps * range * 27 { return false }
            (sum, steps) = (0, 0)
        }
        return true
    }
}

extension Array<UInt8> {
    /// A number with its first byte the highest; nil behind the end.
    func big(at offset: Int, bytes count: Int) -> Int? {
        withUnsafeBytes { $0.big(at: offset, bytes: count) }
    }
}
