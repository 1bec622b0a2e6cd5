/// Hides where a subject must have been that the estimator lost for a few frames.
///
/// For masks that hide what is relevant: a subject seen shortly before and shortly after a frame,
/// and not in it, has moved from the one place to the other, and all between the two is hidden.
/// Where a lost subject met another, nobody knows which of both was lost: both ways are hidden.
struct GapBridge {
    /// More pairs of boxes than these are not matched: all of their boxes are hidden.
    private static let mostPairs = 250_000

    private let finder: SubjectFinder

    init(finder: SubjectFinder) { self.finder = finder }

    /// Where the subjects of a map are, in its cells.
    func boxes(in map: ConfidenceMap) -> [Box] {
        finder.components(of: map).subjects.map {
            Box(
                x: $0.left, y: $0.top, width: $0.right - $0.left + 1, height: $0.bottom - $0.top + 1
            )
        }
    }

    /// Raises all scores between the last and the next place of each lost subject; the boxes of the
    /// frames before and after come nearest first.
    func hide(in map: inout ConfidenceMap, now: [Box], before: [[Box]], after: [[Box]]) {
        let most = (before + after + [now]).map(\.count).max() ?? 0
        guard most * most <= Self.mostPairs else {
            for box in (before + after).joined() { map.raise(box.grown) }
            return
        }
        var tracks: [Box] = []
        for boxes in before.reversed() {
            let matches = Self.match(tracks, with: boxes)
            for (track, box) in matches { tracks[track] = boxes[box] }
            tracks += Self.rest(of: boxes, without: matches.map(\.1))
        }
        let kept = Self.match(tracks, with: now)
        let lost = Self.rest(of: tracks, without: kept.map(\.0))
        guard !lost.isEmpty else { return }
        // What goes on from this frame is not what was lost in it.
        var present = now
        var found: [Box] = []
        for boxes in after {
            let matches = Self.match(present, with: boxes)
            for (place, box) in matches { present[place] = boxes[box] }
            found += Self.rest(of: boxes, without: matches.map(\.1))
        }
        for track in lost {
            let ends = found.filter(track.isNear)
            guard !ends.isEmpty else { continue }
            for end in ends { map.raise(track.hull(with: end).grown) }
            for (other, place) in kept where track.meets(now[place]) {
                for end in ends + [present[place]] {
                    map.raise(track.hull(with: end).grown)
                    map.raise(tracks[other].hull(with: end).grown)
                }
            }
        }
    }

    private static func rest(of boxes: [Box], without indices: [Int]) -> [Box] {
        let taken = Set(indices)
        return boxes.indices.filter { !taken.contains($0) }.map { boxes[$0] }
    }

    /// Pairs of indices of what may be the same subject, each in one pair at most: first those that
    /// overlap most, then those that are nearest.
    private static func match(_ tracks: [Box], with boxes: [Box]) -> [(Int, Int)] {
        var candidates: [(overlap: Double, distance: Int, track: Int, box: Int)] = []
        for (track, place) in tracks.enumerated() {
            for (index, box) in boxes.enumerated() where place.isNear(box) {
                candidates.append(
                    (place.iou(with: box), place.distance(to: box), track, index))
            }
        }
        candidates.sort {
            ($1.overlap, $0.distance, $0.track, $0.box)
                < ($0.overlap, $1.distance, $1.track, $1.box)
        }
        var (isFollowed, isTaken) = (
            [Bool](repeating: false, count: tracks.count),
            [Bool](repeating: false, count: boxes.count)
        )
        var pairs: [(Int, Int)] = []
        for (_, _, track, box) in candidates where !isFollowed[track] && !isTaken[box] {
            (isFollowed[track], isTaken[box]) = (true, true)
            pairs.append((track, box))
        }
        return pairs
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
    fileprivate func isNear(_ other: Box) -> Bool {
        x - 2 * width < other.x + other.width && other.x < x + 3 * width
            && y - 2 * height < other.y + other.height && other.y < y + 3 * height
    }

    /// Whether another box touches this one or lies less than half of its size away.
    fileprivate func meets(_ other: Box) -> Bool {
        2 * x - width <= 2 * (other.x + other.width) && 2 * other.x <= 2 * x + 3 * width
            && 2 * y - height <= 2 * (other.y + other.height) && 2 * other.y <= 2 * y + 3 * height
    }

    /// Twice the distance of the centres, across and down together.
    fileprivate func distance(to other: Box) -> Int {
        abs(2 * x + width - 2 * other.x - other.width)
            + abs(2 * y + height - 2 * other.y - other.height)
    }

    /// The box with a quarter of its size, and at least a cell, around it: what surrounds a subject
    /// may be hidden too, by its lesser scores.
    fileprivate var grown: Box {
        let (sides, ends) = (max(1, width / 4), max(1, height / 4))
        return Box(x: x - sides, y: y - ends, width: width + 2 * sides, height: height + 2 * ends)
    }
}
