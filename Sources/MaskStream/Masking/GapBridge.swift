/// Hides where a subject must have been that the estimator lost for a few frames.
///
/// For masks that hide what is relevant: a subject seen shortly before and shortly after a frame,
/// and not in it, has moved from the one place to the other, and all between the two is hidden.
struct GapBridge {
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
        var tracks: [Box] = []
        for boxes in before.reversed() {
            let matches = Self.match(tracks, with: boxes)
            for (track, box) in matches { tracks[track] = boxes[box] }
            let found = Set(matches.map(\.1))
            tracks += boxes.indices.filter { !found.contains($0) }.map { boxes[$0] }
        }
        let kept = Set(Self.match(tracks, with: now).map(\.0))
        for index in tracks.indices where !kept.contains(index) {
            let next = after.lazy.flatMap { $0 }.first { tracks[index].isNear($0) }
            if let next { map.raise(tracks[index].hull(with: next).grown) }
        }
    }

    /// Pairs of places of what may be the same subject, each in one pair at most, the ones that
    /// overlap most first.
    private static func match(_ tracks: [Box], with boxes: [Box]) -> [(Int, Int)] {
        let candidates = tracks.indices.flatMap { track in
            boxes.indices.filter { tracks[track].isNear(boxes[$0]) }
                .map { (track, $0, tracks[track].overlap(with: boxes[$0])) }
        }
        var pairs: [(Int, Int)] = []
        for (track, box, _) in candidates.sorted(by: { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) })
        where !pairs.contains(where: { $0.0 == track || $0.1 == box }) {
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

    /// The box with a quarter of its size, and at least a cell, around it: what surrounds a subject
    /// may be hidden too, by its lesser scores.
    fileprivate var grown: Box {
        let (sides, ends) = (max(1, width / 4), max(1, height / 4))
        return Box(x: x - sides, y: y - ends, width: width + 2 * sides, height: height + 2 * ends)
    }

    /// The least box that holds both.
    fileprivate func hull(with other: Box) -> Box {
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Box(
            x: left, y: top, width: max(x + width, other.x + other.width) - left,
            height: max(y + height, other.y + other.height) - top)
    }
}
