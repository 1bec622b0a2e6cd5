/// Follows objects from frame to frame by the IoU of their boxes.
enum BoxMatching {
    /// The least IoU of two boxes of the same object.
    static let leastIoU = 0.3

    /// For each box the index of the earlier one that it continues; nil where it is new.
    ///
    /// Each earlier box lives on in one later box at most; the largest overlaps are settled first.
    static func earlier(of boxes: [Box], among earlier: [Box]) -> [Int?] {
        var pairs: [(overlap: Double, box: Int, place: Int)] = []
        for (index, box) in boxes.enumerated() {
            for (place, other) in earlier.enumerated() {
                let overlap = box.iou(with: other)
                if overlap >= leastIoU { pairs.append((overlap, index, place)) }
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
