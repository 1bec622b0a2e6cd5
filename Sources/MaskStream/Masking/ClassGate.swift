/// Remembers which subjects were recognised as one of the wanted classes.
///
/// A subject is accepted as long as a prediction with a wanted class among its five best is not
/// older than the hold, and its track goes on without a gap or a leap since the frame that the
/// prediction was made on: where a track could have passed to another subject, it is to be
/// recognised anew.
struct ClassGate {
    /// A microsecond is less than any tick that matters and more than rounding errors.
    private static let tolerance = 1e-6
    /// The least IoU of a track's boxes in two frames without a leap between them.
    private static let leastIoU = 0.3

    /// What is known of a track that was in the last frame.
    private struct Known {
        var box: Box
        /// Since when it goes on without a gap or a leap.
        var since: Double
        var recognised: Double?
    }

    /// The wanted classes, as places in the labels.
    let classes: Set<Int>
    /// Seconds for which a prediction counts.
    let hold: Double
    private var tracks: [Int: Known] = [:]

    init(classes: Set<Int>, hold: Double) {
        self.classes = classes
        self.hold = hold
    }

    /// Forgets all subjects, at a cut.
    mutating func forget() { tracks = [:] }

    /// Which subjects of a frame may be shown; a prediction counts from when it was made.
    mutating func accept(_ subjects: [Subject], time: Double) -> [Bool] {
        let earlier = tracks
        tracks = [:]
        return subjects.map { subject in
            var known = Known(box: subject.box, since: time)
            if let track = subject.track, let past = earlier[track],
                past.box.iou(with: subject.box) >= Self.leastIoU
            {
                (known.since, known.recognised) = (past.since, past.recognised)
            }
            if let seen = subject.seen, seen >= known.since,
                subject.prediction.map(isWanted) == true
            {
                known.recognised = seen
            }
            if let track = subject.track { tracks[track] = known }
            guard let recognised = known.recognised else { return false }
            let age = time - recognised
            return age >= 0 && age <= hold + Self.tolerance
        }
    }

    private func isWanted(_ prediction: Prediction) -> Bool {
        // A detector gives 0 to a class of which it found nothing.
        prediction.best(5).contains { classes.contains($0) && prediction.scores[$0] > 0 }
    }
}
