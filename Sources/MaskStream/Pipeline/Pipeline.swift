import Dispatch

/// Carries frames from a source through stages to a sink, each part on a serial queue of its own.
///
/// At most `depth + lookahead` frames are under way: admission waits for a free slot, and that is
/// the only place that waits, so that a slow part holds the source back and nothing else buffers.
/// Queues are first in, first out: frames stay in order. Feedback rides on the slot: frame n gets
/// the threshold learnt from its scene's frames up to n - (depth + lookahead), whatever the timing.
///
/// When a part fails, frames before the failure are still written, later ones are dropped, and
/// the failure with the lowest frame number is reported.
public final class Pipeline: Sendable {
    /// A stage with its name and its queue.
    public struct Part: Sendable {
        let name: String
        let state: Confined<(stage: any Stage, clock: StageClock)>

        /// Gives a stage a queue of its own.
        public init(_ name: String, _ stage: sending any Stage) {
            self.name = name
            state = Confined((stage, StageClock(name: name)), label: "maskstream.\(name)")
        }
    }

    private struct Inlet {
        var source: any FrameSource
        var scenes: SceneBoundaries?
        var controller: SceneController
        var findings: (any FindingsSource)?
        var index: Int
        /// The number of the scene's first frame.
        var sceneStart: Int
        var clock = StageClock(name: "source")
    }

    private struct Outlet {
        var sink: any FrameSink
        let observe: (borrowing FrameWork, ThresholdMove?) throws -> Void
        let approve: (PipelineCounts) throws -> Void
        var clock = StageClock(name: "sink")
    }

    private let inlet: Confined<Inlet>
    private let parts: [Part]
    private let outlet: Confined<Outlet>
    private let ledger: Confined<Ledger>
    private let slots: DispatchSemaphore
    private let slotCount: Int
    private let isLive: Bool
    private let done = DispatchSemaphore(value: 0)

    /// Connects the parts; nothing runs yet.
    ///
    /// - Parameters:
    ///   - source: where frames come from.
    ///   - parts: the stages in their order.
    ///   - sink: where finished frames go.
    ///   - scenes: where scenes begin; nil where every frame is an image of its own.
    ///   - controller: what moves the threshold; each scene begins with a copy of it.
    ///   - findings: what an earlier run found out about the frames, its thresholds included; nil
    ///     where stages and controller do.
    ///   - isLive: the source has no end of its own, so stopping it completes the output.
    ///   - depth: frames under way at once, at least 4; live at least 2, as each is delay.
    ///   - lookahead: frames that the stages hold back on top of that.
    ///   - earlier: what an earlier pipeline counted whose source and sink go on in this one;
    ///     numbers of frames go on with it.
    ///   - steering: what somebody may change on the way.
    ///   - observe: called on the sink's queue after each written frame, with the reason if its
    ///     threshold differs from the frame's before.
    ///   - approve: called on the sink's queue after the last frame; where it throws, the sink is
    ///     asked to abandon its output.
    public init(
        source: sending any FrameSource, parts: [Part], sink: sending any FrameSink,
        scenes: SceneBoundaries? = SceneBoundaries(), controller: any ThresholdController,
        findings: sending (any FindingsSource)? = nil, isLive: Bool = false, depth: Int = 6,
        lookahead: Int = 0,
        continuing earlier: PipelineCounts = PipelineCounts(), steering: Steering? = nil,
        observe: sending @escaping (borrowing FrameWork, ThresholdMove?) throws -> Void = { _, _ in
        },
        approve: sending @escaping (PipelineCounts) throws -> Void = { _ in }
    ) {
        precondition(
            depth >= (isLive ? 2 : 4) && lookahead >= 0, "slots for every part of the pipeline")
        slotCount = depth + lookahead
        self.parts = parts
        self.isLive = isLive
        var steered = source as any FrameSource
        if let steering { steered = SteeredSource(source, steering: steering) }
        var scenes = scenes
        scenes?.count(from: earlier.start)
        inlet = Confined(
            Inlet(
                source: steered, scenes: scenes,
                controller: SceneController(controller, steering: steering), findings: findings,
                index: earlier.framesIn, sceneStart: earlier.framesIn),
            label: "maskstream.source")
        outlet = Confined(
            Outlet(sink: sink, observe: observe, approve: approve), label: "maskstream.sink")
        ledger = Confined(
            Ledger(slots: slotCount, continuing: earlier), label: "maskstream.ledger")
        slots = DispatchSemaphore(value: slotCount)
    }

    /// Runs to the end of the source and waits for it.
    ///
    /// - Throws: ``StageError`` of the earliest frame that failed; the sink has then been asked to
    ///   abandon its output.
    public func run() throws -> PipelineCounts {
        inlet.queue.async { self.admit() }
        done.wait()
        if let failure = ledger.sync({ $0.failure }) { throw failure }
        return counts
    }

    /// Ends the run early: frames under way are still written.
    public func stop() {
        ledger.sync { $0.isStopped = true }
    }

    /// What was counted; to be asked for after ``run()``, also when it failed.
    public var counts: PipelineCounts {
        var counts = ledger.sync { $0.counts }
        counts.clocks =
            [inlet.sync { $0.clock }] + parts.map { $0.state.sync { $0.clock } }
            + [outlet.sync { $0.clock }]
        return counts
    }

    // MARK: The line, from queue to queue

    private func admit() {
        inlet.onQueue { inlet in
            while admitOne(&inlet) {}
        }
        finish(part: 0)
    }

    private func admitOne(_ inlet: inout Inlet) -> Bool {
        let slot = PipelineSlot(waitingFor: slots)
        let index = inlet.index
        guard ledger.sync({ $0.admits }) else { return false }
        do {
            let start = Uptime.now
            guard let next = try inlet.source.next() else { return false }
            inlet.clock.record(since: start)
            let frame = inlet.scenes?.mark(next) ?? next
            let found = try inlet.findings?.findings(of: frame)
            let move = found == nil ? learn(&inlet, before: frame) : found?.move
            ledger.sync { $0.admitted(index, move: move) }
            inlet.index += 1
            let plan = found == nil ? inlet.controller.probe(at: frame.time) : nil
            let tracks = found == nil ? inlet.controller.tracks(at: frame.time) : nil
            var work = FrameWork(
                index: index, source: frame,
                threshold: found?.threshold ?? inlet.controller.threshold, tracks: tracks,
                probePlan: plan, findings: found)
            work.slot = slot
            hand(work, to: 0)
            return true
        } catch {
            fail("source", index, error)
            return false
        }
    }

    /// Lets the controller learn what is known of a frame's scene, and says why its threshold moved.
    private func learn(_ inlet: inout Inlet, before frame: Frame) -> ThresholdMove? {
        let index = inlet.index
        if frame.beginsScene {
            inlet.sceneStart = index
            inlet.controller.beginScene()
            return inlet.controller.move
        }
        let measurement = ledger.sync { [first = inlet.sceneStart] in
            $0.measurement(before: index, since: first)
        }
        guard let measurement else { return nil }
        inlet.controller.update(with: measurement)
        return inlet.controller.move
    }

    private func hand(_ work: consuming FrameWork, to part: Int) {
        let index = work.index
        let handoff = Handoff(work)
        guard part < parts.count else {
            outlet.queue.async { self.write(handoff) }
            return
        }
        parts[part].state.queue.async { self.process(handoff, index, in: part) }
    }

    private func process(_ handoff: Handoff<FrameWork>, _ index: Int, in part: Int) {
        guard ledger.sync({ $0.precedesFailure(index) }) else { return }
        do {
            try parts[part].state.onQueue { state in
                let start = Uptime.now
                defer { state.clock.record(since: start) }
                try state.stage.process(handoff.take()) { self.hand($0, to: part + 1) }
            }
        } catch {
            fail(parts[part].name, index, error)
        }
    }

    private func write(_ handoff: Handoff<FrameWork>) {
        let work = handoff.take()
        let index = work.index
        guard ledger.sync({ $0.precedesFailure(index) }) else { return }
        do {
            let move = try ledger.sync { try $0.expect(work) }
            try outlet.onQueue { outlet in
                let start = Uptime.now
                defer { outlet.clock.record(since: start) }
                guard let frame = work.output else {
                    throw MaskStreamError(.software, "no stage painted the frame")
                }
                try outlet.sink.write(frame)
                try outlet.observe(work, move)
            }
            ledger.sync { $0.written(work) }
        } catch {
            fail("sink", index, error)
        }
    }

    private func finish(part: Int) {
        guard part < parts.count else {
            outlet.queue.async { self.finishSink() }
            return
        }
        parts[part].state.queue.async {
            do {
                try self.parts[part].state.onQueue { state in
                    try state.stage.finish { self.hand($0, to: part + 1) }
                }
            } catch {
                self.failAtEnd(self.parts[part].name, error)
            }
            self.finish(part: part + 1)
        }
    }

    private func finishSink() {
        do {
            try ledger.sync { try $0.expectAll() }
            let counts = ledger.sync { $0.counts }
            try outlet.onQueue { try $0.approve(counts) }
        } catch {
            failAtEnd("sink", error)
        }
        let isComplete = ledger.sync { $0.failure == nil && (isLive || !$0.isStopped) }
        do {
            try outlet.onQueue { outlet in
                if isComplete { try outlet.sink.finish() } else { try outlet.sink.abandon() }
            }
        } catch {
            failAtEnd("sink", error)
        }
        done.signal()
    }

    private func fail(_ stage: String, _ index: Int, _ error: any Error) {
        ledger.sync { $0.fail(StageError(stage: stage, frame: index, cause: error)) }
    }

    private func failAtEnd(_ stage: String, _ error: any Error) {
        ledger.sync { $0.fail(StageError(stage: stage, frame: nil, cause: error)) }
    }
}
