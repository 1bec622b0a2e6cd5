import Dispatch

/// Lets the primary model look at the newest frame at its own pace, for inputs that cannot wait.
///
/// A frame never waits for the model: it leaves with the last predictions on subjects that it
/// continues, each with the time at which it was made. When the model is free it takes the newest
/// masked frame; one that is a probe waits for it until another probe comes. These two are all the
/// frames that are held beside the pipeline's own. What it then learns reaches the controller with
/// the next frame. A prediction of the scene before a cut is dropped.
public struct LivePrimaryStage<Model: PrimaryModel & SendableMetatype>: Stage
where Model.Output == Prediction {
    /// What the model found on one frame.
    private struct Findings {
        let scene: Int
        let subjects: [Subject]
        let measurement: FrameMeasurement
        let probe: ProbeReading?
        let primary: PrimaryRun
        let seen: Tokens?
    }

    private struct Exchange {
        var isBusy = false
        var findings: Findings?
        /// The frame that the model takes next.
        var next: (frame: Handoff<FrameWork>, isProbe: Bool, scene: Int)?

        mutating func takeNext() -> (frame: Handoff<FrameWork>, isProbe: Bool, scene: Int)? {
            defer { next = nil }
            isBusy = next != nil
            return next
        }
    }

    /// The stage around the model, and the scene of the last frame that it looked at.
    private let model: Confined<(stage: PrimaryStage<Model>, scene: Int)>
    private let exchange = Confined(Exchange(), label: "maskstream.primary.exchange")
    private let onFailure: @Sendable (any Error) -> Void
    private var scene = 0
    private var last: [Subject] = []

    /// Makes the stage around one that waits for its model.
    ///
    /// `onFailure` is called, on a queue of the stage, where the model fails: the frame then has no
    /// new prediction and the run goes on.
    public init(
        _ stage: sending PrimaryStage<Model>,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        model = Confined((stage, 0), label: "maskstream.primary.model")
        self.onFailure = onFailure
    }

    /// Puts the newest predictions on the frame's subjects and hands it on at once.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if work.beginsScene {
            scene += 1
            last = []
        }
        let findings = exchange.sync { exchange in
            defer { exchange.findings = nil }
            return exchange.findings
        }
        if !work.subjects.isEmpty || work.isProbe { offer(work.copy()) }
        settle(&work, by: findings?.scene == scene ? findings : nil)
        try emit(work)
    }

    /// Waits for the frame that the model is looking at.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        exchange.sync { $0.next = nil }
        model.queue.sync {}
    }

    private mutating func settle(_ work: inout FrameWork, by findings: Findings?) {
        var measurement = work.measurement
        // What an old prediction says of its own threshold says nothing of this one.
        measurement.confidence = nil
        for track in measurement.tracks.keys { measurement.tracks[track]?.confidence = nil }
        if let findings {
            last = findings.subjects
            measurement = findings.measurement
            measurement.time = work.source.time
            work.probe = findings.probe
            work.seen = findings.seen
        }
        work.settled = measurement
        guard !work.subjects.isEmpty else { return }
        work.subjects.recall(last)
        work.primary = findings?.primary ?? .late
    }

    // MARK: The model's own queue

    private func offer(_ work: consuming FrameWork) {
        let (isProbe, scene) = (work.isProbe, scene)
        let frame = Handoff(work)
        let isIdle = exchange.sync { exchange -> Bool in
            if let next = exchange.next, next.isProbe, !isProbe, next.scene == scene {
                return false
            }
            exchange.next = (frame, isProbe, scene)
            defer { exchange.isBusy = true }
            return !exchange.isBusy
        }
        if isIdle { look() }
    }

    /// Lets the model look at what lies on the exchange, until there is nothing more.
    private func look() {
        model.queue.async { [model, exchange, onFailure] in
            while let next = exchange.sync({ $0.takeNext() }) {
                do {
                    try model.onQueue { model in
                        var work = next.frame.take()
                        // The frame that began the scene may have been passed over.
                        work.beginsScene = next.scene != model.scene
                        model.scene = next.scene
                        try model.stage.process(work) { work in
                            let findings = Findings(
                                scene: next.scene, subjects: work.subjects,
                                measurement: work.measurement, probe: work.probe,
                                primary: work.primary, seen: work.seen)
                            exchange.sync { $0.findings = findings }
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
        copy.plans = plans
        return copy
    }
}
