/// The events of parts, written as those of the whole.
package struct JoinedEvents {
    private let writer: EventWriter
    /// How the events of all parts begin; nil before the first.
    package private(set) var start: Event.Start?
    /// How many frames the parts so far have.
    private var frames = 0
    private var threshold: Float?
    private var warnings: Set<[String]> = []

    /// Joins events into a file.
    package init(_ writer: EventWriter) { self.writer = writer }

    /// Whether a part begins as the first one; why a machine chose where it works is its own matter.
    private func begins(like other: Event.Start) -> Bool {
        guard var first = start else { return true }
        first.deviceReason = other.deviceReason
        first.decoderReason = other.decoderReason
        return first == other
    }

    /// Appends the events of a part; `last` is the threshold of its last frame, where they do not tell it
    /// exactly, `note` is called for each frame before it is written.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for what are no events of such a part.
    package mutating func append(
        _ path: String, last: Float?, note: (FrameRecord) throws -> Void = { _ in }
    ) throws {
        var reader = try EventReader(path)
        guard case .start(let start) = try reader.next(), begins(like: start) else {
            throw MaskStreamError(
                .badData, "these events do not begin as those of the first part (\(path))",
                hint: "make the part again as the first one was, of an input of the same name")
        }
        if self.start == nil {
            try writer.write(.start(start))
            self.start = start
        }
        var (count, last) = (0, last)
        while let event = try reader.next() {
            switch event {
            case .frame(var frame):
                if count == 0 { try cut(to: &frame) }
                frame.frame += frames
                count += 1
                last = frame.exactThreshold ?? last
                try note(frame)
                try writer.write(.frame(frame))
            case .threshold(let frame, let from, let to, let reason):
                try writer.write(
                    .threshold(frame: frame + frames, from: from, to: to, reason: reason))
            case .warning(let code, let message): warnings.insert([code, message])
            // Parts are not looked at again, only the whole.
            case .start, .finding, .verify, .end: break
            }
        }
        frames += count
        threshold = last
    }

    /// A part begins with the threshold of a new scene.
    private func cut(to frame: inout FrameRecord) throws {
        let threshold = frame.exactThreshold ?? Float(frame.threshold)
        guard let before = self.threshold, before != threshold else { return }
        frame.noteCut()
        try writer.write(
            .threshold(
                frame: frames, from: before, to: threshold, reason: ThresholdMove.cut.rawValue))
    }

    /// Writes the warnings, with those of the join, and the end of the whole.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`.
    package func end(
        _ frames: Receipt.Frames, warnings others: [(code: String, message: String)], exit: Int32
    ) throws {
        for warning in warnings.union(others.map { [$0.code, $0.message] })
            .sorted(by: { $0.lexicographicallyPrecedes($1) })
        {
            try writer.write(.warning(code: warning[0], message: warning[1]))
        }
        try writer.write(
            .end(
                Event.End(
                    framesIn: frames.framesIn, framesOut: frames.framesOut,
                    dropped: frames.dropped, corrupt: frames.corrupt, missed: frames.missed,
                    undetected: frames.undetected, primarySkipped: frames.primarySkipped,
                    longestGap: frames.longestGap, exit: exit)))
    }
}
