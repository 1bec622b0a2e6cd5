internal import CFFmpeg
import MaskStream

/// ADTS to ASC: takes away the headers that AAC has in broadcasts and not in files.
///
/// FFmpeg's muxers do it by themselves, but not in fragmented MP4, and not where a broadcast was
/// joined in the middle of a frame.
final class ADTSToASC {
    private var filter: UnsafeMutablePointer<AVBSFContext>?

    /// Makes the filter; nil for streams that come without ADTS headers.
    ///
    /// Wraps `av_bsf_init` with the filter `aac_adtstoasc`.
    init?(_ stream: InputStreams.Stream, into container: Container) throws {
        let parameters = stream.facts.parameters
        guard parameters.pointee.codec_id == AV_CODEC_ID_AAC,
            parameters.pointee.extradata_size == 0,
            container.isMP4 || container.isMatroska || container.isOne(of: "flv"),
            let kind = av_bsf_get_by_name("aac_adtstoasc")
        else { return nil }
        try check(av_bsf_alloc(kind, &filter), "filter audio", "aac")
        guard let filter else { return nil }
        try check(
            avcodec_parameters_copy(filter.pointee.par_in, parameters), "filter audio", "aac")
        filter.pointee.time_base_in = stream.facts.timeBase.av
        try check(av_bsf_init(filter), "filter audio", "aac")
    }

    deinit { av_bsf_free(&filter) }

    /// Filters a packet in place; false where it is no whole frame.
    ///
    /// Wraps `av_bsf_send_packet` and `av_bsf_receive_packet`.
    func apply(to packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        guard av_bsf_send_packet(filter, packet) >= 0 else {
            av_packet_unref(packet)
            return false
        }
        return av_bsf_receive_packet(filter, packet) >= 0
    }
}
