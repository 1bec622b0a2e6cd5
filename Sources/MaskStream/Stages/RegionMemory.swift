/// What the primary model said of each subject, beside a small image of what it saw, to see whether the
/// region has changed since.
struct RegionMemory<Answer> {
    /// Side of the small images, in samples.
    private let side = 24

    private struct Entry {
        let track: Int?
        let answer: Answer
        let picture: [Float]
    }

    private let limit: Float
    private var entries: [Entry] = []
    private var fresh: [Entry] = []

    /// - Parameter limit: the mean absolute change of luma, 0 to 1, below which a region counts as
    ///   unchanged; 0 for never.
    init(limit: Float) { self.limit = limit }

    /// Forgets all regions.
    mutating func forget() { entries = [] }

    /// The answer to a subject that, through a mask, has not changed since; nil for another one.
    mutating func answer(
        to subject: Subject, through mask: Mask?, in work: borrowing FrameWork
    ) -> Answer? {
        guard limit > 0, let past = entries.first(where: { $0.track == subject.track }) else {
            return nil
        }
        let picture = picture(of: subject.box, through: mask, in: work)
        let change = zip(past.picture, picture).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
        guard change / Float(picture.count) < limit else { return nil }
        fresh.append(past)
        return past.answer
    }

    /// Keeps an answer to a subject, and what was seen of it through a mask.
    mutating func keep(
        _ answer: Answer, to subject: Subject, through mask: Mask?, in work: borrowing FrameWork
    ) {
        guard limit > 0, subject.track != nil else { return }
        let picture = picture(of: subject.box, through: mask, in: work)
        fresh.append(Entry(track: subject.track, answer: answer, picture: picture))
    }

    /// Ends a frame: what was not seen in it is forgotten.
    mutating func endFrame() {
        entries = fresh
        fresh = []
    }

    /// Luma of a box, its masked part black.
    private func picture(
        of box: Box, through mask: Mask?, in work: borrowing FrameWork
    ) -> [Float] {
        let sampler = FrameSampler(
            format: work.source.format, x: Double(box.x)..<Double(box.x + box.width),
            y: Double(box.y)..<Double(box.y + box.height), width: side, height: side, isGray: true)
        let (values, coverage) = sampler.sample(work.source, mask: mask)
        return zip(values, coverage).map { $0 * $1 }
    }
}
