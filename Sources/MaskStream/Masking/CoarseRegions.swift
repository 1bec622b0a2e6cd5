extension Mask {
    /// The side of the cells on whose edges ``coarseRegions(of:)`` begin and end: the blocks of
    /// H.264, and the least that other encoders tell apart.
    static let coarseCell = 16

    /// Rectangles of frames of a format, in stored pixels, of which nothing is kept.
    ///
    /// They lie apart, on cells of 16 by 16 pixels from the upper left corner on. A cell of which
    /// anything is kept is in none of them.
    func coarseRegions(of format: FrameFormat) -> [Box] {
        let (columns, rows) = (cells(along: format.width), cells(along: format.height))
        let isCoarse = coarseCells(columns, rows, of: format.pixelFormat)
        var regions: [Box] = []
        /// The regions that end with the row above, by their first column.
        var open: [Int: Int] = [:]
        for y in 0..<rows {
            var next: [Int: Int] = [:]
            for run in Self.runs(isCoarse[y * columns..<(y + 1) * columns]) {
                let (x, side) = (run.lowerBound, Self.coarseCell)
                let width = min(run.upperBound * side, format.width) - x * side
                let height = min((y + 1) * side, format.height) - y * side
                if let above = open[x], regions[above].width == width {
                    regions[above].height += height
                    next[x] = above
                } else {
                    next[x] = regions.count
                    regions.append(
                        Box(x: x * side, y: y * side, width: width, height: height))
                }
            }
            open = next
        }
        return regions
    }

    private func cells(along length: Int) -> Int {
        (length + Self.coarseCell - 1) / Self.coarseCell
    }

    /// Whether nothing is kept of each cell, row by row.
    private func coarseCells(_ columns: Int, _ rows: Int, of pixels: PixelFormat) -> [Bool] {
        var isCoarse = [Bool](repeating: true, count: columns * rows)
        let spans = SpanRows(self)
        for y in 0..<height {
            let row = (y << pixels.chromaShiftY) / Self.coarseCell * columns
            for span in spans[y] where span.isKept {
                let first = (span.start << pixels.chromaShiftX) / Self.coarseCell
                let last = ((span.end << pixels.chromaShiftX) - 1) / Self.coarseCell
                for x in first...min(last, columns - 1) { isCoarse[row + x] = false }
            }
        }
        return isCoarse
    }

    /// The stretches of a row that are true, counted from its first cell.
    private static func runs(_ row: ArraySlice<Bool>) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (x, isCoarse) in row.enumerated() where isCoarse {
            if let last = runs.last, last.upperBound == x {
                runs[runs.count - 1] = last.lowerBound..<x + 1
            } else {
                runs.append(x..<x + 1)
            }
        }
        return runs
    }
}
