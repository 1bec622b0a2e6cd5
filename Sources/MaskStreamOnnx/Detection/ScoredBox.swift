import MaskStream

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

extension ScoredBox {
    /// The nearest whole pixels.
    var pixels: Box {
        let (left, top) = (Int(x1.rounded()), Int(y1.rounded()))
        return Box(
            x: left, y: top, width: max(1, Int(x2.rounded()) - left),
            height: max(1, Int(y2.rounded()) - top))
    }

    /// The same rectangle as it is seen when an image of the given size is turned.
    func displayed(_ orientation: Orientation, in width: Int, _ height: Int) -> ScoredBox {
        var box = self
        if orientation.transposes { (box.x1, box.y1, box.x2, box.y2) = (y1, x1, y2, x2) }
        let size = orientation.displayed(width: width, height: height)
        let (right, bottom) = (Float(size.width), Float(size.height))
        if orientation.flipsX { (box.x1, box.x2) = (right - box.x2, right - box.x1) }
        if orientation.flipsY { (box.y1, box.y2) = (bottom - box.y2, bottom - box.y1) }
        return box
    }

    /// The rectangle moved to the right and down.
    func moved(by x: Float, _ y: Float) -> ScoredBox {
        var box = self
        (box.x1, box.x2, box.y1, box.y2) = (x1 + x, x2 + x, y1 + y, y2 + y)
        return box
    }

    /// The rectangle where an image is so many times as wide and high.
    func scaled(by across: Float, _ down: Float) -> ScoredBox {
        var box = self
        (box.x1, box.x2, box.y1, box.y2) = (x1 * across, x2 * across, y1 * down, y2 * down)
        return box
    }

    /// The part of it within another rectangle.
    func clipped(to bounds: Box) -> ScoredBox {
        func clip(_ edge: Float, _ start: Int, _ length: Int) -> Float {
            min(max(edge, Float(start)), Float(start + length))
        }
        var box = self
        (box.x1, box.x2) = (clip(x1, bounds.x, bounds.width), clip(x2, bounds.x, bounds.width))
        (box.y1, box.y2) = (clip(y1, bounds.y, bounds.height), clip(y2, bounds.y, bounds.height))
        return box
    }
}
