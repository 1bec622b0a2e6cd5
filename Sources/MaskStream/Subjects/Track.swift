import Foundation

/// What is known of a subject that is followed: its place, its motion and its colours.
struct Track {
    /// Seconds after which a third of the old velocity is left.
    private static let velocityMemory = 0.15
    /// The same for a size that grows; one that shrinks may be that of a subject partly hidden.
    private static let growth = 0.1
    private static let shrinkage = 1.0
    /// The same for colours.
    private static let appearanceMemory = 0.5

    /// Its number.
    let id: Int
    /// Where it is; between detections, where it should be.
    private(set) var extent: Extent
    /// When it was last seen, in seconds.
    private(set) var seen: Double
    private var velocity = SIMD2<Double>.zero
    private var appearance: ColorHistogram?

    /// Begins with a detection.
    init(id: Int, _ detection: Detection, time: Double) {
        self.id = id
        extent = Extent(detection.box)
        appearance = detection.appearance
        seen = time
    }

    /// Moves on with constant velocity.
    mutating func advance(by seconds: Double) { extent.center += velocity * seconds }

    /// How unlike the expected subject a detection is, from 0 to 3.
    func cost(of detection: Detection, at place: Extent) -> Double {
        let unlike = appearance.flatMap { own in
            detection.appearance.map { own.distance(to: $0) }
        }
        return 1 - extent.distanceIoU(with: place) + (unlike ?? 0)
    }

    /// Stays within a detection of which it is a part.
    mutating func stay(in place: Extent) { extent.center += extent.offset(to: place) }

    /// Follows a detection that is the subject's own, `seconds` after the last frame.
    ///
    /// A box of another size moves the track only so far that one lies within the other: where a
    /// subject is partly hidden or at the frame's edge, its box ends elsewhere than it does.
    mutating func follow(_ detection: Detection, at place: Extent, after seconds: Double) {
        let offset = extent.offset(to: place)
        extent.center += offset
        guard seconds > 0 else { return }
        velocity += offset / seconds * (1 - exp(-seconds / Self.velocityMemory))
        let change = place.size - extent.size
        let (slow, fast) = (
            1 - exp(-seconds / Self.shrinkage), 1 - exp(-seconds / Self.growth)
        )
        extent.size += change * SIMD2(change.x > 0 ? fast : slow, change.y > 0 ? fast : slow)
        if let new = detection.appearance {
            appearance?.move(to: new, by: Float(1 - exp(-seconds / Self.appearanceMemory)))
        }
    }

    /// Notes that the subject was seen.
    mutating func see(at time: Double) { seen = time }
}

/// A subject found in a frame, to be given to a track.
struct Detection {
    let box: Box
    /// Its colours; nil to follow by boxes alone.
    var appearance: ColorHistogram?
}
