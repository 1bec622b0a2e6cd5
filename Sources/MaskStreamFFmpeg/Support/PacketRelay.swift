import MaskStream

/// Copied packets on their way from the demuxer to the muxer, past the frame pipeline.
///
/// A file's packet is tagged with the index of the frame that the source was about to deliver, and
/// the sink takes it before it writes that frame: the order does not depend on timing, and no more
/// packets wait than lie between the frames in the pipeline. Live, where frames are dropped, the
/// next frame that is written takes whatever has come; what nobody has taken for ten seconds is
/// dropped.
public final class PacketRelay: Sendable {
    private struct Queue {
        var waiting: [(frame: Int, arrived: UInt64, packet: Packet)] = []
        var dropped = 0

        mutating func drop(before time: UInt64) {
            let old = waiting.prefix { $0.arrived < time }.count
            waiting.removeFirst(old)
            dropped += old
        }
    }

    private let queue = Confined(Queue(), label: "maskstream.relay")
    private let patience: UInt64

    /// Makes an empty relay.
    public convenience init() { self.init(patience: 10_000_000_000) }

    /// Makes a relay in which a live packet waits for so many nanoseconds at most.
    init(patience: UInt64) { self.patience = patience }

    /// Hands a file's packet over that came before frame `index`.
    func push(_ packet: Packet, before index: Int) {
        queue.sync { $0.waiting.append((index, 0, packet)) }
    }

    /// Hands a live packet over.
    func pushLive(_ packet: Packet) {
        let now = Uptime.now
        queue.sync { queue in
            queue.drop(before: Uptime.elapsed(from: patience, to: now))
            queue.waiting.append((0, now, packet))
        }
    }

    /// Takes all packets that came before or with frame `index`; nil takes the rest.
    func take(through index: Int?) -> [Packet] {
        queue.sync { queue in
            let count = index.map { index in queue.waiting.prefix { $0.frame <= index }.count }
            let taken = queue.waiting.prefix(count ?? queue.waiting.count).map(\.packet)
            queue.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Drops the live packets that came before a time in nanoseconds of the uptime clock: those of
    /// a pause, whose frames were dropped, too.
    public func drop(before time: UInt64) { queue.sync { $0.drop(before: time) } }

    /// How many packets were dropped.
    var dropped: Int { queue.sync { $0.dropped } }
}
