/// Remembers which subjects were recognised as one of the wanted classes.
///
/// A subject is followed from frame to frame by the overlap of its boxes; each earlier subject
/// lives on in one later subject at most. It is accepted as long as a prediction with a wanted class
/// among its five best is not older than the hold.
struct ClassGate {
    /// A microsecond is less than any tick that matters and more than rounding errors.
    private static let tolerance = 1e-6

    /// The wanted classes, as places in the labels.
    let classes: Set<Int>
    /// Seconds for which a prediction counts.
    let hold: Double
    private var tracks: [(box: Box, recognised: Double?)] = []

    init(classes: Set<Int>, hold: Double) {
        self.classes = classes
        self.hold = hold
    }

    /// Forgets all subjects, at a cut.
    mutating func forget() { tracks = [] }

    /// Which subjects of a frame may be shown; a prediction counts from when it was made.
    mutating func accept(_ subjects: [Subject], time: Double) -> [Bool] {
        let places = BoxMatching.earlier(of: subjects.map(\.box), among: tracks.map(\.box))
        tracks = zip(subjects, places).map { subject, place in
            let isRecognised = subject.prediction.map(isWanted) == true
            return (
                subject.box, isRecognised ? subject.seen : place.flatMap { tracks[$0].recognised }
            )
        }
        return tracks.map { track in
            guard let recognised = track.recognised else { return false }
            let age = time - recognised
            return age >= 0 && age <= hold + Self.tolerance
        }
    }

    private func isWanted(_ prediction: Prediction) -> Bool {
        prediction.best(5).contains(where: classes.contains)
    }
}
