internal import CFFmpeg
import MaskStream

/// One owned `AVPacket`; who hands it over never touches it again.
final class Packet {
    let pointer: UnsafeMutablePointer<AVPacket>

    /// Wraps `av_packet_alloc`.
    init() throws {
        guard let pointer = av_packet_alloc() else {
            throw MaskStreamError(.software, "out of memory for a packet")
        }
        self.pointer = pointer
    }

    /// Whether the data is known to be incomplete or wrong.
    var isDamaged: Bool { isMarked || isNearLoss }

    /// Whether the demuxer reports that the data is incomplete or wrong.
    var isMarked: Bool {
        get { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
        set {
            if newValue {
                pointer.pointee.flags |= AV_PKT_FLAG_CORRUPT
            } else {
                pointer.pointee.flags &= ~AV_PKT_FLAG_CORRUPT
            }
        }
    }

    /// Whether something was lost before or behind it.
    var isNearLoss = false

    /// Moves the data into memory of the packet's own, and lets go of the memory it lay in.
    ///
    /// Wraps `av_new_packet` and `av_packet_copy_props`.
    func copyData() throws {
        let copy = try Packet()
        guard av_new_packet(copy.pointer, pointer.pointee.size) >= 0,
            av_packet_copy_props(copy.pointer, pointer) >= 0
        else { throw MaskStreamError(.software, "out of memory for a packet") }
        if let data = pointer.pointee.data {
            copy.pointer.pointee.data.update(from: data, count: Int(pointer.pointee.size))
        }
        av_packet_unref(pointer)
        av_packet_move_ref(pointer, copy.pointer)
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }
}
