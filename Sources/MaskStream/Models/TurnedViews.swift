/// What an estimator finds only in a frame that is turned: faces that lie on their side or stand on
/// their head.
///
/// Each frame is seen upright, and a turned view counts where it shows a subject that the upright one
/// does not. Turned views are seen of the first frame of a scene, and afterwards where they are
/// needed: one after another, one every ``pause`` frames; each for as long as it counts; and all
/// at once where a subject of the frame before is found no more, which may have turned. So turned
/// subjects cost time only while there are some. Where the frames are images of their own, all
/// views are seen of each.
///
/// Of the views that count, the higher score does, whether subjects are hidden or shown: what one
/// view finds, the others know nothing of. In turned views, where a network also sees faces that are
/// none, only scores from a floor on count. None of this depends on the threshold, so that a higher
/// one still keeps less.
public struct TurnedViews: Sendable {
    /// How many ways of turning there are to choose from: upright, also by 180 degrees, also by 90
    /// and 270.
    public static let choices = [1, 2, 4]
    /// Frames from one turned view that is seen in its turn to the next.
    public static let pause = 3

    private let turns: [Orientation]
    private let finder: SubjectFinder
    private let floor: Float
    /// How many of the frames that are seen make a pause.
    private let pause: Int
    private let isolatesFrames: Bool
    /// Frames since the scene began.
    private var count = 0
    /// The turns whose views counted in the frame before.
    private var active: Set<Orientation> = []
    /// The map of the frame before; nil where there is none to compare with.
    private var past: ConfidenceMap?

    /// - Parameters:
    ///   - count: one of ``choices``.
    ///   - level: the score above which something is a subject.
    ///   - floor: the least score of a turned view that counts.
    ///   - interval: how many frames there are from one that is seen to the next.
    ///   - isolatesFrames: whether every frame is an image of its own.
    public init(
        _ count: Int, level: Float, floor: Float = 0, interval: Int = 1, isolatesFrames: Bool
    ) {
        let degrees = [1: [], 2: [180], 4: [90, 270, 180]][count] ?? []
        turns = degrees.compactMap(Orientation.init(clockwiseDegrees:))
        finder = SubjectFinder(level: level, minArea: 0)
        self.floor = floor
        pause = max(1, Self.pause / interval)
        self.isolatesFrames = isolatesFrames
    }

    /// Whether width and height are exchanged in some views.
    public var turnsSideways: Bool { turns.contains(where: \.transposes) }

    /// The map of a frame, of the upright one's size.
    ///
    /// - Parameters:
    ///   - frame: the next frame.
    ///   - look: gives the map of the frame seen turned, turned back.
    public mutating func map(
        of frame: Frame, _ look: (Orientation) throws -> ConfidenceMap
    ) rethrows -> ConfidenceMap {
        if frame.beginsScene { past = nil }
        let upright = try look(.upright)
        guard !turns.isEmpty, upright.isFinite else {
            past = nil
            return upright
        }
        let begins = past == nil || isolatesFrames
        if begins { count = 0 }
        defer { count += 1 }
        var map = upright
        var seen: Set<Orientation> = []
        func see(_ turn: Orientation) throws {
            var turned = try look(turn)
            for index in turned.values.indices where turned.values[index] < floor {
                turned.values[index] = 0
            }
            turned = turned.resized(like: upright)
            seen.insert(turn)
            guard !turned.isFinite || finder.finds(in: turned, besides: upright) else {
                active.remove(turn)
                return
            }
            active.insert(turn)
            map.raise(to: turned)
        }
        let next = count % pause == 0 ? turns[count / pause % turns.count] : nil
        for turn in turns where begins || active.contains(turn) || turn == next { try see(turn) }
        if let past, !begins, finder.finds(in: past, besides: map) {
            for turn in turns where !seen.contains(turn) { try see(turn) }
        }
        past = map.isFinite ? map : nil
        return map
    }
}

extension SubjectFinder {
    /// Whether a map shows a subject of which another shows nothing, or little.
    ///
    /// Subjects that touch each other are one here, and two boxes of one subject differ at their rim.
    /// So the largest square of what the other map does not show is compared with the largest of
    /// the whole: one is left that is more than half as wide.
    fileprivate func finds(in map: ConfidenceMap, besides other: ConfidenceMap) -> Bool {
        guard map.hasSize(of: other) else { return true }
        let owners = components(of: map).owners
        let count = Int(owners.max() ?? 0) + 1
        let whole = largestSquares(owners, count, width: map.width) { _ in true }
        let rest = largestSquares(owners, count, width: map.width) { other.values[$0] <= level }
        return zip(whole, rest).contains { $0 < 2 * $1 }
    }

    /// For each component, the side of the largest square of its cells that pass a test.
    private func largestSquares(
        _ owners: [Int32], _ count: Int, width: Int, _ isIn: (Int) -> Bool
    ) -> [Int] {
        var largest = [Int](repeating: 0, count: count)
        // Of the squares whose last cell is in the row before, and in this one so far.
        var sides = [Int](repeating: 0, count: width + 1)
        for start in stride(from: 0, to: owners.count, by: width) {
            var corner = 0
            for x in 0..<width {
                let owner = Int(owners[start + x])
                let side =
                    owner > 0 && isIn(start + x) ? 1 + min(corner, sides[x], sides[x + 1]) : 0
                largest[owner] = max(largest[owner], side)
                (corner, sides[x + 1]) = (sides[x + 1], side)
            }
        }
        return largest
    }
}
