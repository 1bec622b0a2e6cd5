import Dispatch
import MaskStream

/// Copied packets on their way from the demuxer to the muxer, past the frame pipeline.
///
/// A packet is tagged with the index of the frame that the source was about to deliver, and the
/// sink takes it before it writes that frame: the order does not depend on timing, and no more
/// packets wait than lie between the frames in the pipeline.
public final class PacketRelay: Sendable {
    private let waiting = Confined<[(frame: Int, packet: Packet)]>([], label: "maskstream.relay")

    /// Makes an empty relay.
    public init() {}

    /// Hands a packet over that came before frame `index`.
    func push(_ packet: Packet, before index: Int) {
        waiting.sync { $0.append((index, packet)) }
    }

    /// Takes all packets that came before or with frame `index`; nil takes the rest.
    func take(through index: Int?) -> [Packet] {
        waiting.sync { waiting in
            let count = index.map { index in waiting.prefix { $0.frame <= index }.count }
            let taken = waiting.prefix(count ?? waiting.count).map(\.packet)
            waiting.removeFirst(taken.count)
            return taken
        }
    }
}
