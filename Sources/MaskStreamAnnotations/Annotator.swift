package import MaskStream

/// Describes frames one after the other, for annotations.
package struct Annotator: Sendable {
    private let division: SubjectMasks
    /// Tracks of earlier scenes.
    private var earlier = 0
    /// Tracks of the scene so far.
    private var tracks = 0

    /// Makes an annotator of frames whose masks are made in this way.
    package init(_ settings: MaskStage.Settings) { division = SubjectMasks(settings) }

    /// Describes the next frame.
    package mutating func annotate(_ work: borrowing FrameWork) -> AnnotatedFrame {
        if work.beginsScene { (earlier, tracks) = (earlier + tracks, 0) }
        tracks = work.subjects.reduce(tracks) { max($0, $1.track ?? 0) }
        var subjects: [AnnotatedFrame.Subject] = []
        for (subject, mask) in zip(work.subjects, division.masks(of: work)) {
            guard let track = subject.track, mask.cells.contains(Mask.kept) else { continue }
            subjects.append(
                AnnotatedFrame.Subject(
                    id: earlier + track, prediction: subject.prediction, mask: mask))
        }
        return AnnotatedFrame(
            index: work.index, format: work.source.format, mask: work.mask, subjects: subjects)
    }
}
