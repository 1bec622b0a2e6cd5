/// What the estimator did on a frame.
public enum EstimateRun: String, Sendable {
    /// It ran.
    case ran
    /// It did not run: an earlier map was moved as the frame's content was.
    case moved
    /// It did not run: nothing has changed.
    case skipped
}

/// Carries the map of a key frame, on which the estimator ran, to the frames after it.
///
/// Frames are compared block by block with the key frame, in a small image of their luma. The map
/// moves with the blocks. Blocks that are not found in the key frame show something new and are
/// masked; where there are more than a few of these, the estimator has to run. It also runs every
/// `interval` frames, unless nothing at all has changed.
public struct MapCarrier: Sendable {
    /// Blocks that may be new before the estimator has to run, of all.
    private static let newFraction = 0.01

    /// A map that was carried to a frame.
    struct Carried {
        /// The scores; 0 where something new may be shown.
        let map: ConfidenceMap
        let run: EstimateRun
        /// The blocks that show something new, where masks hide what is found: they are masked, but
        /// are no subjects.
        var new: NewBlocks?
    }

    private struct Key {
        let map: ConfidenceMap
        let image: LumaImage
        /// From the last frame that the map was carried to.
        var motion: BlockMotion
        /// Frames since.
        var age = 0
    }

    private let interval: Int
    private let area: Int
    private let hides: Bool
    private var sampler: LumaSampler?
    private var latest: LumaImage?
    private var key: Key?

    /// - Parameters:
    ///   - interval: frames from one run of the estimator to the next, 2 or more.
    ///   - area: samples of the image in which motion is looked for, about; as many as the
    ///     estimator's input has pixels, so that what it can find can be followed.
    ///   - hides: whether masks hide what is found.
    public init(interval: Int, area: Int, hides: Bool) {
        precondition(interval > 1, "else there is nothing to carry")
        self.interval = interval
        self.area = area
        self.hides = hides
    }

    /// The map of the next frame; nil where the estimator has to run.
    mutating func map(of frame: Frame) -> Carried? {
        if frame.beginsScene || sampler?.format != frame.format { key = nil }
        if sampler?.format != frame.format {
            sampler = LumaSampler(format: frame.format, area: area)
        }
        latest = sampler?.image(of: frame)
        guard var key, let image = latest else { return nil }
        key.age += 1
        let search = BlockSearch(image, in: key.image)
        if search.isSame() {
            self.key = key
            return Carried(map: key.map, run: .skipped)
        }
        let most = Int(Self.newFraction * Double(key.motion.vectors.count))
        guard key.age < interval, let motion = search.motion(from: key.motion, most: most) else {
            return nil
        }
        key.motion = motion
        self.key = key
        let new = NewBlocks(motion)
        return Carried(
            map: key.map.moved(by: motion, over: image, keepsNew: hides), run: .moved,
            new: hides && !new.isEmpty ? new : nil)
    }

    /// Keeps the map that the estimator gave for the frame that was asked about last; nil where it
    /// gave none to trust.
    mutating func keep(_ map: ConfidenceMap?) {
        guard let map, let latest else { return key = nil }
        key = Key(map: map, image: latest, motion: BlockMotion(still: latest))
    }
}

extension ConfidenceMap {
    /// The map with every cell's score taken from where its block lay; of a new block 0, or what
    /// lies there if the new is not shown anyway.
    fileprivate func moved(by motion: BlockMotion, over image: LumaImage, keepsNew: Bool) -> Self {
        var map = self
        let (scaleX, scaleY) = (
            Float(image.width) / Float(width), Float(image.height) / Float(height)
        )
        for y in 0..<height {
            let row = min(Int((Float(y) + 0.5) * scaleY) / BlockMotion.side, motion.rows - 1)
            for x in 0..<width {
                let column = min(
                    Int((Float(x) + 0.5) * scaleX) / BlockMotion.side, motion.columns - 1)
                let block = row * motion.columns + column
                let vector = motion.vectors[block]
                if !keepsNew, !motion.isFound[block] {
                    map.values[y * width + x] = 0
                } else if vector != .zero {
                    map.values[y * width + x] = score(
                        Float(x) + Float(vector.x) / scaleX, Float(y) + Float(vector.y) / scaleY)
                }
            }
        }
        return map
    }

    /// The score at a place between cells, bilinearly.
    private func score(_ x: Float, _ y: Float) -> Float {
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
