internal import CFFmpeg
import MaskStream

/// Copied packets on their way from a source to a sink, past the frame pipeline.
///
/// One source fills a relay and one sink empties it, each on its own queue. Both keep this contract:
///
/// - **Order.** A file's source calls `endFrame()` for each frame that it returns; the sink calls
///   `takeForFrame()` for each frame that it writes. The packets before a frame are taken with it,
///   whatever the timing. What lies between the two must neither drop nor add frames.
/// - **Live.** Frames are dropped on the way, so a live source ends none: the next frame that is
///   written takes whatever has come.
/// - **Bounds.** A file's source waits while the pipeline is full or paused, so that no more packets
///   wait than lie between the frames under way. A live source reads on: packets that nobody has
///   taken for ten seconds are dropped, and the oldest of more than 64 MiB.
/// - **Pause.** Behind a live pause, ``drop(before:)`` drops what came with the dropped frames.
/// - **Reconnection.** The relay goes on with the reader that takes a lost one's place.
/// - **End.** The sink takes what is left with `takeRest()`, and reports `dropped`.
public final class PacketRelay: Sendable {
    private struct Queue {
        /// The packets before each frame under way; at last those before the next one.
        var groups: [[Waiting]] = [[]]
        /// How many bytes wait that came live.
        var liveBytes = 0
        var dropped = 0

        mutating func dropFirst(while isDropped: (Waiting) -> Bool) {
            let old = groups[0].prefix(while: isDropped)
            liveBytes -= old.reduce(0) { $0 + $1.byteCount }
            dropped += old.count
            groups[0].removeFirst(old.count)
        }

        mutating func takeGroup() -> [Packet] {
            let isLast = groups.count == 1
            let taken = groups.removeFirst()
            if isLast {
                groups = [[]]
                liveBytes = 0
            }
            return taken.map(\.packet)
        }
    }

    private struct Waiting {
        let packet: Packet
        /// When a live packet came, in nanoseconds of the uptime clock.
        var arrived: UInt64 = 0

        var byteCount: Int { Int(packet.pointer.pointee.size) }
    }

    private let queue = Confined(Queue(), label: "maskstream.relay")
    private let patience: UInt64
    private let capacity: Int

    /// Makes an empty relay.
    public convenience init() { self.init(patience: 10_000_000_000, capacity: 64 << 20) }

    /// Makes a relay in which live packets wait for so many nanoseconds, and so many bytes of them,
    /// at most.
    init(patience: UInt64, capacity: Int = .max) {
        self.patience = patience
        self.capacity = capacity
    }

    /// Hands over a file's packet, which comes before the next frame.
    func push(_ packet: Packet) {
        queue.sync { $0.groups[$0.groups.count - 1].append(Waiting(packet: packet)) }
    }

    /// Says that the next frame is returned now; what is pushed later comes behind it.
    func endFrame() { queue.sync { $0.groups.append([]) } }

    /// Hands over a live packet.
    func pushLive(_ packet: Packet) {
        let waiting = Waiting(packet: packet, arrived: Uptime.now)
        let oldest = Uptime.elapsed(from: patience, to: waiting.arrived)
        queue.sync { queue in
            queue.groups[0].append(waiting)
            queue.liveBytes += waiting.byteCount
            var bytes = queue.liveBytes
            queue.dropFirst { waiting in
                guard waiting.arrived < oldest || bytes > capacity else { return false }
                bytes -= waiting.byteCount
                return true
            }
        }
    }

    /// Takes the packets before the frame that is written next.
    func takeForFrame() -> [Packet] { queue.sync { $0.takeGroup() } }

    /// Takes all that still wait.
    func takeRest() -> [Packet] {
        queue.sync { queue in
            let taken = queue.groups.joined().map(\.packet)
            queue.groups = [[]]
            queue.liveBytes = 0
            return taken
        }
    }

    /// Drops the live packets that came before a time in nanoseconds of the uptime clock: those of
    /// a pause, whose frames were dropped, too.
    public func drop(before time: UInt64) { queue.sync { $0.dropFirst { $0.arrived < time } } }

    /// How many live packets were dropped.
    var dropped: Int { queue.sync { $0.dropped } }
}
