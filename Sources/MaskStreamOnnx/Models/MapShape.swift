import MaskStream

/// How an output tensor lies as a map of one image: `[1, C, h, w]`, `[1, h, w, C]`, `[C, h, w]`
/// or `[h, w, C]`.
struct MapShape: Equatable {
    let channels: Int
    let height: Int
    let width: Int
    /// Whether channels are planes; else they lie side by side.
    let isPlanar: Bool

    /// Reads a shape in a layout; nil for what is no map of one image.
    init?(_ shape: [Int], layout: PixelSpec.Layout) {
        isPlanar = layout == .nchw
        switch (shape.count, layout) {
        case (4, _) where shape[0] != 1: return nil
        case (4, .nchw): (channels, height, width) = (shape[1], shape[2], shape[3])
        case (4, .nhwc): (channels, height, width) = (shape[3], shape[1], shape[2])
        case (3, .nchw): (channels, height, width) = (shape[0], shape[1], shape[2])
        // `[1, h, w]` has no channels; a map of one row has no use.
        case (3, .nhwc) where shape[0] == 1: (channels, height, width) = (1, shape[1], shape[2])
        case (3, .nhwc): (channels, height, width) = (shape[2], shape[0], shape[1])
        default: return nil
        }
    }

    /// Whether the map has about the aspect ratio of the model's input.
    ///
    /// The same tensor read in the wrong order hardly ever has.
    func lies(over width: Int, by height: Int) -> Bool {
        let columns = Double(self.width) / Double(width)
        let rows = Double(self.height) / Double(height)
        return columns <= 4 * rows && rows <= 4 * columns
    }
}

/// The cells of a map along one axis: the part of the output that lies over the image.
///
/// A letterbox's bars rarely end where a cell of a small output does. Cells that show more of the
/// image than of a bar are then interpolated linearly, so that the map covers the image alone.
struct MapAxis: Equatable {
    /// Where a cell's value comes from.
    struct Tap: Equatable {
        /// The output cell before the centre, counted from ``MapAxis/read``'s first.
        let first: Int
        /// The weight of the cell behind.
        let weight: Float
    }

    /// The output cells that are needed.
    let read: Range<Int>
    /// A tap for each cell of the map; nil where they are the output's own.
    let taps: [Tap]?

    /// How many cells the map has.
    var count: Int { taps?.count ?? read.count }

    /// The part `content` of an axis of `input` pixels that the model turns into `output` cells.
    init(content: Range<Int>, input: Int, output: Int) {
        let scale = Double(output) / Double(input)
        let low = Double(content.lowerBound) * scale
        let high = Double(content.upperBound) * scale
        if low == low.rounded(), high == high.rounded() {
            read = Int(low)..<Int(high)
            taps = nil
            return
        }
        let count = max(1, Int((high - low).rounded()))
        let first = min(Int((low + 0.5).rounded(.down)), output - 1)
        let last = max(Int((high - 0.5).rounded(.up)) - 1, first)
        let positions = (0..<count).map { cell in
            let centre = low + (Double(cell) + 0.5) * (high - low) / Double(count)
            return min(max(centre - 0.5, Double(first)), Double(last))
        }
        read = first..<last + 1
        taps = positions.map { position in
            Tap(first: Int(position) - first, weight: Float(position - position.rounded(.down)))
        }
    }

    /// The place of a cell among those read, of the one behind it, and the latter's weight.
    func tap(_ cell: Int) -> (first: Int, second: Int, weight: Float) {
        guard let taps else { return (cell, cell, 0) }
        let tap = taps[cell]
        return (tap.first, min(tap.first + 1, read.count - 1), tap.weight)
    }
}
