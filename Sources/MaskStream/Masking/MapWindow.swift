/// The confidence maps of a few neighbouring frames, and what they say of the one in the middle.
///
/// A score that is high shortly before and shortly after a frame was lost in between: it is
/// restored. One that is high in a single frame, with neighbours on both sides that know nothing of
/// it, is taken back, unless what is relevant is hidden: then the doubtful cell stays hidden.
/// Neighbours count if they are of the same scene and at most ``reach`` seconds away.
///
/// Every step is monotone in every score, and a missing map counts as the scores that show least.
/// So a frame whose map is missing shows nothing by itself, and makes its neighbours show less,
/// never more.
struct MapWindow {
    /// The farthest neighbour, in seconds: farther apart, what moves has left its place.
    static let reach = 0.15

    /// What the window says of a frame.
    struct Result {
        /// The repaired map; nil while no map of the scene has come yet.
        var map: ConfidenceMap?
        /// Whether the map only stands in for a missing one.
        var isMissing: Bool
        /// The maps that follow, nearest first.
        var future: [TimedMap]
    }

    private struct Entry {
        let map: ConfidenceMap?
        let isMissing: Bool
        let time: Double
        /// Whether the frame has nothing to do with those before it.
        let isBoundary: Bool
        /// The subjects' places; empty unless subjects are bridged.
        let places: [GapBridge.Place]
    }

    private let lookahead: Int
    private var bridge: GapBridge?
    private var entries: [Entry] = []
    private var position = 0
    private var size: (width: Int, height: Int)?

    /// - Parameters:
    ///   - lookahead: how many frames on each side are looked at.
    ///   - bridge: hides where a lost subject must have been; nil where relevant pixels are kept.
    init(lookahead: Int, bridge: GapBridge?) {
        self.lookahead = lookahead
        self.bridge = bridge
    }

    /// Adds the next frame; a boundary has nothing to do with the frames before it.
    mutating func append(_ map: ConfidenceMap?, time: Double, isBoundary: Bool) {
        if isBoundary {
            size = nil
            bridge?.forget()
        }
        if let map { size = (map.width, map.height) }
        var places: [GapBridge.Place] = []
        if let map, lookahead > 0 {
            places = bridge?.places(in: map, time: time) ?? []
        }
        entries.append(
            Entry(
                map: map ?? standIn, isMissing: map == nil, time: time, isBoundary: isBoundary,
                places: places))
    }

    /// The scores that show least, in the last map's size; nil before the scene's first map.
    private var standIn: ConfidenceMap? {
        size.map {
            ConfidenceMap(width: $0.width, height: $0.height, repeating: bridge == nil ? 0 : 1)
        }
    }

    /// Gives out the oldest frame that was not given out yet.
    mutating func next() -> Result {
        let entry = entries[position]
        let before = neighbours(entries[..<position].reversed(), of: entry, isPast: true)
        let after = neighbours(entries[(position + 1)...], of: entry, isPast: false)
        position += 1
        if position > lookahead {
            entries.removeFirst(position - lookahead)
            position = lookahead
        }
        let future = after.compactMap { entry in
            entry.map.map { TimedMap(map: $0, time: entry.time) }
        }
        var result = Result(map: entry.map, isMissing: entry.isMissing, future: future)
        guard var map = entry.map, !entry.isMissing else { return result }
        repair(&map, before.compactMap(\.map), after.compactMap(\.map))
        bridge?.hide(
            in: &map, now: entry.places, before: before.map(\.places),
            after: after.map(\.places))
        result.map = map
        return result
    }

    /// The nearest entries of the same scene, nearest first.
    private func neighbours(
        _ entries: some Sequence<Entry>, of entry: Entry, isPast: Bool
    ) -> [Entry] {
        var found: [Entry] = []
        var isOpen = !(isPast && entry.isBoundary)
        for other in entries.prefix(lookahead) where isOpen {
            guard abs(other.time - entry.time) <= Self.reach, isPast || !other.isBoundary else {
                break
            }
            found.append(other)
            isOpen = !(isPast && other.isBoundary)
        }
        return found
    }

    private func repair(
        _ map: inout ConfidenceMap, _ before: [ConfidenceMap], _ after: [ConfidenceMap]
    ) {
        guard let past = highest(before, like: map), let future = highest(after, like: map) else {
            return
        }
        let isOneSided = bridge != nil
        for index in map.values.indices {
            let (low, high) = (min(past[index], future[index]), max(past[index], future[index]))
            let score = max(map.values[index], low)
            map.values[index] = isOneSided ? score : min(score, high)
        }
    }

    /// The highest score of each cell over some maps; nil without any.
    private func highest(_ maps: [ConfidenceMap], like map: ConfidenceMap) -> [Float]? {
        let maps = maps.filter { $0.hasSize(of: map) }
        guard var highest = maps.first?.values else { return nil }
        for map in maps.dropFirst() {
            for index in highest.indices { highest[index] = max(highest[index], map.values[index]) }
        }
        return highest
    }
}
