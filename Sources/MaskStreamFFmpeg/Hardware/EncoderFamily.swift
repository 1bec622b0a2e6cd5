internal import CFFmpeg

/// The hardware interface that an encoder belongs to, by the ending of FFmpeg's name for it.
public enum EncoderFamily: String, CaseIterable, Sendable {
    case nvenc, vaapi, qsv, v4l2m2m

    /// The family of an encoder; nil for one in software.
    init?(of encoder: String) {
        guard let family = Self.allCases.first(where: { encoder.hasSuffix("_\($0.rawValue)") })
        else { return nil }
        self = family
    }

    /// The device whose memory the encoder takes its frames from; nil where it takes them from the
    /// program's.
    var device: HardwareKind? { self == .vaapi ? .vaapi : nil }

    /// What to install where it does not work.
    var setup: String {
        switch self {
        case .nvenc: HardwareKind.cuda.setup
        case .vaapi: HardwareKind.vaapi.setup
        case .qsv: HardwareKind.qsv.setup
        case .v4l2m2m: "it needs a board whose kernel has a codec's driver"
        }
    }

    /// FFmpeg's names of the family's video encoders, as far as this FFmpeg has them.
    ///
    /// Wraps `av_codec_iterate`.
    public var encoders: [String] {
        var names: [String] = []
        var state: UnsafeMutableRawPointer?
        while let codec = av_codec_iterate(&state) {
            guard av_codec_is_encoder(codec) != 0, codec.pointee.type == AVMEDIA_TYPE_VIDEO else {
                continue
            }
            let name = String(cString: codec.pointee.name)
            if Self(of: name) == self { names.append(name) }
        }
        return names
    }

    /// The formats in which frames are brought to the device's memory for a codec, 4:2:0 with 8 bits
    /// and, where the codec has it in hardware, with 10.
    func uploads(_ codec: AVCodecID) -> [AVPixelFormat] {
        guard device != nil else { return [] }
        let hasDeep = [AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1].contains(codec)
        return [AV_PIX_FMT_NV12] + (hasDeep ? [ms_pix_fmt_p010] : [])
    }
}
