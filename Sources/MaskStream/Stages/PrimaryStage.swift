/// Shows each subject's masked region to the primary model.
///
/// A subject of which nothing is kept is not shown: there is nothing to judge.
public struct PrimaryStage<Model: PrimaryModel>: Stage where Model.Output == Prediction {
    private var model: Model
    private let interval: Double
    private let truth: LabelTrack?
    private var last: (time: Double, subjects: [Subject])?
    private var memory: RegionMemory

    /// Makes the stage.
    ///
    /// - Parameters:
    ///   - model: the primary model.
    ///   - interval: least seconds of the frames' time between two runs; 0 runs on every frame. A
    ///     new scene, a probe and an image of its own are never skipped.
    ///   - skip: the mean absolute change of a region, 0 to 1, below which the model is not run on
    ///     it again; 0 runs always.
    ///   - truth: the labels that are right, to measure probes by; nil takes the model's own
    ///     answer to the unmasked subject.
    public init(
        model: Model, interval: Double = 0, skip: Float = 0, truth: LabelTrack? = nil
    ) {
        self.model = model
        self.interval = interval
        self.truth = truth
        memory = RegionMemory(limit: skip)
    }

    /// Puts a prediction on every subject: a new one, or the last one of a subject that is not due or
    /// has not changed; on a probe, what it found too.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.beginsScene || work.source.file != nil { memory.forget() }
        if work.beginsScene { last = nil }
        if work.isProbe {
            try probe(&work)
        } else if let last, isEarly(work, since: last.time) {
            work.subjects.recall(last.subjects)
            if !work.subjects.isEmpty { work.primary = .skipped }
        } else {
            try run(on: &work, work.subjects.indices)
            memory.endFrame()
        }
        if work.primary == .ran { last = (work.source.time, work.subjects) }
        try emit(work)
    }

    /// Runs on those of some subjects that are shown and have changed.
    private mutating func run(on work: inout FrameWork, _ indices: some Sequence<Int>) throws {
        var due: [Int] = []
        for index in indices where work.isShown(work.subjects[index]) {
            if let known = memory.prediction(of: work.subjects[index], in: work) {
                (work.subjects[index].prediction, work.subjects[index].seen) = known
                work.primary = .skipped
            } else {
                due.append(index)
            }
        }
        let regions = due.map { Region(box: work.subjects[$0].box, mask: work.mask) }
        for (index, prediction) in zip(due, try model.run(on: work.source, in: regions)) {
            work.note(prediction, of: index)
            memory.keep(work.subjects[index], in: work)
        }
    }

    /// Runs on the reference of every subject that the frame is a probe of and through three masks,
    /// as one batch a subject; on the others as on any frame.
    private mutating func probe(_ work: inout FrameWork) throws {
        guard let masks = work.probeMasks else { return }
        let others = work.subjects.indices.filter { work.plan(of: work.subjects[$0]) == nil }
        try run(on: &work, others)
        let truth = truth?.label(of: work)
        var probes: [SubjectProbe] = []
        for index in work.subjects.indices {
            let subject = work.subjects[index]
            guard let plan = work.plan(of: subject) else { continue }
            let views = [work.mask, masks.tighter, masks.looser].map { mask -> Region? in
                guard let mask, mask.keepsAny(of: subject.box, in: work.source.format) else {
                    return nil
                }
                return Region(box: subject.box, mask: mask)
            }
            let whole = Region(box: subject.box, mask: masks.reference)
            var answers = try model.run(on: work.source, in: [whole] + views.compactMap { $0 })
            let reference = answers.removeFirst()
            let seen = views.map { view -> Prediction? in
                view == nil ? nil : answers.removeFirst()
            }
            work.note(seen[0], of: index)
            memory.keep(work.subjects[index], in: work)
            // Without a reference there is nothing to compare with.
            guard let reference else { continue }
            let probe = SubjectProbe(
                area: subject.area, threshold: subject.threshold ?? work.threshold, plan: plan,
                reference: reference, current: seen[0], tighter: seen[1], looser: seen[2],
                truth: truth)
            if let track = subject.track, work.plans[track] != nil {
                work.probes[track] = ProbeReading([probe])
            }
            probes.append(probe)
        }
        memory.endFrame()
        work.probeMasks = nil
        work.probe = ProbeReading(probes)
    }

    private func isEarly(_ work: borrowing FrameWork, since time: Double) -> Bool {
        guard interval > 0, work.source.file == nil else { return false }
        let elapsed = work.source.time - time
        // A microsecond is less than any tick that matters and more than rounding errors.
        return elapsed >= 0 && elapsed < interval - 1e-6
    }
}

extension FrameWork {
    /// Whether the mask keeps anything of a subject's box that the primary model can see.
    func isShown(_ subject: Subject) -> Bool {
        !subject.isUnseen && mask?.keepsAny(of: subject.box, in: source.format) ?? false
    }

    /// Puts on a subject what the primary model says of it now; nil where it saw nothing of it.
    fileprivate mutating func note(_ prediction: Prediction?, of index: Int) {
        subjects[index].prediction = prediction
        subjects[index].isUnseen = prediction == nil && isShown(subjects[index])
        guard let prediction else { return }
        subjects[index].seen = source.time
        primary = .ran
        if let tokens = prediction.tokens { seen = (seen ?? Tokens()) + tokens }
    }
}

extension Mask {
    /// Whether anything of a box of stored pixels is kept.
    package func keepsAny(of box: Box, in format: FrameFormat) -> Bool {
        let pixels = format.pixelFormat
        let left = max(0, box.x >> pixels.chromaShiftX)
        let top = max(0, box.y >> pixels.chromaShiftY)
        let right = min(width, ((box.x + box.width - 1) >> pixels.chromaShiftX) + 1)
        let bottom = min(height, ((box.y + box.height - 1) >> pixels.chromaShiftY) + 1)
        guard left < right, top < bottom else { return false }
        return cells.withUnsafeBufferPointer { cells in
            (top..<bottom).contains { y in
                cells[y * width + left..<y * width + right].contains { $0 != 0 }
            }
        }
    }
}

extension LabelTrack {
    /// The right label of a frame.
    package func label(of work: borrowing FrameWork) -> Int? {
        label(frame: work.index, time: work.source.time, file: work.source.file)
    }
}
