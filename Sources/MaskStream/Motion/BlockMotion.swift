/// Where each block of an image lay in an earlier one of the same size.
struct BlockMotion {
    /// Samples in a row of a block, and its rows.
    static let side = 8

    /// The way from a block to where it lay, in samples.
    struct Vector: Equatable {
        var x: Int
        var y: Int

        static let zero = Vector(x: 0, y: 0)

        static func + (a: Vector, b: Vector) -> Vector { Vector(x: a.x + b.x, y: a.y + b.y) }
    }

    /// Blocks in a row.
    let columns: Int
    /// Rows of blocks.
    let rows: Int
    /// The blocks' vectors, row by row.
    var vectors: [Vector]
    /// Whether each block was found in the earlier image.
    var isFound: [Bool]

    /// No motion.
    init(still image: LumaImage) {
        columns = image.width / Self.side
        rows = image.height / Self.side
        vectors = Array(repeating: .zero, count: columns * rows)
        isFound = Array(repeating: true, count: columns * rows)
    }

    /// The vectors without outliers: a block that goes as hardly any of its neighbours does takes
    /// their median.
    var smoothVectors: [Vector] {
        vectors.indices.map { index in
            let vector = vectors[index]
            var alike = 0
            forEachNeighbour(of: index) {
                if abs($0.x - vector.x) <= 1, abs($0.y - vector.y) <= 1 { alike += 1 }
            }
            return alike < 2 ? medianAround(index) ?? vector : vector
        }
    }

    private func medianAround(_ index: Int) -> Vector? {
        var near: [Vector] = []
        forEachNeighbour(of: index) { near.append($0) }
        guard !near.isEmpty else { return nil }
        let middle = near.count / 2
        return Vector(x: near.map(\.x).sorted()[middle], y: near.map(\.y).sorted()[middle])
    }

    /// Calls `body` with the vector of every block around one that was found.
    private func forEachNeighbour(of index: Int, _ body: (Vector) -> Void) {
        let (column, row) = (index % columns, index / columns)
        for y in max(row - 1, 0)...min(row + 1, rows - 1) {
            for x in max(column - 1, 0)...min(column + 1, columns - 1) {
                let other = y * columns + x
                if other != index, isFound[other] { body(vectors[other]) }
            }
        }
    }
}

/// Finds the blocks of an image in an earlier one.
///
/// Every block tries to stay, to go on as before, and to move as its neighbours do (predictive
/// search, as in MPEG encoders); from the best of these it walks downhill, and what is not found so is
/// looked for in a wider square. Differences are sums over a block of 64 samples of 8 bits.
struct BlockSearch {
    /// The difference of a block that is the same but for noise.
    private static let same = 96
    /// The difference at which a block is found whatever is in it.
    private static let found = 192
    /// What a vector must gain over one that is tried before it: a flat block stays.
    private static let gain = 16
    /// How far a block may have moved since the frame before to be looked for, in samples.
    private static let reach = 12

    private let image: LumaImage
    private let earlier: LumaImage

    init(_ image: LumaImage, in earlier: LumaImage) {
        precondition(
            (image.width, image.height) == (earlier.width, earlier.height), "images of one size")
        self.image = image
        self.earlier = earlier
    }

    /// Whether no block has changed.
    func isSame() -> Bool {
        withSamples { samples in
            blocks().allSatisfy { samples.difference($0, at: .zero) <= Self.same }
        }
    }

    /// The motion, if all but a few blocks are found.
    ///
    /// - Parameters:
    ///   - guess: the motion of the frame before, from the same earlier image.
    ///   - most: how many blocks may stay unfound.
    func motion(from guess: BlockMotion, most: Int) -> BlockMotion? {
        var motion = guess
        var missing = 0
        return withSamples { samples in
            for (index, block) in blocks().enumerated() {
                let (vector, isFound) = search(block, index, motion, samples)
                motion.vectors[index] = vector
                motion.isFound[index] = isFound
                guard !isFound else { continue }
                missing += 1
                if missing > most { return nil }
            }
            return motion
        }
    }

    private func search(
        _ block: Block, _ index: Int, _ motion: BlockMotion, _ samples: Samples
    ) -> (vector: BlockMotion.Vector, isFound: Bool) {
        var best = Match(vector: .zero, difference: samples.difference(block, at: .zero))
        guard best.difference > Self.same else { return (best.vector, true) }
        for guess in guesses(index, motion) { samples.take(guess, of: block, if: &best) }
        samples.walk(block, from: &best)
        if samples.isFound(block, best) { return (best.vector, true) }
        let center = motion.vectors[index]
        for y in stride(from: -Self.reach, through: Self.reach, by: 3) {
            for x in stride(from: -Self.reach, through: Self.reach, by: 3) {
                samples.take(center + BlockMotion.Vector(x: x, y: y), of: block, if: &best)
            }
        }
        samples.walk(block, from: &best)
        // A block that is new tells its neighbours nothing.
        return samples.isFound(block, best) ? (best.vector, true) : (center, false)
    }

    /// What the block did in the frame before, and what its neighbours do.
    private func guesses(_ index: Int, _ motion: BlockMotion) -> [BlockMotion.Vector] {
        let (x, columns) = (index % motion.columns, motion.columns)
        var guesses = [motion.vectors[index]]
        if x > 0 { guesses.append(motion.vectors[index - 1]) }
        if index >= columns { guesses.append(motion.vectors[index - columns]) }
        if index >= columns, x + 1 < columns {
            guesses.append(motion.vectors[index - columns + 1])
        }
        return guesses
    }

    private func blocks() -> some Sequence<Block> {
        let columns = image.width / BlockMotion.side
        return (0..<columns * (image.height / BlockMotion.side)).lazy.map {
            Block(x: $0 % columns * BlockMotion.side, y: $0 / columns * BlockMotion.side)
        }
    }

    private func withSamples<Result>(_ body: (Samples) -> Result) -> Result {
        image.samples.withUnsafeBufferPointer { now in
            earlier.samples.withUnsafeBufferPointer { past in
                body(Samples(now: now, past: past, width: image.width, height: image.height))
            }
        }
    }

    /// A block's first sample.
    private struct Block {
        let x: Int
        let y: Int
    }

    private struct Match {
        var vector: BlockMotion.Vector
        var difference: Int
    }

    /// Both images in memory.
    private struct Samples {
        let now: UnsafeBufferPointer<UInt8>
        let past: UnsafeBufferPointer<UInt8>
        let width: Int
        let height: Int

        /// The difference of a block from what lay at the end of a vector.
        @inline(__always)
        func difference(_ block: Block, at vector: BlockMotion.Vector) -> Int {
            difference(block, past, x: block.x + vector.x, y: block.y + vector.y)
        }

        @inline(__always)
        private func difference(
            _ block: Block, _ other: UnsafeBufferPointer<UInt8>, x: Int, y: Int
        ) -> Int {
            guard let now = now.baseAddress, let other = other.baseAddress else { return 0 }
            let first = UnsafeRawPointer(now + block.y * width + block.x)
            let second = UnsafeRawPointer(other + y * width + x)
            var sums = SIMD8<UInt16>()
            for row in 0..<BlockMotion.side {
                let a = first.loadUnaligned(
                    fromByteOffset: row * width, as: SIMD8<UInt8>.self)
                let b = second.loadUnaligned(
                    fromByteOffset: row * width, as: SIMD8<UInt8>.self)
                sums &+= SIMD8<UInt16>(truncatingIfNeeded: pointwiseMax(a, b) &- pointwiseMin(a, b))
            }
            return Int(sums.wrappedSum())
        }

        /// Takes a vector if it stays inside and is better.
        @inline(__always)
        func take(_ vector: BlockMotion.Vector, of block: Block, if best: inout Match) {
            let (x, y) = (block.x + vector.x, block.y + vector.y)
            guard x >= 0, y >= 0, x <= width - BlockMotion.side, y <= height - BlockMotion.side,
                vector != best.vector
            else { return }
            let difference = difference(block, at: vector)
            if difference + BlockSearch.gain <= best.difference {
                best = Match(vector: vector, difference: difference)
            }
        }

        /// Goes to the best neighbour until none is better.
        func walk(_ block: Block, from best: inout Match) {
            while true {
                let start = best.vector
                for (x, y) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                    take(start + BlockMotion.Vector(x: x, y: y), of: block, if: &best)
                }
                if best.vector == start { return }
            }
        }

        /// Whether a match is good enough for what is in the block: rich texture differs from itself
        /// when it lies half a sample off.
        func isFound(_ block: Block, _ match: Match) -> Bool {
            if match.difference <= BlockSearch.found { return true }
            let right = min(block.x + 1, width - BlockMotion.side)
            let below = min(block.y + 1, height - BlockMotion.side)
            let activity =
                difference(block, now, x: right, y: block.y)
                + difference(block, now, x: block.x, y: below)
            return match.difference <= BlockSearch.found + activity / 4
        }
    }
}
