/// Small images of what the primary model last saw of each subject, to see whether a region has
/// changed since.
struct RegionMemory {
    /// Side of the small images, in samples.
    private static let side = 24

    private struct Entry {
        let track: Int?
        let prediction: Prediction
        let seen: Double
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

    /// The prediction of a region that has not changed since the primary saw it, and when that was.
    mutating func prediction(
        of subject: Subject, in work: borrowing FrameWork
    ) -> (prediction: Prediction, seen: Double)? {
        guard limit > 0, let past = entries.first(where: { $0.track == subject.track }) else {
            return nil
        }
        let picture = Self.picture(of: subject.box, in: work)
        let change = zip(past.picture, picture).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
        guard change / Float(picture.count) < limit else { return nil }
        fresh.append(past)
        return (past.prediction, past.seen)
    }

    /// Keeps what the primary saw of a subject, and what it said.
    mutating func keep(_ subject: Subject, in work: borrowing FrameWork) {
        guard limit > 0, subject.track != nil, let prediction = subject.prediction else { return }
        let picture = Self.picture(of: subject.box, in: work)
        fresh.append(
            Entry(
                track: subject.track, prediction: prediction, seen: work.source.time,
                picture: picture))
    }

    /// Ends a frame: what was not seen in it is forgotten.
    mutating func endFrame() {
        entries = fresh
        fresh = []
    }

    /// Luma of a box, its masked part black.
    private static func picture(of box: Box, in work: borrowing FrameWork) -> [Float] {
        let sampler = FrameSampler(
            format: work.source.format, x: Double(box.x)..<Double(box.x + box.width),
            y: Double(box.y)..<Double(box.y + box.height), width: side, height: side, isGray: true)
        let (values, coverage) = sampler.sample(work.source, mask: work.mask)
        return zip(values, coverage).map { $0 * $1 }
    }
}
