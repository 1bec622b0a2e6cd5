/// The frames of one segment of a source; each knows whether it begins a scene.
///
/// Frames before the segment are looked at for cuts and for nothing else.
public final class SegmentSource: FrameSource, Sendable {
    /// What all frames have in common.
    public let format: FrameFormat
    private let reader: Confined<SegmentReader>

    /// Reads up to the segment's first frame.
    ///
    /// - Parameters:
    ///   - source: a source at its first frame.
    ///   - segment: what is wanted of it.
    ///   - scenes: where scenes begin.
    ///   - origin: the source's beginning, in seconds of the frames' times.
    ///   - skip: lets the source go on with the first frame from a time on, in seconds from the
    ///     origin; false where it cannot, and then goes on as before.
    /// - Throws: what the source and `skip` throw.
    public init(
        _ source: sending any FrameSource, of segment: Segment, scenes: SceneBoundaries,
        origin: Double, skip: (Double) throws -> Bool
    ) throws {
        format = source.format
        reader = Confined(
            SegmentReader(source: source, scenes: scenes, origin: origin, segment: segment),
            label: "maskstream.segment")
        try reader.sync { try $0.begin(skip) }
    }

    /// What was asked for, and the boundaries as far as they were reached.
    public var segment: Segment { reader.sync { $0.segment } }

    /// The next frame of the segment; nil at its end.
    public func next() throws -> Frame? { try reader.sync { try $0.next() } }
}

/// The state behind a ``SegmentSource``.
private struct SegmentReader {
    var source: any FrameSource
    var scenes: SceneBoundaries
    let origin: Double
    var segment: Segment
    /// The segment's first frame, until it is delivered.
    private var first: Frame?
    private var isOver = false

    /// Seconds before the segment from which cuts are looked for, at first.
    private static let lead = 5.0
    /// So many frames back, a change counts for less than the last bit of what is usual.
    private static let leadFrames = 75

    init(source: any FrameSource, scenes: SceneBoundaries, origin: Double, segment: Segment) {
        self.source = source
        self.scenes = scenes
        self.origin = origin
        self.segment = segment
    }

    private func time(of frame: Frame) -> Double { Segment.time(frame.time, from: origin) }

    /// Reads up to the boundary at which the segment begins, if there is one in it.
    mutating func begin(_ skip: (Double) throws -> Bool) throws {
        isOver = true
        guard let start = try source.next() else { return }
        scenes.count(from: start.time)
        let isFirst = time(of: start) >= segment.from
        var next = isFirst ? start : try approach(after: start, skip)
        while let frame = next.map({ scenes.mark($0) }) {
            if isFirst || frame.beginsScene {
                guard !segment.isOver(at: time(of: frame)) else { return }
                segment.begins = time(of: frame)
                first = frame
                isOver = false
                return
            }
            next = try source.next()
        }
    }

    /// Looks for cuts in frames before the segment, and gives the first frame from its beginning on.
    ///
    /// It begins some seconds before; where few frames lie there, further back.
    private mutating func approach(
        after start: Frame, _ skip: (Double) throws -> Bool
    ) throws -> Frame? {
        let fresh = scenes
        var (next, isAtStart) = (Frame?.some(start), true)
        var lead = Self.lead
        while true {
            let isWhole = segment.from - lead <= time(of: start)
            if !isWhole || !isAtStart {
                if try skip(isWhole ? 0 : segment.from - lead) {
                    isAtStart = isWhole
                    next = try source.next()
                } else if !isAtStart {
                    throw MaskStreamError(
                        .badData, "the input cannot be read again from its beginning",
                        hint: "copy it to a file, or mask it in one run")
                }
            }
            scenes = fresh
            var count = 0
            while let frame = next, time(of: frame) < segment.from {
                _ = scenes.mark(frame)
                count += 1
                next = try source.next()
            }
            if isAtStart || count >= Self.leadFrames { return next }
            lead *= 4
        }
    }

    /// The next frame of the segment; nil at its end.
    mutating func next() throws -> Frame? {
        if let first {
            self.first = nil
            return first
        }
        guard !isOver, let next = try source.next() else { return nil }
        let frame = scenes.mark(next)
        guard frame.beginsScene, segment.isOver(at: time(of: frame)) else { return frame }
        segment.ends = time(of: frame)
        isOver = true
        return nil
    }
}
