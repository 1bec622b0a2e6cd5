internal import CFFmpeg
import MaskStream

extension Container {
    /// Whether the container holds a codec; nil where FFmpeg does not know before it tries.
    ///
    /// Wraps `avformat_query_codec`.
    func holds(codec: AVCodecID) -> Bool? {
        if isOne(of: "mpegts", "rtp_mpegts") { return Self.transportStream.contains(codec) }
        if isOne(of: "rtsp") { return Self.realTime.contains(codec) }
        if isOgg { return Self.ogg.contains(codec) }
        switch avformat_query_codec(format, codec, FF_COMPLIANCE_EXPERIMENTAL) {
        case 1: return true
        case 0: return false
        default: return nil
        }
    }

    /// Whether the container holds sound of a codec, as far as FFmpeg knows before it tries.
    func holds(sound codec: AVCodecID) -> Bool {
        !isVideoOnly && format.pointee.audio_codec != AV_CODEC_ID_NONE
            && holds(codec: codec) != false
    }

    /// The sample rates to which the container limits sound of a codec; empty where it does not.
    func soundRates(_ codec: AVCodecID) -> [Int32] {
        guard isOne(of: "flv"), codec != AV_CODEC_ID_AAC else { return [] }
        return [11_025, 22_050, 44_100] + (codec == AV_CODEC_ID_MP3 ? [48_000] : [])
    }

    /// Refuses a container whose times cannot begin late, as those of a part do.
    ///
    /// - Throws: `MaskStreamError/Code/usage`.
    func checkPart() throws {
        guard !isMP4, !isMatroska, !isOne(of: "nut", "mpegts") else { return }
        throw MaskStreamError(
            .usage, "\(name) cannot hold a part of a video (--segment)",
            hint: "write Matroska (.mkv), MP4, MOV, NUT or MPEG-TS")
    }

    /// Whether it holds video alone.
    private var isVideoOnly: Bool { isOne(of: "rawvideo", "yuv4mpegpipe", "gif", "apng") }

    /// Whether chapters are kept beside streams of these codecs.
    ///
    /// FFmpeg 5.1 writes Ogg's into the comments of Opus alone.
    func keepsChapters(beside codecs: [AVCodecID]) -> Bool {
        if isOgg { return codecs.contains(AV_CODEC_ID_OPUS) }
        return isMP4 && !isOne(of: "psp") || isMatroska || isOne(of: "nut", "asf")
    }

    /// Whether a stream can be copied into the container; its header may say otherwise.
    func holds(_ stream: InputStreams.Stream) -> Bool {
        let parameters = stream.facts.parameters.pointee
        if stream.kind == .attachment { return isOne(of: "matroska") }
        if parameters.codec_id == AV_CODEC_ID_NONE { return false }
        return !isVideoOnly && holds(codec: parameters.codec_id) ?? true
    }

    /// The codec in which the container keeps text subtitles; nil where this text cannot be read.
    func textSubtitle(for stream: InputStreams.Stream) -> AVCodecID? {
        let codec = stream.facts.parameters.pointee.codec_id
        let properties = avcodec_descriptor_get(codec)?.pointee.props ?? 0
        guard properties & AV_CODEC_PROP_TEXT_SUB != 0, avcodec_find_decoder(codec) != nil else {
            return nil
        }
        let forms = [
            AV_CODEC_ID_SUBRIP, AV_CODEC_ID_ASS, AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_WEBVTT,
        ]
        return forms.first { holds(codec: $0) == true && avcodec_find_encoder($0) != nil }
    }

    /// What has a payload format of its own in RTP and is understood by most readers.
    private static let realTime: Set<AVCodecID> = [
        AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MJPEG, AV_CODEC_ID_VP8,
        AV_CODEC_ID_VP9, AV_CODEC_ID_AAC, AV_CODEC_ID_OPUS, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3,
        AV_CODEC_ID_AC3, AV_CODEC_ID_PCM_ALAW, AV_CODEC_ID_PCM_MULAW,
    ]

    /// What FFmpeg's Ogg muxer takes; it says so in the header only.
    private static let ogg: Set<AVCodecID> = [
        AV_CODEC_ID_THEORA, AV_CODEC_ID_VP8, AV_CODEC_ID_VORBIS, AV_CODEC_ID_OPUS,
        AV_CODEC_ID_FLAC, AV_CODEC_ID_SPEEX,
    ]

    /// What an MPEG transport stream names in its tables; FFmpeg would write the rest unnamed.
    private static let transportStream: Set<AVCodecID> = [
        AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO,
        AV_CODEC_ID_MPEG4, AV_CODEC_ID_VC1, AV_CODEC_ID_DIRAC, AV_CODEC_ID_CAVS, AV_CODEC_ID_AVS2,
        AV_CODEC_ID_AAC, AV_CODEC_ID_AAC_LATM, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3,
        AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS, AV_CODEC_ID_TRUEHD, AV_CODEC_ID_OPUS,
        AV_CODEC_ID_S302M, AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT,
        AV_CODEC_ID_HDMV_PGS_SUBTITLE, AV_CODEC_ID_TIMED_ID3, AV_CODEC_ID_SMPTE_KLV,
    ]
}
