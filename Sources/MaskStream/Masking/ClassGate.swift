/// Remembers which subjects were recognised as one of the wanted classes.
///
/// A subject is followed from frame to frame by the overlap of its boxes; each earlier subject
/// lives on in one later subject at most. It is accepted as long as a verdict with a wanted class
/// among its five best is not older than the hold.
struct ClassGate {
    /// How much two boxes must overlap to be the same subject.
    private static let sameSubject = 0.3
    /// A microsecond is less than any tick that matters and more than rounding errors.
    private static let tolerance = 1e-6

    /// The wanted classes, as places in the labels.
    let classes: Set<Int>
    /// Seconds for which a verdict counts.
    let hold: Double
    private var tracks: [(box: Box, recognised: Double?)] = []

    init(classes: Set<Int>, hold: Double) {
        self.classes = classes
        self.hold = hold
    }

    /// Forgets all subjects, at a cut.
    mutating func forget() { tracks = [] }

    /// Which of a frame's subjects may be shown; verdicts count where they were made on this frame.
    mutating func accept(_ subjects: [Subject], isFresh: Bool, time: Double) -> [Bool] {
        let earlier = follow(subjects)
        tracks = subjects.indices.map { index in
            let recognises = isFresh && subjects[index].verdict.map(isWanted) == true
            return (
                subjects[index].box, recognises ? time : earlier[index].flatMap { $0.recognised }
            )
        }
        return tracks.map { track in
            guard let recognised = track.recognised else { return false }
            let age = time - recognised
            return age >= 0 && age <= hold + Self.tolerance
        }
    }

    private func isWanted(_ verdict: Verdict) -> Bool {
        verdict.best(5).contains(where: classes.contains)
    }

    /// For each subject the earlier one that it continues; the largest overlaps are settled first.
    private func follow(_ subjects: [Subject]) -> [(box: Box, recognised: Double?)?] {
        var pairs: [(overlap: Double, subject: Int, track: Int)] = []
        for (index, subject) in subjects.enumerated() {
            for (number, track) in tracks.enumerated() {
                let overlap = subject.box.overlap(with: track.box)
                if overlap >= Self.sameSubject { pairs.append((overlap, index, number)) }
            }
        }
        pairs.sort { ($1.overlap, $0.subject, $0.track) < ($0.overlap, $1.subject, $1.track) }
        var earlier = subjects.map { _ in nil as (box: Box, recognised: Double?)? }
        var taken: Set<Int> = []
        for pair in pairs where earlier[pair.subject] == nil && !taken.contains(pair.track) {
            earlier[pair.subject] = tracks[pair.track]
            taken.insert(pair.track)
        }
        return earlier
    }
}
