import Dispatch

/// Lets the primary model look at the newest frame at its own pace, for inputs that cannot wait.
///
/// A frame never waits for the model: it leaves with the last verdicts on subjects that it
/// continues, each with the time at which it was made. When the model is free it takes the newest
/// masked frame; one that is a probe waits for it until another probe comes. These two are all the
/// frames that are held beside the pipeline's own. What it then learns reaches the controller with
/// the next frame. A verdict of the scene before a cut is dropped.
public struct LivePrimaryStage<Model: PrimaryModel & SendableMetatype>: Stage
where Model.Output == Verdict {
    /// What the model found on one frame.
    private struct Answer {
        let scene: Int
        let subjects: [Subject]
        let measurement: FrameMeasurement
        let probe: ProbeReading?
        let primary: PrimaryRun
    }

    private struct Desk {
        var isBusy = false
        var answer: Answer?
        /// The frame that the model takes next.
        var next: (frame: Handoff<FrameWork>, isProbe: Bool, scene: Int)?

        mutating func takeNext() -> (frame: Handoff<FrameWork>, isProbe: Bool, scene: Int)? {
            defer { next = nil }
            isBusy = next != nil
            return next
        }
    }

    private let model: Confined<PrimaryStage<Model>>
    private let desk = Confined(Desk(), label: "maskstream.primary.desk")
    private let onFailure: @Sendable (any Error) -> Void
    private var scene = 0
    private var last: [Subject] = []

    /// Makes the stage around one that waits for its model.
    ///
    /// `onFailure` is told, on a queue of the stage, where the model fails: the frame then has no
    /// new verdict and the run goes on.
    public init(
        _ stage: sending PrimaryStage<Model>,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        model = Confined(stage, label: "maskstream.primary.model")
        self.onFailure = onFailure
    }

    /// Puts the newest verdicts on the frame's subjects and hands it on at once.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.isCut {
            scene += 1
            last = []
        }
        let answer = desk.sync { desk in
            defer { desk.answer = nil }
            return desk.answer
        }
        if !work.subjects.isEmpty || work.probePlan != nil { offer(work.copy()) }
        settle(&work, by: answer?.scene == scene ? answer : nil)
        try emit(work)
    }

    /// Waits for the frame that the model is looking at.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        desk.sync { $0.next = nil }
        model.queue.sync {}
    }

    private mutating func settle(_ work: inout FrameWork, by answer: Answer?) {
        var measurement = work.measurement
        // What an old verdict says of its own threshold says nothing of this one.
        measurement.confidence = nil
        if let answer {
            last = answer.subjects
            measurement = answer.measurement
            measurement.time = work.source.time
            work.probe = answer.probe
        }
        work.settled = measurement
        guard !work.subjects.isEmpty else { return }
        work.subjects.recall(last)
        work.primary = answer?.primary ?? .late
    }

    // MARK: The model's own queue

    private func offer(_ work: consuming FrameWork) {
        let (isProbe, scene) = (work.probePlan != nil, scene)
        let frame = Handoff(work)
        let isIdle = desk.sync { desk -> Bool in
            if let next = desk.next, next.isProbe, !isProbe, next.scene == scene { return false }
            desk.next = (frame, isProbe, scene)
            defer { desk.isBusy = true }
            return !desk.isBusy
        }
        if isIdle { look() }
    }

    /// Lets the model look at what lies on the desk, until there is nothing more.
    private func look() {
        model.queue.async { [model, desk, onFailure] in
            while let next = desk.sync({ $0.takeNext() }) {
                do {
                    try model.onQueue { stage in
                        try stage.process(next.frame.take()) { work in
                            let answer = Answer(
                                scene: next.scene, subjects: work.subjects,
                                measurement: work.measurement, probe: work.probe,
                                primary: work.primary)
                            desk.sync { $0.answer = answer }
                        }
                    }
                } catch {
                    onFailure(error)
                }
            }
        }
    }
}

extension FrameWork {
    /// The same frame for a second look: what was found so far, without a place in the pipeline.
    fileprivate borrowing func copy() -> FrameWork {
        var copy = FrameWork(
            index: index, source: source, threshold: threshold, probePlan: probePlan)
        copy.mask = mask
        copy.subjects = subjects
        copy.probeMasks = probeMasks
        copy.isCut = isCut
        return copy
    }
}
