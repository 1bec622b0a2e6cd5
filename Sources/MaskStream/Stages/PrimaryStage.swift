/// Shows each subject's masked region to the primary model.
///
/// A subject of which nothing is kept is not shown: there is nothing to judge.
public struct PrimaryStage<Model: PrimaryModel>: Stage where Model.Output == Verdict {
    /// How much two boxes must overlap to be the same subject.
    private static var sameSubject: Double { 0.3 }

    private var model: Model
    private let interval: Double
    private var last: (time: Double, subjects: [Subject])?

    /// Makes the stage.
    ///
    /// - Parameters:
    ///   - model: the primary model.
    ///   - interval: least seconds of the frames' time between two runs; 0 runs on every frame. A
    ///     new scene and a picture of its own are never skipped.
    public init(model: Model, interval: Double = 0) {
        self.model = model
        self.interval = interval
    }

    /// Puts a verdict on every subject: a new one, or between two runs the last one of the
    /// subject whose box it overlaps.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.isCut { last = nil }
        if let last, skips(work, since: last.time) {
            for index in work.subjects.indices {
                work.subjects[index].verdict = Self.match(work.subjects[index], in: last.subjects)
                work.primary = .skipped
            }
            return try emit(work)
        }
        for index in work.subjects.indices where work.isShown(work.subjects[index]) {
            let region = Region(box: work.subjects[index].box, mask: work.mask)
            work.subjects[index].verdict = try model.run(on: work.source, in: region)
            work.primary = .ran
        }
        if work.primary == .ran { last = (work.source.time, work.subjects) }
        try emit(work)
    }

    private func skips(_ work: borrowing FrameWork, since time: Double) -> Bool {
        guard interval > 0, work.source.file == nil else { return false }
        let elapsed = work.source.time - time
        // A microsecond is less than any tick that matters and more than rounding errors.
        return elapsed >= 0 && elapsed < interval - 1e-6
    }

    private static func match(_ subject: Subject, in last: [Subject]) -> Verdict? {
        last.map { (overlap: $0.box.overlap(with: subject.box), verdict: $0.verdict) }
            .filter { $0.overlap >= sameSubject }
            .max { $0.overlap < $1.overlap }?.verdict
    }
}

extension FrameWork {
    /// Whether the mask keeps anything of a subject's box.
    func isShown(_ subject: Subject) -> Bool {
        guard let mask else { return false }
        let (box, pixels) = (subject.box, source.format.pixelFormat)
        let left = max(0, box.x >> pixels.chromaShiftX)
        let top = max(0, box.y >> pixels.chromaShiftY)
        let right = min(mask.width, ((box.x + box.width - 1) >> pixels.chromaShiftX) + 1)
        let bottom = min(mask.height, ((box.y + box.height - 1) >> pixels.chromaShiftY) + 1)
        guard left < right, top < bottom else { return false }
        return mask.cells.withUnsafeBufferPointer { cells in
            (top..<bottom).contains { y in
                cells[y * mask.width + left..<y * mask.width + right].contains { $0 != 0 }
            }
        }
    }
}
