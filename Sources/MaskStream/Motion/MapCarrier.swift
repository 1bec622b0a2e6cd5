/// What the estimator did on a frame.
public enum EstimateRun: String, Sendable {
    /// It ran.
    case ran
    /// It did not run: an earlier map, or also a later one, was moved as the frame's content was.
    case moved
    /// It did not run: nothing has changed.
    case skipped
}

/// Carries the maps of key frames, on which the estimator ran, to the frames between them.
///
/// Frames are compared block by block with the key frame before them, in a small image of their
/// luma, and where they can wait for it, with the one after them. The maps move with the blocks.
/// Blocks that are found in neither show something new and are masked; where there are more than a few of
/// these, the estimator has to run. It also runs every `interval` frames, unless nothing at all has
/// changed.
public struct MapCarrier: Sendable {
    /// The longest interval whose frames wait for the key frame after them: each of them is memory.
    public static let longestWait = 8
    /// Blocks that may be new before the estimator has to run, of all.
    private static let newFraction = 0.003
    /// Blocks that may be new in a frame that waits: with more it is a key frame itself.
    private static let changedFraction = 0.25

    /// What becomes of a frame.
    enum Step {
        /// The estimator has to run.
        case runs
        /// A map is carried to it.
        case carries(Carried)
        /// It waits for the next key frame.
        case waits(Between)
    }

    /// A map that was carried to a frame.
    struct Carried {
        /// The scores; 0 where something new may be shown.
        let map: ConfidenceMap
        let run: EstimateRun
        /// The blocks that show something new, where masks hide what is found: they are masked, but
        /// are no subjects.
        var new: NewBlocks?
    }

    /// A frame that waits for a key frame.
    struct Between {
        fileprivate let image: LumaImage
        /// Carried from the key frame before.
        fileprivate let forward: MovedMap
        /// Frames since that key frame.
        fileprivate let age: Int
    }

    private struct Key {
        let map: ConfidenceMap
        let image: LumaImage
        /// From the last frame that the map was carried to.
        var motion: BlockMotion
        /// Frames since; of one that others waited for, since the key frame before it.
        var age = 0

        init(_ map: ConfidenceMap, _ image: LumaImage, age: Int = 0) {
            (self.map, self.image, self.age) = (map, image, age)
            motion = BlockMotion(still: image)
        }

        /// Carries the map to a frame; nil where more than `most` blocks are new there.
        mutating func moved(to image: LumaImage, most: Int = .max) -> MovedMap? {
            guard let found = BlockSearch(image, in: self.image).motion(from: motion, most: most)
            else { return nil }
            motion = found
            return MovedMap(map, moved: found, in: image)
        }
    }

    private let interval: Int
    private let area: Int
    private let hides: Bool
    private let waits: Bool
    private var sampler: LumaSampler?
    private var latest: LumaImage?
    private var key: Key?
    /// The key frame that frames waited for.
    private var next: Key?

    /// - Parameters:
    ///   - interval: frames from one run of the estimator to the next, 2 or more.
    ///   - area: samples of the image in which motion is looked for, about; as many as the
    ///     estimator's input has pixels, so that what it can find can be followed.
    ///   - hides: whether masks hide what is found.
    ///   - waits: whether frames wait for the key frame after them.
    public init(interval: Int, area: Int, hides: Bool, waits: Bool) {
        precondition(interval > 1, "else there is nothing to carry")
        self.interval = interval
        self.area = area
        self.hides = hides
        self.waits = waits
    }

    /// Looks at the next frame.
    mutating func step(to frame: Frame) -> Step {
        if frame.beginsScene || sampler?.format != frame.format { key = nil }
        if sampler?.format != frame.format {
            sampler = LumaSampler(format: frame.format, area: area)
        }
        next = nil
        // Motion is looked for in luma, and a picture may be drawn in alpha.
        latest = frame.format.pixelFormat.hasAlpha ? nil : sampler?.image(of: frame)
        guard let image = latest, var key else { return .runs }
        key.age += 1
        defer { self.key = key }
        if BlockSearch(image, in: key.image).isSame() {
            next = Key(key.map, image, age: key.age)
            return .carries(Carried(map: key.map, run: .skipped))
        }
        let most = Self.most(waits ? Self.changedFraction : Self.newFraction, of: image)
        guard key.age < interval, let moved = key.moved(to: image, most: most) else {
            return .runs
        }
        return waits
            ? .waits(Between(image: image, forward: moved, age: key.age))
            : .carries(carried(moved))
    }

    /// Keeps the map that the estimator gave for the frame that was looked at last; nil where it gave
    /// none to trust.
    mutating func keep(_ map: ConfidenceMap?) {
        let age = key?.age ?? 0
        key = latest.flatMap { image in map.map { Key($0, image) } }
        next = key
        next?.age = age
    }

    /// The maps of all frames that waited, in their order; nil where the estimator has to run.
    mutating func maps(of frames: [Between]) -> [Carried?] {
        var maps: [Carried?] = []
        for frame in frames.reversed() {
            var moved = frame.forward
            // The motion goes from the later key frame back, frame by frame.
            if let age = next?.age, let back = next?.moved(to: frame.image) {
                moved = moved.met(by: back, at: Float(frame.age) / Float(age), hides: hides)
            }
            let most = Self.most(Self.newFraction, of: frame.image)
            maps.append(moved.newCount > most ? nil : carried(moved))
        }
        return maps.reversed()
    }

    /// A fraction of an image's blocks, at least one.
    private static func most(_ fraction: Double, of image: LumaImage) -> Int {
        Int((fraction * Double(image.blockCount)).rounded(.up))
    }

    private func carried(_ moved: MovedMap) -> Carried {
        Carried(
            map: hides ? moved.map : moved.mapWithoutNew, run: .moved,
            new: hides && moved.newCount > 0 ? NewBlocks(moved.motion) : nil)
    }
}
