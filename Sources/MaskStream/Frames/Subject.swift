/// One thing of the kind the profile looks for, and what the primary model says of it.
public struct Subject: Sendable, Equatable {
    /// The subject's rectangle in stored pixels.
    public var box: Box
    /// Cells of the confidence map that belong to it.
    public var area: Int
    /// The number of its track, the same as long as the subject is followed: 1, 2 and so on from
    /// the beginning of each scene; nil where nobody follows subjects.
    public var track: Int?
    /// What the primary model says; nil where it did not run.
    public var prediction: Prediction?
    /// The time of the frame that the prediction was made on, in seconds; nil without one.
    public var seen: Double?
    /// The threshold around it; nil where one is for the whole frame.
    public var threshold: Float?
    /// Whether the primary model had nothing of it to look at, though the mask keeps a little.
    public var isUnseen = false

    /// Makes a subject that the primary has not seen yet, or that it saw at a time.
    public init(
        box: Box, area: Int, track: Int? = nil, prediction: Prediction? = nil, seen: Double? = nil
    ) {
        self.box = box
        self.area = area
        self.track = track
        self.prediction = prediction
        self.seen = seen
    }
}

extension [Subject] {
    /// Gives each subject the prediction of the earlier one of the same track.
    mutating func recall(_ earlier: [Subject]) {
        for index in indices {
            let past = earlier.first { $0.track != nil && $0.track == self[index].track }
            self[index].prediction = past?.prediction
            self[index].seen = past?.seen
            self[index].isUnseen = past?.isUnseen ?? false
        }
    }
}

/// A classifier's calibrated answer, or the best score that a detector gives each class.
public struct Prediction: Sendable, Equatable {
    /// The class names, in the model's order.
    public let labels: [String]
    /// A probability for each class; a classifier's add up to 1.
    public let scores: [Float]
    /// The index of the most probable class.
    public let top: Int
    /// Whether the probabilities were fitted to known answers; else they rank classes and move no
    /// threshold.
    public var isCalibrated = true
    /// The patches of the subject that the model was given; nil for one that takes no patches.
    public var tokens: Tokens?
    /// What a detector found of the subject, best first; nil of a model that finds nothing apart.
    public var objects: [DetectedObject]?

    /// Makes a prediction from probabilities; nil without any.
    public init?(labels: [String], scores: [Float]) {
        guard labels.count == scores.count,
            let top = scores.indices.max(by: { scores[$0] < scores[$1] })
        else { return nil }
        self.labels = labels
        self.scores = scores
        self.top = top
    }

    /// The name of the most probable class.
    public var label: String { labels[top] }
    /// The probability of the most probable class.
    public var confidence: Float { scores[top] }

    /// The indices of the most probable classes, best first; of equals the first.
    public func best(_ count: Int) -> [Int] {
        var best: [Int] = []
        for index in scores.indices {
            let place = best.firstIndex { scores[index] > scores[$0] } ?? best.count
            guard place < count else { continue }
            best.insert(index, at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}
