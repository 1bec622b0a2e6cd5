/// Shows each subject's masked region to the primary model.
///
/// A subject of which nothing is kept is not shown: there is nothing to judge.
public struct PrimaryStage<Model: PrimaryModel>: Stage where Model.Output == Prediction {
    private var model: Model
    private let interval: Double
    private let truth: LabelTrack?
    private var last: (time: Double, subjects: [Subject])?
    /// What the primary saw of each subject last, and when.
    private var memory: RegionMemory<(prediction: Prediction, seen: Double)>
    /// References that had no vote.
    private var unsure: RegionMemory<Prediction>

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
        unsure = RegionMemory(limit: skip)
    }

    /// Puts a prediction on every subject: a new one, or the last one of a subject that is not due or
    /// has not changed; on a probe, what it found too.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.beginsScene || work.source.file != nil {
            memory.forget()
            unsure.forget()
        }
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
            let subject = work.subjects[index]
            if let known = memory.answer(to: subject, through: work.mask, in: work) {
                (work.subjects[index].prediction, work.subjects[index].seen) = known
                work.primary = .skipped
            } else {
                due.append(index)
            }
        }
        let regions = due.map { Region(box: work.subjects[$0].box, mask: work.mask) }
        for (index, prediction) in zip(due, try model.run(on: work.source, in: regions)) {
            note(prediction, of: index, in: &work)
        }
    }

    /// Runs on the subjects that the frame is a probe of, unmasked and through the mask in force, and
    /// on those that have a vote through a tighter and a looser one; on the others as on any frame.
    ///
    /// Where the unmasked answer had no vote, it is not asked for again before the subject changes. If
    /// no subject has a vote, the largest is seen through all masks, for the reading.
    private mutating func probe(_ work: inout FrameWork) throws {
        guard let masks = work.probeMasks else { return }
        let truth = truth?.label(of: work)
        let planned = work.subjects.indices.filter { work.plan(of: work.subjects[$0]) != nil }
        var known: [Int: Prediction] = [:]
        // A label that is given may change with time.
        for index in planned where truth == nil {
            known[index] = unsure.answer(
                to: work.subjects[index], through: masks.reference, in: work)
        }
        try run(
            on: &work,
            work.subjects.indices.filter { !planned.contains($0) || known[$0] != nil })
        var references = known
        for index in planned where known[index] == nil {
            let subject = work.subjects[index]
            let whole = Region(box: subject.box, mask: masks.reference)
            let answers = try look(
                at: [whole, work.view(of: subject, through: work.mask)], in: work)
            references[index] = answers[0]
            note(answers[1], of: index, in: &work)
            work.probeRuns += 1
        }
        var probes = planned.compactMap { index -> (index: Int, probe: SubjectProbe)? in
            let subject = work.subjects[index]
            guard let reference = references[index], let plan = work.plan(of: subject) else {
                return nil
            }
            let probe = SubjectProbe(
                area: subject.area, threshold: subject.threshold ?? work.threshold, plan: plan,
                reference: reference, current: subject.prediction, truth: truth)
            return (index, probe)
        }
        for place in ProbeReading.heard(probes.map(\.probe)) {
            let subject = work.subjects[probes[place].index]
            let views = [masks.tighter, masks.looser].map { work.view(of: subject, through: $0) }
            let answers = try look(at: views, in: work)
            (probes[place].probe.tighter, probes[place].probe.looser) = (answers[0], answers[1])
            work.probeRuns += views.count { $0 != nil }
        }
        for (index, probe) in probes {
            let subject = work.subjects[index]
            if !probe.votes, known[index] == nil {
                unsure.keep(probe.reference, to: subject, through: masks.reference, in: work)
            }
            if let track = subject.track, work.plans[track] != nil {
                work.probes[track] = ProbeReading([probe])
            }
        }
        memory.endFrame()
        unsure.endFrame()
        work.probeMasks = nil
        work.probe = ProbeReading(probes.map(\.probe))
    }

    /// The model's answers to some views; nil for those that show nothing.
    private mutating func look(
        at views: [Region?], in work: borrowing FrameWork
    ) throws -> [Prediction?] {
        var answers = try model.run(on: work.source, in: views.compactMap { $0 })
        return views.map { $0 == nil ? nil : answers.removeFirst() }
    }

    /// Puts on a subject what the model says of it now; nil where it saw nothing of it.
    private mutating func note(
        _ prediction: Prediction?, of index: Int, in work: inout FrameWork
    ) {
        work.subjects[index].prediction = prediction
        work.subjects[index].isUnseen = prediction == nil && work.isShown(work.subjects[index])
        guard let prediction else { return }
        work.subjects[index].seen = work.source.time
        work.primary = .ran
        if let tokens = prediction.tokens { work.seen = (work.seen ?? Tokens()) + tokens }
        memory.keep(
            (prediction, work.source.time), to: work.subjects[index], through: work.mask, in: work)
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

    /// What a mask shows of a subject; nil where it shows nothing.
    fileprivate func view(of subject: Subject, through mask: Mask?) -> Region? {
        guard let mask, mask.keepsAny(of: subject.box, in: source.format) else { return nil }
        return Region(box: subject.box, mask: mask)
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
