import MaskStream

/// What a comparison of what a detector is shown has counted so far.
package struct DetectionTallies: Sendable {
    /// What was found of one variant in a frame, and what that cost.
    struct Answer {
        let series: Series<DetectionVariant>
        let objects: [DetectedObject]
        let cost: InferenceCost
    }

    /// The frames.
    package private(set) var counts = FrameCounts()
    /// Objects of the reference in all frames together.
    package private(set) var objects = 0
    /// Those of them whose centre lies in no subject's box.
    package private(set) var objectsOutside = 0
    private var tallies: [Series<DetectionVariant>: DetectionTally] = [:]

    /// Starts with nothing counted.
    package init() {}

    /// What was counted of a series; nil where it was not run.
    package subscript(series: Series<DetectionVariant>) -> DetectionTally? { tallies[series] }

    /// What was counted of a variant at the detector's own size.
    package subscript(variant: DetectionVariant) -> DetectionTally {
        tallies[Series(variant)] ?? DetectionTally()
    }

    /// Counts a frame.
    ///
    /// - Parameters:
    ///   - reference: the objects that the sliced frame shows.
    ///   - block: the block of frames that the frame is drawn with.
    mutating func add(
        _ work: borrowing FrameWork, answers: [Answer], reference: [DetectedObject], block: Int
    ) {
        counts.add(work)
        let boxes = work.subjects.map(\.box)
        objects += reference.count
        objectsOutside += reference.count { object in
            !boxes.contains { $0.holds(middleOf: object.box) }
        }
        for answer in answers {
            var tally = tallies[answer.series] ?? DetectionTally()
            tally.cost.add(answer.cost)
            tally.add(answer.objects, reference: reference, block: block)
            tallies[answer.series] = tally
        }
    }
}

extension Box {
    fileprivate func holds(middleOf other: Box) -> Bool {
        let (doubleX, doubleY) = (2 * other.x + other.width, 2 * other.y + other.height)
        return doubleX >= 2 * x && doubleX < 2 * (x + width) && doubleY >= 2 * y
            && doubleY < 2 * (y + height)
    }
}
