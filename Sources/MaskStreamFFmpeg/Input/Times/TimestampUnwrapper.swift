internal import CFFmpeg
import MaskStream

/// Timestamp unwrapping: times go on where a stream's clock wraps around or begins again.
///
/// A transport stream counts 26.5 hours and starts again, each stream at its own moment; files that
/// were put together and senders that were restarted begin again anywhere, all streams together.
/// Only times that go back are changed: a gap stays a gap.
///
/// Microseconds are used between streams, as their ticks differ.
struct TimestampUnwrapper {
    private struct Clock {
        let timeBase: AVRational
        /// After so many ticks it wraps around; nil where it does not.
        let range: Int64?
        /// What all turns so far add.
        var turned: Int64 = 0
        /// The last time, turns counted.
        var last: Int64?
        /// The last time as it was given out.
        var placed: Int64?
        var duration: Int64 = 0
        /// What was added to the last time, in microseconds.
        var offset: Int64 = 0

        /// A distance between two times, the short way round.
        func nearest(_ distance: Int64) -> Int64 {
            guard let range, distance.magnitude > range / 2 else { return distance }
            return distance.minus(distance > 0 ? range : -range)
        }
    }

    /// How far back a time has to lie to be a new beginning: further than frames are reordered.
    private static let tolerance: Int64 = 1_000_000
    /// So far off, one wrong time is likelier than a gap.
    private static let lost: Int64 = 10_000_000
    /// Times of damaged packets beyond this, some 35 years, are left as they are.
    private static let furthest: Int64 = 1 << 50

    private var clocks: [Clock]
    /// What is added since the last beginning, and before it: streams get there one by one.
    private var offset: Int64 = 0
    private var offsetBefore: Int64 = 0
    /// The latest time given out on any stream.
    private var front: Int64?
    /// Whether any time was changed.
    var hasChanged: Bool { offset != 0 || clocks.contains { $0.turned != 0 } }

    /// - Parameter streams: each stream's time base and the bits of its clock.
    init(_ streams: [(timeBase: AVRational, bits: Int32)]) {
        clocks = streams.map { stream in
            Clock(timeBase: stream.timeBase, range: stream.bits < 63 ? 1 << stream.bits : nil)
        }
    }

    /// Changes a packet's times, in place.
    mutating func unwrap(_ packet: UnsafeMutablePointer<AVPacket>) {
        let index = Int(packet.pointee.stream_index)
        let (dts, pts) = (packet.pointee.dts, packet.pointee.pts)
        let given = dts != noTimestamp ? dts : pts
        guard given != noTimestamp, clocks.indices.contains(index) else { return }
        let time = place(given, duration: packet.pointee.duration, stream: index)
        if dts != noTimestamp { packet.pointee.dts = time }
        if pts != noTimestamp {
            packet.pointee.pts = time.plus(clocks[index].nearest(pts.minus(given)))
        }
    }

    /// The time at which a packet that gives its time in ticks really is.
    mutating func place(_ time: Int64, duration: Int64, stream: Int) -> Int64 {
        var clock = clocks[stream]
        func micros(_ ticks: Int64) -> Int64 {
            TimeStamp(ticks, clock.timeBase).ticks(of: TimeStamp.microseconds)
        }
        guard micros(time).magnitude < Self.furthest else { return time }
        if let range = clock.range, let last = clock.last {
            let ahead = time.plus(clock.turned).minus(last)
            let turn = ahead < 0 ? range : -range
            if micros(ahead.plus(turn)).magnitude < Self.lost {
                clock.turned = clock.turned.plus(turn)
            }
        }
        let turned = time.plus(clock.turned)
        func moved(_ offset: Int64) -> Int64 {
            turned.plus(TimeStamp(offset).ticks(of: clock.timeBase))
        }
        let isThere = clock.offset == offset
        let before = isThere ? offsetBefore : clock.offset
        clock.offset = offset
        if let front {
            let old = micros(moved(before)).minus(front).magnitude
            let new = micros(moved(offset)).minus(front).magnitude
            if isThere, old < Self.lost, new > Self.lost {
                // What began was one wrong time.
                offset = before
                clock.offset = before
            } else if !isThere, old < new {
                // It has not got there yet.
                clock.offset = before
            }
        }
        if let last = clock.placed, micros(last.minus(moved(clock.offset))) > Self.tolerance {
            offsetBefore = offset
            let end = last.plus(clock.duration)
            offset = clock.offset.plus(micros(end.minus(moved(clock.offset))))
            clock.offset = offset
        }
        let placed = moved(clock.offset)
        clock.last = turned
        clock.placed = placed
        clock.duration = duration > 0 ? duration : clock.duration
        clocks[stream] = clock
        front = max(front ?? .min, micros(placed))
        return placed
    }
}
