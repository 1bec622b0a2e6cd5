import Dispatch

/// Reads a source that cannot wait on a queue of its own, so that nothing behind it delays it.
///
/// Pictures wait for the pipeline in a short line. Where the line is full, the oldest is dropped:
/// this is the only place where a live picture is lost.
public final class LiveSource: FrameSource, Sendable {
    private struct Line {
        var waiting: [Handoff<Frame>] = []
        var captured = 0
        var dropped = 0
        var failure: (any Error)?
    }

    /// What all frames have in common.
    public let format: FrameFormat
    private let source: Confined<any FrameSource>
    private let line = Confined(Line(), label: "maskstream.live.line")
    private let arrivals = DispatchSemaphore(value: 0)
    private let room: Int

    /// Begins to read at once; `room` is how many pictures may wait: with 1 the newest wins.
    ///
    /// The source has to be ended from outside, as by interrupting it.
    public init(_ source: sending any FrameSource, room: Int) {
        precondition(room >= 1, "the newest picture has to fit")
        format = source.format
        self.room = room
        self.source = Confined(source, label: "maskstream.live.capture")
        self.source.queue.async { self.capture() }
    }

    /// The oldest picture that waits, or the next to come; nil at the end.
    ///
    /// - Throws: what ended the source, after all pictures that came before.
    public func next() throws -> Frame? {
        arrivals.wait()
        let (first, failure) = line.sync { line -> (Handoff<Frame>?, (any Error)?) in
            guard line.waiting.isEmpty else { return (line.waiting.removeFirst(), nil) }
            defer { line.failure = nil }
            return (nil, line.failure)
        }
        if let first { return first.take() }
        // The end stays the end, however often it is asked for.
        arrivals.signal()
        if let failure { throw failure }
        return nil
    }

    /// How many pictures came, and how many of them were dropped.
    public var counts: (captured: Int, dropped: Int) {
        line.sync { ($0.captured, $0.dropped) }
    }

    private func capture() {
        while true {
            do {
                // A queue cannot return what cannot be copied, so the frame comes in a box.
                let box = try source.onQueue { source -> Handoff<Frame>? in
                    guard let frame = try source.next() else { return nil }
                    return Handoff(frame)
                }
                guard let box else { return end(nil) }
                let isOneMore = line.sync { line -> Bool in
                    line.captured += 1
                    line.waiting.append(box)
                    guard line.waiting.count > room else { return true }
                    line.waiting.removeFirst()
                    line.dropped += 1
                    return false
                }
                if isOneMore { arrivals.signal() }
            } catch {
                return end(error)
            }
        }
    }

    private func end(_ failure: (any Error)?) {
        line.sync { $0.failure = failure }
        arrivals.signal()
    }
}
