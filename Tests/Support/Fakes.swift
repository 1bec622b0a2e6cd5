public import MaskStream

/// What the fakes of one run note down, from any queue.
public final class Journal: Sendable {
    private struct Notes {
        var alive = 0
        var mostAlive = 0
        var lines: [String] = []
    }

    private let notes = Confined(Notes(), label: "maskstream.test.journal")

    /// Starts with nothing noted.
    public init() {}

    /// Notes a line.
    public func note(_ line: String) { notes.sync { $0.lines.append(line) } }
    /// Everything noted, in order.
    public var lines: [String] { notes.sync { $0.lines } }
    /// Source frames that are still held somewhere.
    public var alive: Int { notes.sync { $0.alive } }
    /// The most source frames that were ever held at once.
    public var mostAlive: Int { notes.sync { $0.mostAlive } }

    func born() {
        notes.sync {
            $0.alive += 1
            $0.mostAlive = max($0.mostAlive, $0.alive)
        }
    }

    func died() { notes.sync { $0.alive -= 1 } }
}

/// An error with a name.
public struct FakeError: Error, Equatable, CustomStringConvertible {
    /// The name.
    public let description: String
    /// Makes an error.
    public init(_ name: String) { description = name }
}

/// Frames without a file: numbered, of one format, with times of their own.
public struct FakeSource: FrameSource {
    /// The stream's format.
    public let format: FrameFormat
    private let count: Int
    private let journal: Journal?
    private let pts: @Sendable (Int) -> Int64
    private let before: @Sendable (Int) throws -> Void
    private let paint: @Sendable (inout MutablePixelBuffer, Int) -> Void
    private var index = 0

    /// Makes a source of `count` frames, black unless they are painted; `before` is called ahead of
    /// each and may throw.
    public init(
        _ count: Int, format: FrameFormat = FrameFormat(width: 2, height: 2, pixelFormat: .gray),
        journal: Journal? = nil, pts: @escaping @Sendable (Int) -> Int64 = { Int64($0) * 40 },
        before: @escaping @Sendable (Int) throws -> Void = { _ in },
        paint: @escaping @Sendable (inout MutablePixelBuffer, Int) -> Void = { buffer, _ in
            for plane in 0..<buffer.format.planeCount { buffer.set(plane) { _, _ in 0 } }
        }
    ) {
        self.format = format
        self.count = count
        self.journal = journal
        self.pts = pts
        self.before = before
        self.paint = paint
    }

    /// The next frame; the journal counts it until nobody holds it.
    public mutating func next() throws -> Frame? {
        try before(index)
        guard index < count else { return nil }
        defer { index += 1 }
        var painted = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        paint(&painted, index)
        let memory = painted.freeze()
        let planes = (0..<format.pixelFormat.planeCount).map { memory.withPlane($0) { $0 } }
        journal?.born()
        let buffer = PixelBuffer(
            format: memory.format, width: memory.width, height: memory.height, planes: planes
        ) { [journal] in
            withExtendedLifetime(memory) { journal?.died() }
        }
        return Frame(format: format, pts: pts(index), buffer: buffer)
    }
}

/// Notes what it is given.
public struct FakeSink: FrameSink {
    private let journal: Journal
    private let onWrite: @Sendable (Frame) throws -> Void
    private let onEnd: @Sendable () throws -> Void

    /// Makes a sink; the closures are called before the note and may throw.
    public init(
        _ journal: Journal,
        onWrite: @escaping @Sendable (Frame) throws -> Void = { _ in },
        onEnd: @escaping @Sendable () throws -> Void = {}
    ) {
        self.journal = journal
        self.onWrite = onWrite
        self.onEnd = onEnd
    }

    /// Notes `write` and the time stamp.
    public mutating func write(_ frame: Frame) throws {
        try onWrite(frame)
        journal.note("write \(frame.pts)")
    }

    /// Notes `finish`.
    public mutating func finish() throws {
        try onEnd()
        journal.note("finish")
    }

    /// Notes `abandon`.
    public mutating func abandon() throws {
        try onEnd()
        journal.note("abandon")
    }
}

/// A stage that is a closure.
public struct FakeStage: Stage {
    private let body: @Sendable (inout FrameWork) throws -> Void
    private let end: @Sendable () throws -> Void

    /// Makes a stage of what it does to each work, and of what it does at the end.
    public init(
        end: @escaping @Sendable () throws -> Void = {},
        _ body: @escaping @Sendable (inout FrameWork) throws -> Void
    ) {
        self.body = body
        self.end = end
    }

    /// Shows the decoded picture, as no real stage may.
    public static var painting: FakeStage {
        FakeStage { work in
            work.output = Frame(
                format: work.source.format, pts: work.source.pts, buffer: work.source.buffer)
        }
    }

    /// Calls the closure and hands on.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        var work = work
        try body(&work)
        try emit(work)
    }

    /// Calls the closure for the end.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws { try end() }
}

/// A stage that holds `count` works back, as smoothing with a lookahead does.
public struct HoldingStage: Stage {
    private let count: Int
    private var held: [Handoff<FrameWork>] = []

    /// Makes a stage that emits each work when `count` later ones have come.
    public init(_ count: Int) { self.count = count }

    /// Emits the oldest work when enough are held.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        held.append(Handoff(work))
        if held.count > count { try emit(held.removeFirst().take()) }
    }

    /// Emits the rest.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        while !held.isEmpty { try emit(held.removeFirst().take()) }
    }
}

/// A confidence estimator that is a closure.
public struct FakeEstimator: ConfidenceEstimator {
    private let body: @Sendable (Frame) throws -> ConfidenceMap

    /// Makes an estimator of what it gives for a frame.
    public init(_ body: @escaping @Sendable (Frame) throws -> ConfidenceMap) {
        self.body = body
    }

    /// Replaces the map by the closure's.
    public mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
        map = try body(frame)
    }
}

/// A primary model that is a closure.
public struct FakePrimary: PrimaryModel {
    private let body: @Sendable (Frame, Region) throws -> Prediction?

    /// Makes a model of what it says of a region; nil where it sees nothing.
    public init(_ body: @escaping @Sendable (Frame, Region) throws -> Prediction?) {
        self.body = body
    }

    /// Calls the closure for each region.
    public mutating func run(
        on source: Frame, in regions: [Region]
    ) throws -> [Prediction?] {
        var predictions: [Prediction?] = []
        for region in regions { predictions.append(try body(source, region)) }
        return predictions
    }
}
