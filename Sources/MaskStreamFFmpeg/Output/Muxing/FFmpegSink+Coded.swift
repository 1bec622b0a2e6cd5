internal import CFFmpeg
import MaskStream

extension FFmpegSink {
    /// Writes a packet of video that was encoded before, after the copied packets before it.
    ///
    /// Wraps `av_interleaved_write_frame`.
    ///
    /// - Throws: `MaskStreamError` with `inputOutput` when the disk is full or the reader of a pipe
    ///   is gone.
    func write(_ packet: Packet) throws {
        guard state == .open, let timeBase = plan.video?.facts.timeBase.av else { return }
        FFmpegLog.begin()
        do {
            let packets = relay?.takeForFrame() ?? []
            if count == 0 {
                let first = TimeStamp(packet.pointer.pointee.pts, timeBase)
                shift(packets, first: first.ticks(of: plan.format.timeBase.av))
                muxer.release()
            }
            try copy(packets)
            try muxer.write(packet.pointer, stream: Muxer.video)
            count += 1
        } catch {
            throw failed(error)
        }
    }
}
