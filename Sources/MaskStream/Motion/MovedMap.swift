/// A key frame's map, carried to another frame: every cell has the score of where its block lay.
struct MovedMap {
    /// The scores; in blocks that were not found, those of where they might have lain.
    private(set) var map: ConfidenceMap
    /// The way that the blocks went; not found are those that show something new.
    private(set) var motion: BlockMotion
    private let image: (width: Int, height: Int)

    init(_ map: ConfidenceMap, moved motion: BlockMotion, in image: LumaImage) {
        (self.map, self.motion, self.image) = (map, motion, (image.width, image.height))
        let scaleX = Float(image.width) / Float(map.width)
        let scaleY = Float(image.height) / Float(map.height)
        var moved = map
        let vectors = motion.smoothVectors
        forEachCell { cell, x, y, block in
            let vector = vectors[block]
            if vector != .zero {
                moved.values[cell] = map.score(
                    Float(x) + Float(vector.x) / scaleX, Float(y) + Float(vector.y) / scaleY)
            }
        }
        self.map = moved
    }

    /// How many blocks show something new.
    var newCount: Int { motion.isFound.count { !$0 } }

    /// The scores, 0 in blocks that show something new.
    var mapWithoutNew: ConfidenceMap {
        var known = map
        forEachCell { cell, _, _, block in
            if !motion.isFound[block] { known.values[cell] = 0 }
        }
        return known
    }

    /// What both key frames say: where only one of them has a block, that one; else the higher score
    /// where it is hidden, and where it is shown, a mean.
    ///
    /// - Parameters:
    ///   - later: carried to the same frame from the key frame after it.
    ///   - share: how far the frame is on its way from one key frame to the other, 0 to 1.
    ///   - hides: whether masks hide what is found.
    func met(by later: MovedMap, at share: Float, hides: Bool) -> MovedMap {
        guard map.hasSize(of: later.map) else { return self }
        var met = self
        forEachCell { cell, _, _, block in
            let (before, after) = (map.values[cell], later.map.values[cell])
            switch (motion.isFound[block], later.motion.isFound[block]) {
            case (true, false): break
            case (false, true): met.map.values[cell] = after
            default:
                met.map.values[cell] =
                    hides ? max(before, after) : before + (after - before) * share
            }
        }
        for block in motion.isFound.indices where later.motion.isFound[block] {
            met.motion.isFound[block] = true
        }
        return met
    }

    /// Calls `body` with every cell's number and place, and its block.
    private func forEachCell(_ body: (_ cell: Int, _ x: Int, _ y: Int, _ block: Int) -> Void) {
        func blocks(_ cells: Int, _ samples: Int, _ count: Int) -> [Int] {
            (0..<cells).map {
                let sample = (Float($0) + 0.5) * Float(samples) / Float(cells)
                return min(Int(sample) / BlockMotion.side, count - 1)
            }
        }
        let columns = blocks(map.width, image.width, motion.columns)
        let rows = blocks(map.height, image.height, motion.rows)
        for (y, row) in rows.enumerated() {
            for (x, column) in columns.enumerated() {
                body(y * map.width + x, x, y, row * motion.columns + column)
            }
        }
    }
}

extension ConfidenceMap {
    /// The score at a place between cells, bilinearly.
    fileprivate func score(_ x: Float, _ y: Float) -> Float {
        let (x, y) = (min(max(x, 0), Float(width - 1)), min(max(y, 0), Float(height - 1)))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (shareX, shareY) = (x - Float(left), y - Float(top))
        func mix(_ row: Int) -> Float {
            let (first, second) = (values[row * width + left], values[row * width + right])
            return first + (second - first) * shareX
        }
        let (upper, lower) = (mix(top), mix(bottom))
        return upper + (lower - upper) * shareY
    }
}
