import MaskStream

/// Overlapping windows that cover a frame, and the frame itself.
///
/// What is cut by a window is left to its neighbour, which overlaps it, or to the whole frame.
struct Slices {
    /// The least fraction of a window that the next one sees as well.
    private static let overlap = 0.2
    /// The overlap from which one of two boxes of a class is left out.
    private static let maxOverlap = 0.5

    private let frame: Box
    /// Rectangles of stored pixels; the whole frame is the last one, and alone where it is no larger
    /// than the input.
    let windows: [Box]

    /// Cuts frames of a format for an input of so many upright pixels.
    init(_ format: FrameFormat, width: Int, height: Int) {
        frame = Box(x: 0, y: 0, width: format.width, height: format.height)
        let stored = format.orientation.inverse.displayed(width: width, height: height)
        let columns = Self.spans(format.width, side: Int(Double(stored.width) / format.pixelAspect))
        let rows = Self.spans(format.height, side: stored.height)
        let slices = rows.flatMap { row in
            columns.map { column in
                Box(x: column.lowerBound, y: row.lowerBound, width: column.count, height: row.count)
            }
        }
        windows = slices.count > 1 ? slices + [frame] : [frame]
    }

    /// Even spans of a side that cover a length.
    private static func spans(_ length: Int, side: Int) -> [Range<Int>] {
        guard side < length else { return [0..<length] }
        let step = max(1, Double(side) * (1 - overlap))
        let count = Int((Double(length - side) / step).rounded(.up)) + 1
        return (0..<count).map { index in
            let start = (length - side) * index / (count - 1)
            return start..<start + side
        }
    }

    /// The objects of the frame, best first, from those of each window.
    func merge(_ found: [[DetectedObject]]) -> [DetectedObject] {
        let whole = zip(windows, found).flatMap { window, objects in
            objects.filter { !isCut($0.box, by: window) }
        }
        var kept: [DetectedObject] = []
        for object in DetectionMatch.bestFirst(whole) {
            let isKnown = kept.contains { other in
                other.label == object.label && other.box.iou(with: object.box) >= Self.maxOverlap
            }
            if !isKnown { kept.append(object) }
        }
        return kept
    }

    /// Whether a box reaches an edge of a window within the frame.
    private func isCut(_ box: Box, by window: Box) -> Bool {
        box.x <= window.x && window.x > 0 || box.y <= window.y && window.y > 0
            || box.right >= window.right && window.right < frame.width
            || box.bottom >= window.bottom && window.bottom < frame.height
    }
}

extension Box {
    fileprivate var right: Int { x + width }
    fileprivate var bottom: Int { y + height }
}
