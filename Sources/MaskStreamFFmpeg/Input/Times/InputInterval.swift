import MaskStream

/// The part of the input that is wanted: half-open, in the container's time.
struct InputInterval {
    /// The first moment wanted; nil from the beginning.
    var start: TimeStamp?
    /// The first moment not wanted any more; nil to the end.
    private(set) var end: TimeStamp?

    /// Turns seconds as a player shows them into the container's time.
    init(_ options: InputOptions, startTime: TimeStamp) {
        start = options.start.map { startTime + TimeStamp(seconds: $0) }
        end = options.end.map { startTime + TimeStamp(seconds: $0) }
    }

    /// Whether a time lies before the interval.
    func isBefore(_ time: TimeStamp) -> Bool { start.map { time < $0 } ?? false }

    /// Whether a time lies behind the interval.
    func isBehind(_ time: TimeStamp) -> Bool { end.map { time >= $0 } ?? false }

    /// Ends the interval at a time, as the last wanted frame's end.
    mutating func close(at moment: TimeStamp) { end = min(end ?? moment, moment) }
}
