import MaskStream

/// A source that ends after its first frame, for outputs that hold one image.
struct FirstFrame: FrameSource {
    private var source: any FrameSource
    private var isDone = false

    init(_ source: any FrameSource) { self.source = source }

    var format: FrameFormat { source.format }

    mutating func next() throws -> Frame? {
        guard !isDone else { return nil }
        isDone = true
        return try source.next()
    }
}

/// A sink for runs that write events alone.
struct NoSink: FrameSink {
    mutating func write(_ frame: Frame) throws {}
    mutating func finish() throws {}
    mutating func abandon() throws {}
}

/// A source that several pipelines read, one after another.
final class KeptSource: FrameSource, Sendable {
    let format: FrameFormat
    private let source: Confined<any FrameSource>

    init(_ source: sending any FrameSource) {
        format = source.format
        self.source = Confined(source, label: "maskstream.kept.source")
    }

    func next() throws -> Frame? { try source.sync { try $0.next() } }
}

/// A sink that several pipelines write to, one after another; only the last one ends it.
final class KeptSink: FrameSink, Sendable {
    private let sink: Confined<any FrameSink>
    private let isKept = Confined(false, label: "maskstream.kept.flag")

    init(_ sink: sending any FrameSink) {
        self.sink = Confined(sink, label: "maskstream.kept.sink")
    }

    /// Leaves the output open when the present pipeline ends.
    func keepOpen(_ keeps: Bool) { isKept.sync { $0 = keeps } }

    func write(_ frame: Frame) throws { try sink.sync { try $0.write(frame) } }

    func finish() throws {
        guard !isKept.sync({ $0 }) else { return }
        try sink.sync { try $0.finish() }
    }

    func abandon() throws {
        guard !isKept.sync({ $0 }) else { return }
        try sink.sync { try $0.abandon() }
    }
}
