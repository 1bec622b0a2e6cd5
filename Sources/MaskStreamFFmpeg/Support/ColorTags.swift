internal import CFFmpeg
import MaskStream

extension ColorInfo {
    /// The colour of a decoded frame: from the frame, where it is silent from its stream.
    ///
    /// Untagged RGB, grey and `yuvj` frames are full range, as in all of FFmpeg; other untagged
    /// frames are limited.
    init(frame: AVFrame, stream: AVCodecParameters) {
        let format = AVPixelFormat(rawValue: frame.format)
        let tagged = [frame.color_range, stream.color_range].first { $0 != AVCOL_RANGE_UNSPECIFIED }
        let isFull = tagged.map { $0 == AVCOL_RANGE_JPEG } ?? format.isFullRangeByDefault
        self.init(
            range: isFull ? .full : .limited, isRangeTagged: tagged != nil,
            matrix: known(frame.colorspace.rawValue, stream.color_space.rawValue),
            primaries: known(frame.color_primaries.rawValue, stream.color_primaries.rawValue),
            transfer: known(frame.color_trc.rawValue, stream.color_trc.rawValue),
            chromaLocation: Int32(
                frame.chroma_location != AVCHROMA_LOC_UNSPECIFIED
                    ? frame.chroma_location.rawValue : stream.chroma_location.rawValue))
    }

    /// The range as FFmpeg writes it; unspecified where the stream does not declare it.
    var avColorRange: AVColorRange {
        guard isRangeTagged else { return AVCOL_RANGE_UNSPECIFIED }
        return range == .full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    }

    /// Matrix, primaries, transfer and chroma site as FFmpeg writes them.
    var avColorSpace: AVColorSpace { AVColorSpace(UInt32(max(0, matrix))) }
    var avColorPrimaries: AVColorPrimaries { AVColorPrimaries(UInt32(max(0, primaries))) }
    var avColorTransfer: AVColorTransferCharacteristic {
        AVColorTransferCharacteristic(UInt32(max(0, transfer)))
    }
    var avChromaLocation: AVChromaLocation { AVChromaLocation(UInt32(max(0, chromaLocation))) }

    /// Tags a frame.
    func tag(_ frame: UnsafeMutablePointer<AVFrame>) {
        frame.pointee.color_range = avColorRange
        frame.pointee.colorspace = avColorSpace
        frame.pointee.color_primaries = avColorPrimaries
        frame.pointee.color_trc = avColorTransfer
        frame.pointee.chroma_location = avChromaLocation
    }

    /// Tags an encoder.
    func tag(_ codec: UnsafeMutablePointer<AVCodecContext>) {
        codec.pointee.color_range = avColorRange
        codec.pointee.colorspace = avColorSpace
        codec.pointee.color_primaries = avColorPrimaries
        codec.pointee.color_trc = avColorTransfer
        codec.pointee.chroma_sample_location = avChromaLocation
    }
}

/// The first code point that says something; 2 means unspecified.
private func known(_ first: UInt32, _ second: UInt32) -> Int32 {
    Int32(first != 2 ? first : second)
}

extension AVPixelFormat {
    /// Whether frames of the format use all sample values where no tag says otherwise.
    var isFullRangeByDefault: Bool {
        guard let descriptor = av_pix_fmt_desc_get(self)?.pointee else { return false }
        let isRGB = descriptor.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        let isYUVJ = pixelFormatName(self).hasPrefix("yuvj")
        return isRGB || isYUVJ || descriptor.nb_components <= 2
    }
}

extension Rational {
    /// Takes over FFmpeg's fraction.
    init(_ rational: AVRational) { self.init(rational.num, rational.den) }

    /// The fraction as FFmpeg writes it.
    var av: AVRational { AVRational(num: num, den: den) }
}
