internal import CFFmpeg
import MaskStream

/// Packets of the streams that are copied, on their way from the demuxer to the relay.
///
/// They wait here while it is not known whether they lie in the wanted interval: until the first
/// frame is found, and with a frame limit until the frame beside them is delivered.
struct CopiedPackets {
    private var waiting: [Packet] = []
    private var wanted: Set<Int>?
    private var relay: PacketRelay?
    private var passed: Set<Int> = []
    /// Streams whose packets are on screen for as long as they say.
    private let subtitles: Set<Int>
    private let isLive: Bool

    /// - Parameters:
    ///   - codecs: each stream's codec.
    ///   - isLive: whether frames may be dropped between source and sink.
    init(_ codecs: [AVCodecID], isLive: Bool) {
        self.isLive = isLive
        subtitles = Set(
            codecs.indices.filter { avcodec_get_type(codecs[$0]) == AVMEDIA_TYPE_SUBTITLE })
    }

    /// Settles which streams are wanted; until then all packets wait.
    mutating func send(_ streams: [Int], through relay: PacketRelay) {
        wanted = Set(streams)
        self.relay = relay
        waiting.removeAll { !streams.contains($0.stream) }
    }

    /// Drops everything that waits and will come, where nobody asked.
    mutating func settle() {
        guard wanted == nil else { return }
        wanted = []
        waiting = []
    }

    /// Takes a packet that is not of the masked stream.
    mutating func add(_ packet: Packet) {
        if wanted?.contains(packet.stream) ?? true { waiting.append(packet) }
    }

    /// Drops the oldest of too many that wait.
    mutating func keepNewest(_ count: Int) { waiting.removeFirst(max(0, waiting.count - count)) }

    /// Forgets what waits, after a seek.
    mutating func clear() { waiting = [] }

    /// Hands on what lies inside the interval, as coming before the next frame.
    ///
    /// - Parameters:
    ///   - limit: packets at or behind this time go on waiting; nil hands on all.
    ///   - shift: what is subtracted from all times, and before which packets are dropped.
    mutating func flush(
        limit: TimeStamp?, shift: TimeStamp?, interval: InputInterval, timeBases: [AVRational]
    ) {
        guard let relay else { return }
        drop(behind: interval, timeBases: timeBases)
        var kept: [Packet] = []
        for packet in waiting {
            let timeBase = timeBases[packet.stream]
            let time = packet.time(timeBase)
            let isText = subtitles.contains(packet.stream)
            if let time, let shift, time < shift {
                guard isText, packet.begin(at: shift, timeBase) else { continue }
            }
            if isText, let end = interval.end { packet.end(at: end, timeBase) }
            if let time, let limit, time >= limit {
                kept.append(packet)
                continue
            }
            if let shift { packet.shift(by: shift.ticks(of: timeBase)) }
            if isLive { relay.pushLive(packet) } else { relay.push(packet) }
        }
        waiting = kept
    }

    /// Says that the next frame is returned now.
    func endFrame() {
        if !isLive { relay?.endFrame() }
    }

    /// Drops what lies behind the interval and remembers which streams got there.
    mutating func drop(behind interval: InputInterval, timeBases: [AVRational]) {
        waiting.removeAll { packet in
            guard let time = packet.time(timeBases[packet.stream]), interval.isBehind(time)
            else { return false }
            passed.insert(packet.stream)
            return true
        }
    }

    /// Whether every wanted stream was read to the interval's end.
    var areComplete: Bool { (wanted ?? []).isSubset(of: passed) }
}

extension Packet {
    /// The stream's number in its container.
    var stream: Int { Int(pointer.pointee.stream_index) }

    /// When the packet is shown, else decoded; nil where unknown.
    func time(_ timeBase: AVRational) -> TimeStamp? {
        let packet = pointer.pointee
        let ticks = packet.pts != noTimestamp ? packet.pts : packet.dts
        return ticks != noTimestamp ? TimeStamp(ticks, timeBase) : nil
    }

    /// Takes away what is shown before a time; false where nothing is shown from then on.
    func begin(at start: TimeStamp, _ timeBase: AVRational) -> Bool {
        let (packet, ticks) = (pointer.pointee, start.ticks(of: timeBase))
        let end = packet.pts.plus(packet.duration)
        guard packet.pts != noTimestamp, packet.duration > 0, end > ticks else { return false }
        pointer.pointee.pts = ticks
        pointer.pointee.dts = ticks
        pointer.pointee.duration = end - ticks
        return true
    }

    /// Takes away what is shown from a time on.
    func end(at end: TimeStamp, _ timeBase: AVRational) {
        let packet = pointer.pointee
        guard packet.pts != noTimestamp, packet.duration > 0 else { return }
        let room = end.ticks(of: timeBase).minus(packet.pts)
        pointer.pointee.duration = min(packet.duration, max(1, room))
    }

    /// Moves the packet towards zero by a number of ticks.
    func shift(by ticks: Int64) {
        pointer.pointee.pts = pointer.pointee.pts.moved(by: -ticks)
        pointer.pointee.dts = pointer.pointee.dts.moved(by: -ticks)
    }
}
