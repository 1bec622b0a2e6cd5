/// The events of parts, written as those of the whole.
package struct JoinedEvents {
    private let writer: EventWriter
    private var start: Event.Start?
    /// How many frames the parts so far have.
    private var frames = 0
    private var threshold: Float?
    private var warnings: Set<[String]> = []

    /// Joins events into a file.
    package init(_ writer: EventWriter) { self.writer = writer }

    /// Appends the events of a part; `last` is the threshold of its last frame.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for what are no events of such a part.
    package mutating func append(_ path: String, last: Float?) throws {
        var reader = try EventReader(path)
        guard case .start(let start) = try reader.next(), self.start == nil || start == self.start
        else {
            throw MaskStreamError(
                .badData, "these events do not begin as those of the first part (\(path))",
                hint: "mask the part again with --events")
        }
        if self.start == nil { try writer.write(.start(start)) }
        self.start = start
        var count = 0
        while let event = try reader.next() {
            switch event {
            case .frame(var frame):
                if count == 0 { try cut(to: Float(frame.threshold)) }
                frame.frame += frames
                count += 1
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
    private func cut(to threshold: Float) throws {
        guard let before = self.threshold, before != threshold else { return }
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
