internal import CFFmpeg
import MaskStream

/// The part of the input that is wanted: half-open, in microseconds of the container's time.
struct InputInterval {
    /// The first moment wanted; nil from the beginning.
    let start: Int64?
    /// The first moment not wanted any more; nil to the end.
    private(set) var end: Int64?

    /// Turns seconds as a player shows them into the container's time.
    init(_ options: InputOptions, startTime: Int64) {
        start = options.start.map { startTime + Int64(($0 * 1e6).rounded()) }
        end = options.end.map { startTime + Int64(($0 * 1e6).rounded()) }
    }

    /// Whether a time lies before the interval.
    func isBefore(_ ticks: Int64, _ timeBase: AVRational) -> Bool {
        start.map { Self.compare(ticks, timeBase, $0) < 0 } ?? false
    }

    /// Whether a time lies behind the interval.
    func isBehind(_ ticks: Int64, _ timeBase: AVRational) -> Bool {
        end.map { Self.compare(ticks, timeBase, $0) >= 0 } ?? false
    }

    /// Ends the interval at a time, as the last wanted frame's end.
    mutating func close(at ticks: Int64, _ timeBase: AVRational) {
        let moment = av_rescale_q(ticks, timeBase, AVRational(num: 1, den: 1_000_000))
        end = min(end ?? moment, moment)
    }

    private static func compare(_ ticks: Int64, _ timeBase: AVRational, _ time: Int64) -> Int32 {
        av_compare_ts(ticks, timeBase, time, AVRational(num: 1, den: 1_000_000))
    }
}
