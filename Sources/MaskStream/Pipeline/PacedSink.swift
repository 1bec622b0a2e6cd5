import Foundation

/// Lets every live frame leave a fixed time after it was captured.
///
/// A frame that comes too late for that leaves at once and is counted.
public struct PacedSink: FrameSink {
    private var sink: any FrameSink
    private let delay: Double
    private let late: Confined<Int>

    /// Wraps a sink; `delay` is in seconds.
    public init(_ sink: any FrameSink, delay: Double, late: Confined<Int>) {
        self.sink = sink
        self.delay = delay
        self.late = late
    }

    /// Waits for the frame's time and writes it.
    public mutating func write(_ frame: Frame) throws {
        if let captured = frame.captured {
            let wait = Uptime.seconds(from: Uptime.now, to: Uptime.moment(delay, after: captured))
            if wait > 0 {
                Thread.sleep(forTimeInterval: wait)
            } else {
                late.sync { $0 += 1 }
            }
        }
        try sink.write(frame)
    }

    /// Completes the wrapped sink's output.
    public mutating func finish() throws { try sink.finish() }

    /// Ends the wrapped sink's output early.
    public mutating func abandon() throws { try sink.abandon() }
}
