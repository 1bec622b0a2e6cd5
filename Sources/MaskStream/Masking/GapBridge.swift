/// Hides where a subject must have been that the estimator lost for a few frames.
///
/// For masks that hide what is relevant: a subject seen shortly before and shortly after a frame,
/// and not in it, has moved from the one place to the other, and all between the two is hidden.
/// Where a lost subject met another, nobody knows which of both was lost: both ways are hidden.
struct GapBridge {
    /// A subject's place in a frame, in the map's cells.
    struct Place {
        let track: Int
        let box: Box
    }

    private let finder: SubjectFinder
    private var tracker = Tracker()

    init(finder: SubjectFinder) { self.finder = finder }

    /// Forgets all subjects, where a scene begins.
    mutating func forget() { tracker.reset() }

    /// Where the subjects of the next frame's map are.
    mutating func places(in map: ConfidenceMap, time: Double) -> [Place] {
        let boxes = finder.components(of: map).subjects.map(\.cells)
        let tracks = tracker.follow(boxes.map { Detection(box: $0) }, time: time)
        return zip(tracks, boxes).map { Place(track: $0, box: $1) }
    }

    /// Raises all scores between the last and the next place of each lost subject; the places of the
    /// frames before and after come nearest first.
    func hide(in map: inout ConfidenceMap, now: [Place], before: [[Place]], after: [[Place]]) {
        guard (before + after + [now]).allSatisfy({ $0.count <= Tracker.mostSubjects }) else {
            for place in (before + after).joined() { map.raise(place.box.grown) }
            return
        }
        let last = Self.firstPlaces(before)
        let next = Self.firstPlaces(after.reversed())
        let present = Set(now.map(\.track))
        let found = after.joined().filter { !present.contains($0.track) }
        for (track, box) in last where !present.contains(track) {
            let ends = found.filter { $0.track == track || box.isNear($0.box) }.map(\.box)
            guard !ends.isEmpty else { continue }
            for end in ends { map.raise(box.hull(with: end).grown) }
            for other in now where box.meets(other.box) {
                guard let earlier = last[other.track] else { continue }
                for end in ends + [next[other.track] ?? other.box] {
                    map.raise(box.hull(with: end).grown)
                    map.raise(earlier.hull(with: end).grown)
                }
            }
        }
    }

    /// Where each track is in the first of some frames that it is in.
    private static func firstPlaces(_ frames: [[Place]]) -> [Int: Box] {
        Dictionary(frames.joined().map { ($0.track, $0.box) }) { first, _ in first }
    }
}

extension ConfidenceMap {
    /// Makes all cells of a box fully relevant.
    fileprivate mutating func raise(_ box: Box) {
        for y in max(0, box.y)..<min(height, box.y + box.height) {
            for x in max(0, box.x)..<min(width, box.x + box.width) { values[y * width + x] = 1 }
        }
    }
}

extension Box {
    /// Whether another box lies within twice this one's size: it may be the same subject.
    fileprivate func isNear(_ other: Box) -> Bool { Extent(self).isNear(Extent(other)) }

    /// Whether another box touches this one or lies less than half of its size away.
    fileprivate func meets(_ other: Box) -> Bool {
        2 * x - width <= 2 * (other.x + other.width) && 2 * other.x <= 2 * x + 3 * width
            && 2 * y - height <= 2 * (other.y + other.height) && 2 * other.y <= 2 * y + 3 * height
    }

    /// The box with a quarter of its size, and at least a cell, around it: what surrounds a subject
    /// may be hidden too, by its lesser scores.
    fileprivate var grown: Box {
        let (sides, ends) = (max(1, width / 4), max(1, height / 4))
        return Box(x: x - sides, y: y - ends, width: width + 2 * sides, height: height + 2 * ends)
    }
}
