import MaskStream

/// Which of two lists of objects are the same: of one class, with boxes that overlap by half.
enum DetectionMatch {
    private static let leastOverlap = 0.5

    /// How many objects have one of the reference's of their own; the surest choose first.
    static func count(_ objects: [DetectedObject], in reference: [DetectedObject]) -> Int {
        var left = reference
        return bestFirst(objects).count { object in
            let same = left.indices.filter { left[$0].label == object.label }
            let overlaps = same.map { (index: $0, iou: left[$0].box.iou(with: object.box)) }
            guard let best = overlaps.max(by: { $0.iou < $1.iou }), best.iou >= leastOverlap
            else { return false }
            left.remove(at: best.index)
            return true
        }
    }

    /// Objects in the order of their scores; equal ones keep theirs.
    static func bestFirst(_ objects: [DetectedObject]) -> [DetectedObject] {
        objects.enumerated().sorted {
            ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
        }.map(\.element)
    }
}
