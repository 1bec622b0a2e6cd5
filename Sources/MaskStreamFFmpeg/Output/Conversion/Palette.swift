internal import CFFmpeg
import MaskStream

/// At most 256 colours for one frame: its own where it has no more, else chosen by median cut.
///
/// Colours are `0xAARRGGBB`. Of too many colours those that differ least share an entry, so that a
/// frame of a few more than 256 loses next to nothing (P. Heckbert, Color Image Quantization for
/// Frame Buffer Display, 1982). No entry is more opaque than a colour that it stands for.
struct Palette {
    /// The colours, in rising order.
    private(set) var entries: [UInt32]
    private var indices: [UInt32: UInt8] = [:]
    /// The bits of a colour that are distinguished.
    private let precision: UInt32

    private typealias Counted = (color: UInt32, count: Int)

    /// Chooses a palette for counted colours.
    init(_ counts: [UInt32: Int]) {
        let isManifold = counts.count > 1 << 15
        precision = isManifold ? 0xFFF8_F8F8 : .max
        var merged: [UInt32: Int] = isManifold ? [:] : counts
        if isManifold {
            for (color, count) in counts { merged[color & precision, default: 0] += count }
        }
        // A dictionary's order differs from run to run.
        let colors = merged.map { (color: $0.key, count: $0.value) }.sorted { $0.color < $1.color }
        let boxes = Self.cut(colors).map { box in
            let color = Self.representative(box)
            // What was cut off is made up so that white stays white.
            return (color: isManifold ? color | (color & 0xE0_E0E0) >> 5 : color, colors: box)
        }
        // An entry that is there twice confuses the GIF encoder of FFmpeg 5.1.
        entries = Set(boxes.map(\.color)).sorted()
        let places = Dictionary(
            uniqueKeysWithValues: entries.enumerated().map { ($1, UInt8($0)) })
        for box in boxes {
            for counted in box.colors { indices[counted.color] = places[box.color] }
        }
    }

    /// The entry for a colour that was counted.
    func index(of color: UInt32) -> UInt8 { indices[color & precision] ?? 0 }

    /// Cuts the box with the widest spread in two until there are 256 boxes or single colours.
    private static func cut(_ colors: [Counted]) -> [[Counted]] {
        if colors.count <= 256 { return colors.map { [$0] } }
        var boxes = [(spread: widest(colors).spread, colors: colors)]
        while boxes.count < 256 {
            guard let next = boxes.indices.max(by: { boxes[$0].spread < boxes[$1].spread }),
                boxes[next].spread > 0
            else { break }
            let box = boxes.remove(at: next).colors
            let shift = widest(box).shift
            let sorted = box.sorted {
                ($0.color >> shift & 255, $0.color) < ($1.color >> shift & 255, $1.color)
            }
            let half = sorted.reduce(0) { $0 + $1.count } / 2
            var (middle, sum) = (0, 0)
            while middle < sorted.count - 1, sum < half || middle == 0 {
                sum += sorted[middle].count
                middle += 1
            }
            for part in [sorted[..<middle], sorted[middle...]] {
                boxes.append((widest(Array(part)).spread, Array(part)))
            }
        }
        return boxes.map(\.colors)
    }

    /// The channel in which a box's colours differ most, and how much that weighs.
    private static func widest(_ colors: [Counted]) -> (shift: UInt32, spread: Double) {
        var best: (shift: UInt32, spread: Double) = (0, 0)
        let count = colors.reduce(0) { $0 + $1.count }
        for shift in [0, 8, 16, 24] as [UInt32] {
            var (low, high) = (UInt32(255), UInt32(0))
            for counted in colors {
                let value = counted.color >> shift & 255
                (low, high) = (min(low, value), max(high, value))
            }
            guard high > low else { continue }
            let spread = Double(high - low) * Double(count).squareRoot()
            if spread > best.spread { best = (shift, spread) }
        }
        return best
    }

    /// The colour that most pixels have, else the mean.
    private static func representative(_ colors: [Counted]) -> UInt32 {
        let count = colors.reduce(0) { $0 + $1.count }
        if let most = colors.max(by: { $0.count < $1.count }), 2 * most.count > count {
            let alpha = colors.reduce(255) { min($0, $1.color >> 24) }
            return most.color & 0xFF_FFFF | alpha << 24
        }
        var mean: UInt32 = colors.reduce(255) { min($0, $1.color >> 24) } << 24
        for shift in [0, 8, 16] as [UInt32] {
            let sum = colors.reduce(0) { $0 + Int($1.color >> shift & 255) * $1.count }
            mean |= UInt32(sum / max(1, count)) << shift
        }
        return mean
    }
}

extension MediaFrame {
    /// How often each colour of an 8-bit planar RGB frame occurs.
    ///
    /// With `isBinary` what is not wholly opaque counts as wholly transparent black.
    func colorCounts(hasAlpha: Bool, isBinary: Bool) -> [UInt32: Int] {
        var counts: [UInt32: Int] = [:]
        var (last, run) = (UInt32(0), 0)
        forEachColor(hasAlpha: hasAlpha, isBinary: isBinary) { color, _, _ in
            if color != last, run > 0 {
                counts[last, default: 0] += run
                run = 0
            }
            last = color
            run += 1
        }
        if run > 0 { counts[last, default: 0] += run }
        return counts
    }

    /// The 8-bit planar RGB frame with a palette of its own.
    func paletted(hasAlpha: Bool, isBinary: Bool) throws -> MediaFrame {
        let palette = Palette(colorCounts(hasAlpha: hasAlpha, isBinary: isBinary))
        let target = try MediaFrame(AV_PIX_FMT_PAL8, width: width, height: height)
        let pixels = target.plane(0)
        guard let base = pixels.base, let colors = target.plane(1).base else { return target }
        // Unused entries are opaque, so that they ask for no alpha.
        let padding = [UInt32](repeating: 0xFF00_0000, count: 256 - palette.entries.count)
        for (index, color) in (palette.entries + padding).enumerated() {
            UnsafeMutableRawPointer(colors).storeBytes(
                of: color, toByteOffset: 4 * index, as: UInt32.self)
        }
        var (last, lastIndex) = (UInt32(0), palette.index(of: 0))
        forEachColor(hasAlpha: hasAlpha, isBinary: isBinary) { color, x, y in
            if color != last { (last, lastIndex) = (color, palette.index(of: color)) }
            base[y * pixels.stride + x] = lastIndex
        }
        return target
    }

    @inline(__always)
    private func forEachColor(
        hasAlpha: Bool, isBinary: Bool, _ body: (_ color: UInt32, _ x: Int, _ y: Int) -> Void
    ) {
        let (green, blue, red) = (plane(0), plane(1), plane(2))
        guard let greens = green.base, let blues = blue.base, let reds = red.base else { return }
        let alpha = plane(3)
        for y in 0..<height {
            let (g, b, r) = (
                greens + y * green.stride, blues + y * blue.stride, reds + y * red.stride
            )
            let a = hasAlpha ? alpha.base.map { $0 + y * alpha.stride } : nil
            for x in 0..<width {
                let opacity = a?[x] ?? 255
                if isBinary, opacity != 255 {
                    body(0, x, y)
                } else {
                    body(
                        UInt32(opacity) << 24 | UInt32(r[x]) << 16 | UInt32(g[x]) << 8
                            | UInt32(b[x]), x, y)
                }
            }
        }
    }
}
