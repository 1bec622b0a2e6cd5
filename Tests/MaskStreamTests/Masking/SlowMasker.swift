import MaskStream

/// Masks cell by cell, by the words of the specification: what the fast masker must equal.
struct SlowMasker {
    let rule: ThresholdMasker.Rule
    let format: FrameFormat
    private var was: [Bool] = []
    private var lastRelevant: [Int?] = []

    init(rule: ThresholdMasker.Rule, format: FrameFormat) {
        self.rule = rule
        self.format = format
    }

    mutating func reset() { was = [] }

    /// Cuts a mask; `time` in milliseconds.
    mutating func mask(_ map: ConfidenceMap, threshold: Float, time: Int) -> Mask {
        let count = format.maskGrid.width * format.maskGrid.height
        return mask(
            map, thresholds: Array(repeating: threshold, count: count),
            isNew: Array(repeating: false, count: count), time: time)
    }

    /// Cuts a mask by a threshold for each cell, of which some are another subject's than before.
    mutating func mask(
        _ map: ConfidenceMap, thresholds: [Float], isNew: [Bool], time: Int
    ) -> Mask {
        let grid = format.maskGrid
        let count = grid.width * grid.height
        let isFresh = was.isEmpty
        if isFresh {
            was = Array(repeating: false, count: count)
            lastRelevant = Array(repeating: nil, count: count)
        }
        let hold = Int((rule.hold * 1000).rounded())
        var mask = Mask(width: grid.width, height: grid.height)
        for index in 0..<count {
            let value = map.interpolated(x: index % grid.width, y: index / grid.width, grid)
            if isNew[index] { lastRelevant[index] = nil }
            let relevant = isRelevant(
                value, was[index] && !isFresh, thresholds[index], isFresh || isNew[index])
            was[index] = relevant
            if relevant { lastRelevant[index] = time }
            let isHeld = hold > 0 && lastRelevant[index].map { time - $0 <= hold } ?? false
            mask.cells[index] = relevant || isHeld ? Mask.kept : 0
        }
        let pixels = rule.dilate * Float(format.displaySize.height)
        mask = mask.slowlyDilated(
            x: Int((pixels / Float(1 << format.pixelFormat.chromaShiftX)).rounded()),
            y: Int((pixels / Float(1 << format.pixelFormat.chromaShiftY)).rounded()))
        if rule.inverts { mask.cells = mask.cells.map { $0 == 0 ? Mask.kept : 0 } }
        return mask
    }

    private func isRelevant(
        _ value: Float, _ was: Bool, _ threshold: Float, _ isFresh: Bool
    ) -> Bool {
        let band = isFresh ? 0 : rule.hysteresis
        guard rule.inverts else {
            return value > threshold + band || was && value > threshold - band
        }
        // Hidden unless it is known to be below: NaN is hidden, too.
        return !(value < threshold) || was && !(value < threshold - band)
    }
}

extension ConfidenceMap {
    /// The score at a cell of a finer grid, bilinearly with half-pixel centres.
    func interpolated(x: Int, y: Int, _ grid: (width: Int, height: Int)) -> Float {
        func tap(_ index: Int, _ count: Int, _ target: Int) -> (Int, Int, Float) {
            let position = (Float(index) + 0.5) * Float(count) / Float(target) - 0.5
            let clamped = min(max(position, 0), Float(count - 1))
            return (
                Int(clamped), min(Int(clamped) + 1, count - 1), clamped - clamped.rounded(.down)
            )
        }
        let (left, right, across) = tap(x, width, grid.width)
        let (top, bottom, down) = tap(y, height, grid.height)
        func column(_ x: Int) -> Float {
            let (upper, lower) = (values[top * width + x], values[bottom * width + x])
            return upper + (lower - upper) * down
        }
        return column(left) + (column(right) - column(left)) * across
    }
}

extension Mask {
    /// A maximum over a rectangle around each cell.
    func slowlyDilated(x radiusX: Int, y radiusY: Int) -> Mask {
        var grown = self
        for y in 0..<height {
            for x in 0..<width {
                let rows = max(0, y - radiusY)...min(height - 1, y + radiusY)
                let columns = max(0, x - radiusX)...min(width - 1, x + radiusX)
                let isKept = rows.contains { row in
                    columns.contains { cells[row * width + $0] != 0 }
                }
                grown.cells[y * width + x] = isKept ? Mask.kept : 0
            }
        }
        return grown
    }

    /// The mask as lines of `#` for kept and `.` for masked cells.
    var drawing: String {
        (0..<height).map { y in
            String(cells[y * width..<(y + 1) * width].map { $0 == 0 ? "." : "#" })
        }.joined(separator: "\n")
    }
}
