import Dispatch
import MaskStream
import MaskStreamFFmpeg
import MaskStreamPreview

/// One run as a viewer sees and steers it.
///
/// The run notes each frame in passing; images are made when a viewer asks, on its own thread.
final class WatchedRun: Watched {
    private struct State {
        var status: WatchStatus
        var snapshot: FrameSnapshot?
        var images: [WatchView: WatchImage] = [:]
        var isOver = false
        /// When the run began, in nanoseconds of the uptime clock.
        let began = Uptime.now
        /// When the last frames were written, in nanoseconds of the uptime clock.
        var beats: [UInt64] = []
        var latency = StageClock(name: "capture to output")
        var plan: SessionPlan
        var counts: (@Sendable () -> LiveCounts?)?
        var load: (@Sendable (SessionPlan) throws -> PreparedProfile)?
        var isLoading = false
        var next: PreparedProfile?
        var stop: (@Sendable () -> Void)?
    }

    /// The longer side of an image, at most.
    private static let side = 640
    /// Frames that the curves show.
    private static let samples = 300
    /// Seconds without a frame after which a live run is not well.
    private static let patience = 10.0

    let steering: Steering
    private let state: Confined<State>
    private let showsOriginal: Bool
    private let warn: WarningReport

    /// Prepares to watch a run that has not begun.
    init(_ plan: SessionPlan, warn: @escaping WarningReport) {
        self.warn = warn
        steering = Steering(fill: plan.arguments.mask.fill(plan.profile))
        showsOriginal = plan.arguments.live.page.watchOriginal
        let status = WatchStatus(input: plan.inputName, profile: plan.profile.name)
        state = Confined(State(status: status, plan: plan), label: "maskstream.watch")
        begin(plan)
    }

    // MARK: What the run reports

    /// A pipeline begins with a profile.
    func begin(_ plan: SessionPlan, counts: (@Sendable () -> LiveCounts)? = nil) {
        let (arguments, fill) = (plan.arguments, steering.fill)
        let canControl = arguments.live.watchControl
        state.sync { state in
            state.plan = plan
            state.counts = counts
            state.status.profile = plan.profile.name
            state.status.primary = plan.profile.primary == nil ? "none" : plan.profile.name
            let bounds = plan.bounds
            state.status.bounds = WatchStatus.Bounds(min: bounds.lowerBound, max: bounds.upperBound)
            if canControl {
                let own = "\(arguments.mask.fill(plan.profile))"
                state.status.fills = [own] + ["zero", "#808080"].filter { $0 != own }
                let known = ProfileFinder.standard.profiles().map(\.name)
                state.status.profiles = known + [plan.profile.name].filter { !known.contains($0) }
            }
            state.status.fill = "\(fill)"
            state.status.state = .running
        }
    }

    /// A frame was written; called on the sink's queue.
    func note(_ work: borrowing FrameWork) {
        let snapshot = FrameSnapshot(work, keepsOriginal: showsOriginal)
        let now = Uptime.now
        let (time, captured, missed) = (work.source.time, work.source.captured, work.miss != nil)
        let confidence = work.subjects.compactMap(\.prediction?.confidence).max()
        let sample = WatchStatus.Sample(
            frame: work.index, time: time, threshold: Double(shortest: work.threshold),
            kept: Double(shortest: work.keptFraction),
            confidence: confidence.map(Double.init(shortest:)))
        let subjects = work.subjects.map { subject in
            WatchStatus.Subject(
                track: subject.track, label: subject.prediction?.label,
                confidence: subject.prediction.map { Double(shortest: $0.confidence) },
                age: subject.seen.map { max(0, time - $0) })
        }
        state.sync { state in
            state.snapshot = snapshot
            state.beats = state.beats.suffix(29) + [now]
            if let captured { state.latency.record(since: captured) }
            // In place: this is on the way of every frame.
            state.status.samples.append(sample)
            if state.status.samples.count > Self.samples { state.status.samples.removeFirst() }
            state.status.subjects = subjects
            state.status.missed += missed ? 1 : 0
        }
    }

    /// Which profile comes next, after a viewer chose one.
    func takeNext() -> PreparedProfile? {
        state.sync { state in
            defer { (state.next, state.stop) = (nil, nil) }
            return state.next
        }
    }

    /// Lets a viewer's choice of another profile get that ready, beside the run.
    func onChoice(_ load: @escaping @Sendable (SessionPlan) throws -> PreparedProfile) {
        state.sync { $0.load = load }
    }

    /// Lets a viewer's choice of another profile end the present pipeline, once that is ready.
    func onSwitch(_ stop: @escaping @Sendable () -> Void) {
        let isDue = state.sync { state in
            state.stop = stop
            return state.next != nil
        }
        if isDue { stop() }
    }

    /// No further frame will come; nothing keeps the run's input open.
    func end() {
        steering.end()
        state.sync { state in
            state.isOver = true
            (state.load, state.next, state.stop) = (nil, nil, nil)
            let last = state.counts?()
            state.counts = { last }
        }
    }

    // MARK: What viewers ask

    var name: String { state.sync { $0.status.input } }

    func image(_ view: WatchView, after: Int?) -> WatchImage? {
        let (snapshot, known) = state.sync { ($0.snapshot, $0.images[view]) }
        guard let snapshot, snapshot.index > after ?? -1 else { return nil }
        if let known, known.frame == snapshot.index { return known }
        guard let image = made(view, of: snapshot),
            let jpeg = try? ImageEncoder.jpeg(image)
        else { return nil }
        let fresh = WatchImage(frame: snapshot.index, jpeg: jpeg)
        state.sync { $0.images[view] = fresh }
        return fresh
    }

    private func made(_ view: WatchView, of snapshot: FrameSnapshot) -> Thumbnail? {
        switch view {
        case .masked: snapshot.masked(side: Self.side)
        case .confidence: snapshot.confidence(side: Self.side)
        case .original: showsOriginal ? snapshot.original(side: Self.side) : nil
        }
    }

    func status(since frame: Int?) -> WatchStatus {
        let now = Uptime.now
        let (isPaused, threshold, fill) = (steering.isPaused, steering.threshold, steering.fill)
        return state.sync { state in
            var status = state.status
            let newest = status.samples.last
            status.samples = status.samples.filter { $0.frame > frame ?? -1 }
            status.frame = newest?.frame
            status.time = newest?.time ?? 0
            status.threshold = threshold.map(Double.init(shortest:)) ?? newest?.threshold ?? 0
            status.kept = newest?.kept ?? 0
            let counts = state.counts?()
            status.captured = counts?.captured ?? newest.map { $0.frame + 1 } ?? 0
            status.dropped = counts?.dropped ?? 0
            status.late = counts?.late ?? 0
            status.adapts = threshold == nil && state.plan.canAdapt
            status.fill = "\(fill)"
            status.state =
                state.isOver
                ? .ended
                : state.isLoading || state.next != nil
                    ? .switching : isPaused ? .paused : .running
            if let first = state.beats.first, let last = state.beats.last, last > first {
                status.fps = Double(state.beats.count - 1) / Uptime.seconds(from: first, to: last)
            }
            if state.plan.job.isLive {
                status.latency = WatchStatus.Latency(
                    p50: state.latency.percentile(0.5), p95: state.latency.percentile(0.95),
                    p99: state.latency.percentile(0.99))
            }
            let silence = Uptime.seconds(from: state.beats.last ?? state.began, to: now)
            status.isHealthy = !state.isOver && (isPaused || silence < Self.patience)
            return status
        }
    }

    func apply(_ command: WatchCommand) throws {
        let plan = state.sync { $0.plan }
        switch command {
        case .threshold(let value):
            guard !plan.arguments.mask.invert else {
                throw WatchRefusal("The threshold of an inverted mask does not move.")
            }
            guard plan.bounds.contains(value) else {
                throw WatchRefusal(
                    "The profile allows \(plan.bounds.lowerBound) to \(plan.bounds.upperBound).")
            }
            steering.threshold = Float(value)
        case .adapt(let adapts):
            guard !adapts || plan.canAdapt else {
                throw WatchRefusal("This run's threshold is fixed.")
            }
            let present = state.sync { $0.status.samples.last?.threshold }
            steering.threshold = adapts ? nil : present.map(Float.init)
        case .pause(let pauses): steering.pause(pauses)
        case .fill(let text):
            guard let fill = MaskFill(text) else { throw WatchRefusal("'\(text)' is no fill.") }
            guard steering.take(fill) else {
                throw WatchRefusal("'\(text)' could show more than the fill of this run.")
            }
        case .profile(let name): try change(plan, to: name)
        }
    }

    /// Loads another profile beside the run, which goes on with its own where that fails.
    private func change(_ plan: SessionPlan, to name: String) throws {
        guard state.sync({ $0.status.profiles.contains(name) }) else {
            throw WatchRefusal("There is no profile '\(name)' to choose.")
        }
        let load = try state.sync { state in
            guard let load = state.load else { throw WatchRefusal("The run is not under way.") }
            guard !state.isLoading, state.next == nil else {
                throw WatchRefusal("Another profile is being loaded.")
            }
            state.isLoading = true
            return load
        }
        let next: PreparedProfile
        do { next = try load(plan.with(profile: name)) } catch {
            state.sync { $0.isLoading = false }
            let reason = ExitStatus.maskStreamError(error)?.message ?? "\(error)"
            let refusal = "The profile '\(name)' cannot be used: \(reason)."
            warn(MediaWarning("profile_refused", "\(refusal) '\(plan.profile.name)' goes on."))
            throw WatchRefusal(refusal)
        }
        let stop = try state.sync { state in
            state.isLoading = false
            guard state.load != nil else { throw WatchRefusal("The run is over.") }
            state.next = next
            return state.stop
        }
        steering.threshold = nil
        steering.pause(false)
        stop?()
    }
}

extension SessionPlan {
    /// The thresholds that a viewer may set.
    fileprivate var bounds: ClosedRange<Double> {
        let parameters = profile.threshold.probe
        return Double(shortest: parameters.min)...Double(shortest: parameters.max)
    }

    /// Whether the threshold moves by itself where nobody sets it.
    fileprivate var canAdapt: Bool { arguments.mask.chosenControl(profile) != .fixed }
}

extension Double {
    /// The number that a person would write for a single-precision one: 0.65, not 0.64999998.
    fileprivate init(shortest value: Float) { self = Double(value.description) ?? Double(value) }
}
