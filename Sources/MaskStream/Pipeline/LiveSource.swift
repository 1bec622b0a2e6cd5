import Dispatch

/// Reads a source that cannot wait on a queue of its own, so that nothing behind it delays it.
///
/// Frames wait for the pipeline in a short line. Where the line is full, the oldest is dropped:
/// this is the only place where a live frame is lost.
public final class LiveSource: FrameSource, Sendable {
    private struct Line {
        var waiting: [Frame] = []
        var captured = 0
        var dropped = 0
        var failure: (any Error)?
        var hasBegun = false

        /// Lets a frame wait; false where that pushes the oldest out.
        mutating func append(_ frame: Frame, room: Int) -> Bool {
            captured += 1
            waiting.append(frame)
            guard waiting.count > room else { return true }
            dropped += 1
            guard waiting.removeFirst().beginsScene else { return false }
            // The scene begins all the same.
            waiting[0] = waiting[0].replacing(beginsScene: true)
            return false
        }
    }

    /// What all frames have in common.
    public let format: FrameFormat
    private let source: Confined<any FrameSource>
    private let line = Confined(Line(), label: "maskstream.live.line")
    private let arrivals = DispatchSemaphore(value: 0)
    private let room: Int

    /// Reads from the first ``next()`` on; `room` is how many frames may wait: with 1 the newest
    /// wins.
    ///
    /// Nothing is read while models load, so that the first frame, whose time is 0, is never
    /// dropped. The source has to be ended from outside, as by interrupting it.
    public init(_ source: sending any FrameSource, room: Int) {
        precondition(room >= 1, "the newest frame has to fit")
        format = source.format
        self.room = room
        self.source = Confined(source, label: "maskstream.live.capture")
    }

    /// The oldest frame that waits, or the next to come; nil at the end.
    ///
    /// - Throws: what ended the source, after all frames that came before.
    public func next() throws -> Frame? {
        let hasBegun = line.sync { line -> Bool in
            defer { line.hasBegun = true }
            return line.hasBegun
        }
        guard hasBegun else { return try first() }
        arrivals.wait()
        let (first, failure) = line.sync { line -> (Frame?, (any Error)?) in
            guard line.waiting.isEmpty else { return (line.waiting.removeFirst(), nil) }
            defer { line.failure = nil }
            return (nil, line.failure)
        }
        if let first { return first }
        // The end stays the end, however often it is asked for.
        arrivals.signal()
        if let failure { throw failure }
        return nil
    }

    /// How many frames came, and how many of them were dropped.
    public var counts: (captured: Int, dropped: Int) {
        line.sync { ($0.captured, $0.dropped) }
    }

    /// The first frame, which nothing can push out; the others follow by themselves.
    private func first() throws -> Frame? {
        do {
            guard let frame = try source.sync({ try $0.next() }) else {
                end(nil)
                return nil
            }
            line.sync { $0.captured += 1 }
            source.queue.async { self.capture() }
            return frame
        } catch {
            end(nil)
            throw error
        }
    }

    private func capture() {
        while true {
            do {
                guard let frame = try source.onQueue({ try $0.next() }) else { return end(nil) }
                if line.sync({ $0.append(frame, room: room) }) { arrivals.signal() }
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
