internal import CFFmpeg
import MaskStream

/// One output stream: the times of its packets in the container.
struct OutputStream {
    private let stream: UnsafeMutablePointer<AVStream>
    private let timeBase: Rational
    private let container: Container
    private let mayRepeat: Bool
    private var lastDTS = Int64.min
    private var lastDuration: Int64 = 0
    private var offset: TimeStamp?
    /// Packets whose time had to change because the container's ticks are too coarse.
    private(set) var movedCount = 0

    init(stream: UnsafeMutablePointer<AVStream>, timeBase: Rational, container: Container) {
        self.stream = stream
        self.timeBase = timeBase
        self.container = container
        mayRepeat = container.format.pointee.flags & AVFMT_TS_NONSTRICT != 0
    }

    mutating func shift(by time: TimeStamp) { offset = time }

    /// Puts a packet into the stream's time base; one without a time follows on the last one's end.
    ///
    /// - Throws: `MaskStreamError` 65 for a time that the container cannot hold.
    mutating func prepare(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        if packet.pointee.dts == noTimestamp { packet.pointee.dts = packet.pointee.pts }
        if packet.pointee.pts == noTimestamp { packet.pointee.pts = packet.pointee.dts }
        let target = stream.pointee.time_base
        func rescaled(_ ticks: Int64) -> Int64 { TimeStamp(ticks, timeBase.av).ticks(of: target) }
        let moved = offset?.ticks(of: target) ?? 0
        if packet.pointee.pts == noTimestamp {
            packet.pointee.dts = lastDTS == .min ? moved : lastDTS.plus(lastDuration)
            packet.pointee.pts = packet.pointee.dts
        } else {
            packet.pointee.pts = rescaled(packet.pointee.pts).plus(moved)
            packet.pointee.dts = rescaled(packet.pointee.dts).plus(moved)
        }
        packet.pointee.duration = min(
            max(0, rescaled(packet.pointee.duration)), container.longestGap)
        let earliest = lastDTS == .min ? .min : lastDTS.plus(mayRepeat ? 0 : 1)
        let gap = lastDTS == .min ? 0 : packet.pointee.dts.minus(lastDTS)
        guard max(packet.pointee.dts.magnitude, packet.pointee.pts.magnitude) < TimeStamp.limit,
            max(gap, packet.pointee.pts.minus(packet.pointee.dts)) <= container.longestGap
        else {
            let (from, to) = (TimeStamp(lastDTS, target), TimeStamp(packet.pointee.dts, target))
            throw MaskStreamError(
                .badData,
                "\(container.name) cannot hold the input's times: \(to.seconds) s"
                    + (lastDTS == .min ? "" : " after \(from.seconds) s"),
                hint: "mend the input's times, or write Matroska (.mkv)")
        }
        if packet.pointee.dts < earliest {
            packet.pointee.dts = earliest
            if packet.pointee.pts < earliest {
                packet.pointee.pts = earliest
                movedCount += 1
            }
        }
        lastDTS = packet.pointee.dts
        lastDuration = packet.pointee.duration
        packet.pointee.stream_index = stream.pointee.index
        packet.pointee.pos = -1
    }
}
