/// Follows things from frame to frame by the overlap of their boxes.
enum BoxMatching {
    /// How much two boxes must overlap to be of the same thing.
    static let sameThing = 0.3

    /// For each box the place of the earlier one that it continues; nil where it is new.
    ///
    /// Each earlier box lives on in one later box at most; the largest overlaps are settled first.
    static func earlier(of boxes: [Box], among earlier: [Box]) -> [Int?] {
        var pairs: [(overlap: Double, box: Int, place: Int)] = []
        for (index, box) in boxes.enumerated() {
            for (place, other) in earlier.enumerated() {
                let overlap = box.overlap(with: other)
                if overlap >= sameThing { pairs.append((overlap, index, place)) }
            }
        }
        pairs.sort { ($1.overlap, $0.box, $0.place) < ($0.overlap, $1.box, $1.place) }
        var found = [Int?](repeating: nil, count: boxes.count)
        var taken: Set<Int> = []
        for pair in pairs where found[pair.box] == nil && !taken.contains(pair.place) {
            found[pair.box] = pair.place
            taken.insert(pair.place)
        }
        return found
    }
}
