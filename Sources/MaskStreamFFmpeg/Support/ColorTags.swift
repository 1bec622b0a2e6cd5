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

    /// What is tagged otherwise than in an earlier colour, in words; what is not tagged is no change.
    func changes(from first: ColorInfo) -> [String] {
        var changes: [String] = []
        if isRangeTagged, range != first.range {
            changes.append("range \(first.range) to \(range)")
        }
        if let change = Self.change(
            first.matrix, matrix, av_color_space_name(first.avColorSpace),
            av_color_space_name(avColorSpace))
        {
            changes.append("matrix \(change)")
        }
        return changes + changesBeyondMatrix(from: first)
    }

    /// Those of the changes that swscale does not convert.
    func changesBeyondMatrix(from first: ColorInfo) -> [String] {
        let primaries = Self.change(
            first.primaries, primaries, av_color_primaries_name(first.avColorPrimaries),
            av_color_primaries_name(avColorPrimaries))
        let transfer = Self.change(
            first.transfer, transfer, av_color_transfer_name(first.avColorTransfer),
            av_color_transfer_name(avColorTransfer))
        return [primaries.map { "primaries \($0)" }, transfer.map { "transfer \($0)" }]
            .compactMap(\.self)
    }

    private static func change(
        _ first: Int32, _ now: Int32, _ firstName: UnsafePointer<CChar>?,
        _ nowName: UnsafePointer<CChar>?
    ) -> String? {
        guard now != 2, now != first else { return nil }
        let names = [(first, firstName), (now, nowName)].map { code, name in
            name.map { String(cString: $0) } ?? "\(code)"
        }
        return names.joined(separator: " to ")
    }

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
