internal import CFFmpeg
import MaskStream

/// The reader of an input, replaced by a new one where a live input was lost and is to come back.
struct ReaderConnection {
    /// Nil only while a lost input is opened again: cameras and ports are held by one at a time.
    private(set) var reader: FrameReader?
    private let reconnects: Bool
    private var wanted: (streams: [Int], relay: PacketRelay)?
    private var lost = InputStatistics()

    init(_ reader: FrameReader, reconnects: Bool) {
        self.reader = reader
        self.reconnects = reconnects
    }

    /// What was counted so far.
    var statistics: InputStatistics { reader?.statistics ?? lost }

    /// Asks for the packets of other streams.
    mutating func copy(streams: [Int], through relay: PacketRelay) {
        wanted = (streams, relay)
        reader?.copies.send(streams, through: relay)
    }

    /// Goes on with the first frame from a moment on; false where the input cannot seek.
    func skip(to seconds: Double) throws -> Bool { try reader?.skip(to: seconds) ?? false }

    /// The next frame; nil at the end of the wanted part.
    mutating func next() throws -> Frame? {
        while let current = reader {
            var cause: (any Error)?
            do {
                if let frame = try current.next() { return frame }
            } catch {
                guard reconnects else { throw error }
                cause = error
            }
            guard reconnects, !current.isComplete else { return nil }
            try reconnect(cause)
        }
        return nil
    }

    /// Opens the input again until it is back or the run is stopped.
    private mutating func reconnect(_ cause: (any Error)?) throws {
        guard let old = reader else { return }
        lost = old.statistics
        let begin = Uptime.now
        let reason =
            (cause as? MaskStreamError)?.message ?? "it ended (\(old.demuxer.location.name))"
        old.warn(
            MediaWarning(
                "input_lost",
                "the input was lost after frame \(old.delivered): \(reason); opening it again"))
        let state = old.suspended
        reader = nil
        old.close()
        let interrupt = old.demuxer.interrupt
        reader = try Reconnection(interrupt: interrupt, warn: old.warn, wasOpen: true).open {
            let new = try FrameReader(old.options, interrupt: interrupt, warn: old.warn)
            try new.resume(state)
            return new
        }
        guard let new = reader else { return }
        if let wanted { new.send(wanted.streams, through: wanted.relay, as: old) }
        old.warn(
            MediaWarning(
                "input_back",
                "the input is back at frame \(old.delivered), after "
                    + "\(Int(Uptime.seconds(from: begin).rounded(.up))) s"))
    }
}

/// What a reader leaves to the one that takes its place.
struct SuspendedReader {
    let format: FrameFormat?
    let shaper: FrameShaper?
    let delivered: Int
    let last: (pts: Int64, captured: UInt64)?
    let statistics: InputStatistics
}

extension FrameReader {
    /// Whether all that was wanted was delivered, or the run was stopped.
    var isComplete: Bool {
        demuxer.interrupt.isStopped || options.frameLimit.map { delivered >= $0 } == true
            || ahead.first.map { interval.isBehind($0.pts) } == true
    }

    /// The state that outlives the connection.
    var suspended: SuspendedReader {
        SuspendedReader(
            format: format, shaper: shaper, delivered: delivered, last: last,
            statistics: statistics)
    }

    /// Goes on where another reader was cut off: same format, times by the clock on the wall.
    ///
    /// - Throws: `MaskStreamError` 65 where there is no frame.
    func resume(_ state: SuspendedReader) throws {
        guard let first = try nextTimed() else { throw failure ?? noFrame() }
        ahead.append(first)
        format = state.format
        shaper = state.shaper
        delivered = state.delivered
        earlier = state.statistics
        guard let last = state.last, let captured = first.captured, let format else { return }
        let gap = TimeStamp(seconds: Uptime.seconds(from: last.captured, to: captured))
        let elapsed = gap.ticks(of: format.timeBase.av)
        shift = first.pts - TimeStamp(last.pts.plus(max(1, elapsed)), format.timeBase.av)
    }

    /// Asks for the packets of other streams, where they are still what they were.
    func send(_ streams: [Int], through relay: PacketRelay, as old: FrameReader) {
        let same = streams.filter { index in
            codecs.indices.contains(index) && old.codecs.indices.contains(index)
                && codecs[index] == old.codecs[index]
        }
        if same != streams {
            warn(
                MediaWarning(
                    "streams_changed", "the input came back with other streams: they are dropped"))
        }
        copies.send(same, through: relay)
    }
}
