import Dispatch

/// What somebody who watches a run changes on the way: the threshold, the fill, a pause.
///
/// Safe from any thread. A pause holds the source back, so that nothing is processed or written.
public final class Steering: Sendable {
    private struct Requests {
        var threshold: Float?
        var fill: MaskFill
        var isPaused = false
        var isOver = false
        var onResume: (@Sendable (UInt64) -> Void)?
    }

    private let requests: Confined<Requests>
    private let least: MaskFill
    private let gate = DispatchSemaphore(value: 0)

    /// Starts with the run's own fill, adapting and not paused.
    public init(fill: MaskFill) {
        least = fill
        requests = Confined(Requests(fill: fill), label: "maskstream.steering")
    }

    /// A threshold from 0 to 1 that stands still; nil lets the controller move it.
    public var threshold: Float? {
        get { requests.sync { $0.threshold } }
        set { requests.sync { $0.threshold = newValue } }
    }

    /// What masked pixels show now.
    public var fill: MaskFill { requests.sync { $0.fill } }

    /// Takes another fill; false where it would show more than the run's own.
    public func take(_ fill: MaskFill) -> Bool {
        guard fill.isAtLeastAsOpaque(as: least) else { return false }
        requests.sync { $0.fill = fill }
        return true
    }

    /// Whether the source is held back.
    public var isPaused: Bool { requests.sync { $0.isPaused } }

    /// Holds the source back, or lets it go on.
    public func pause(_ pauses: Bool) {
        let opens = requests.sync { requests in
            defer { requests.isPaused = pauses }
            return requests.isPaused && !pauses
        }
        if opens { gate.signal() }
    }

    /// Ends every pause, now and later, because the run is to end.
    public func end() {
        requests.sync { ($0.isOver, $0.onResume) = (true, nil) }
        gate.signal()
    }

    /// Calls `resume` after every pause of a live source, on the source's queue, with the time at
    /// which the first frame after it was taken, in nanoseconds of the uptime clock.
    public func onResume(_ resume: @escaping @Sendable (UInt64) -> Void) {
        requests.sync { $0.onResume = resume }
    }

    /// Waits while the source is to be held back; false where it was not.
    func waitWhilePaused() -> Bool {
        var hasWaited = false
        while requests.sync({ $0.isPaused && !$0.isOver }) {
            gate.wait()
            hasWaited = true
        }
        return hasWaited
    }

    /// Reports the frame with which a source goes on.
    func resume(with frame: Frame) {
        guard let captured = frame.captured else { return }
        requests.sync { $0.onResume }?(captured)
    }
}

extension MaskFill {
    /// Whether it shows no more of the frame than another fill does.
    func isAtLeastAsOpaque(as other: MaskFill) -> Bool {
        switch (self, other) {
        case (.zero, _), (.color, _), (.transparent, .transparent): true
        case (.blur(let cell?), .blur(let least?)), (.pixelate(let cell?), .pixelate(let least?)):
            cell >= least
        // Without a number a cell grows with the frame and is only as large as another such.
        case (.blur(nil), .blur(nil)), (.pixelate(nil), .pixelate(nil)): true
        case (.transparent, _), (.blur, _), (.pixelate, _): false
        }
    }
}

/// A source that waits while its run is paused.
struct SteeredSource: FrameSource {
    private var source: any FrameSource
    private let steering: Steering

    init(_ source: any FrameSource, steering: Steering) {
        self.source = source
        self.steering = steering
    }

    var format: FrameFormat { source.format }

    mutating func next() throws -> Frame? {
        let wasPaused = steering.waitWhilePaused()
        guard let frame = try source.next() else { return nil }
        if wasPaused { steering.resume(with: frame) }
        return frame
    }
}
