/// What a frame's event in an analysis holds besides, exactly, so that the frame can be made again.
struct FindingsRecord: Sendable, Codable {
    /// A subject's part, in the order of the event's subjects.
    struct SubjectRecord: Sendable, Codable {
        let area: Int
        /// Told where each subject has one.
        let threshold: Float?
        let seen: Double?
        /// The classes whose scores are told, as indices of the labels.
        let classes: [Int]?
        let scores: [Float]?

        init(_ subject: Subject) {
            area = subject.area
            threshold = subject.threshold
            seen = subject.seen
            classes = subject.prediction?.told
            scores = subject.prediction.map { prediction in
                prediction.told.map { prediction.scores[$0] }
            }
        }

        /// The prediction among some labels; of classes that are not told the score is 0.
        func prediction(_ labels: [String]) -> Prediction? {
            guard let classes, let scores, classes.count == scores.count,
                classes.allSatisfy(labels.indices.contains)
            else { return nil }
            var all = [Float](repeating: 0, count: labels.count)
            for (index, score) in zip(classes, scores) { all[index] = score }
            return Prediction(labels: labels, scores: all)
        }
    }

    let threshold: Float
    /// Told where it does.
    let beginsScene: Bool?
    var move: String?
    /// As the frame is displayed.
    let newBlocks: NewBlocks?
    let subjects: [SubjectRecord]
    let probe: ProbeReading?

    /// Records a frame; `move` is why its threshold differs from the one before.
    init(_ work: borrowing FrameWork, move: ThresholdMove?) {
        threshold = work.threshold
        beginsScene = work.beginsScene ? true : nil
        self.move = move?.rawValue
        newBlocks = work.newBlocks?.turned(work.source.format.orientation)
        subjects = work.subjects.map(SubjectRecord.init)
        probe = work.probe
    }
}

extension Prediction {
    /// The classes that events tell of: all of a few, the five best of many.
    var told: [Int] { labels.count <= 10 ? Array(labels.indices) : best(5) }
}
