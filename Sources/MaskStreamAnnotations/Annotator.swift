package import MaskStream

/// Describes frames one after the other, for annotations.
package struct Annotator: Sendable {
    private let division: SubjectMasks
    private let edits: Edits
    /// The ids of people, by their place in the edits.
    private var people: [Int: Int] = [:]
    /// Tracks of earlier scenes.
    private var earlier = 0
    /// Tracks of the scene so far.
    private var tracks = 0

    /// Makes an annotator of frames whose masks are made in this way; the edits say which tracks are
    /// one person.
    package init(_ settings: MaskStage.Settings, edits: Edits) {
        division = SubjectMasks(settings)
        self.edits = edits
    }

    /// Describes the next frame.
    package mutating func annotate(_ work: borrowing FrameWork) -> AnnotatedFrame {
        if work.beginsScene { (earlier, tracks) = (earlier + tracks, 0) }
        tracks = work.subjects.reduce(tracks) { max($0, $1.track ?? 0) }
        var subjects: [AnnotatedFrame.Subject] = []
        for (subject, mask) in zip(work.subjects, division.masks(of: work)) {
            guard let track = subject.track, mask.cells.contains(Mask.kept) else { continue }
            var id = earlier + track
            if let person = edits.person(of: track, at: work.source.time) {
                let own = people[person, default: id]
                people[person] = own
                // Two at once are not one, whatever somebody has made sure of.
                if !subjects.contains(where: { $0.id == own }) { id = own }
            }
            subjects.append(
                AnnotatedFrame.Subject(id: id, prediction: subject.prediction, mask: mask))
        }
        return AnnotatedFrame(
            index: work.index, format: work.source.format, mask: work.mask, subjects: subjects)
    }
}
