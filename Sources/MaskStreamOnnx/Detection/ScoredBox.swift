/// A box that a detector found, in pixels of the model's input.
struct ScoredBox: Equatable {
    var x1: Float
    var y1: Float
    var x2: Float
    var y2: Float
    /// How sure the detector is, 0 to 1.
    var score: Float
    /// The place of its class among those that count.
    var label = 0

    var area: Float { max(0, x2 - x1) * max(0, y2 - y1) }

    /// The area in common with another box over the area of both together, 0 to 1.
    func iou(_ other: ScoredBox) -> Float {
        let width = min(x2, other.x2) - max(x1, other.x1)
        let height = min(y2, other.y2) - max(y1, other.y1)
        guard width > 0, height > 0 else { return 0 }
        let common = width * height
        return common / (area + other.area - common)
    }

    /// The boxes that overlap no better one by `maxOverlap` or more, best first (greedy
    /// non-maximum suppression).
    ///
    /// Of more than ``mostBoxes`` the best are looked at. Equal scores keep their order.
    static func suppress(_ boxes: [ScoredBox], maxOverlap: Float) -> [ScoredBox] {
        let order = boxes.indices.sorted {
            (boxes[$1].score, $0) < (boxes[$0].score, $1)
        }
        var kept: [ScoredBox] = []
        for index in order.prefix(mostBoxes)
        where !kept.contains(where: { $0.iou(boxes[index]) >= maxOverlap }) {
            kept.append(boxes[index])
        }
        return kept
    }

    /// How many boxes are compared: a thousand faces, each found three times.
    static let mostBoxes = 3000
}
