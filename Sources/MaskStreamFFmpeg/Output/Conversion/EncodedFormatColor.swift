internal import CFFmpeg
import MaskStream

extension EncodedFormat {
    /// The tags of the encoded frame: the input's, but for RGB that becomes YUV or the reverse.
    static func color(_ format: FrameFormat, target: AVPixelFormat) -> ColorInfo {
        guard let shape = av_pix_fmt_desc_get(target)?.pointee else { return format.color }
        let isRGB = format.pixelFormat.model == .rgb
        var color = format.color
        let isJPEG = pixelFormatName(target).hasPrefix("yuvj")
        if isJPEG {
            color.range = .full
            color.isRangeTagged = true
        }
        if isRGB != shape.isRGB, isRGB, shape.nb_components >= 3 {
            // JPEG has one matrix and one range, whatever the size (JFIF, ITU-T T.871).
            color.matrix = isJPEG ? 6 : ColorInfo.defaultMatrix(height: format.height)
            color.range = isJPEG ? .full : .limited
            color.isRangeTagged = true
            color.chromaLocation = shape.log2_chroma_w > 0 ? 1 : 0
        } else if isRGB != shape.isRGB, shape.isRGB {
            color.matrix = 0
            color.range = .full
            color.isRangeTagged = true
            color.chromaLocation = 0
        }
        if !isRGB, !shape.isRGB, color.range == .full {
            // Full range that nobody wrote down would be taken for limited.
            color.isRangeTagged = true
        }
        return color
    }

    /// The warning about a conversion; nil where nothing is lost and nothing surprises.
    static func change(
        from format: FrameFormat, _ source: AVPixelFormat, to target: AVPixelFormat,
        _ steps: [ConversionStep], _ encoder: EncoderChoice, _ color: ColorInfo,
        _ container: Container, isAsked: Bool
    ) -> MediaWarning? {
        if steps.first == .composite {
            return MediaWarning(
                "flattened",
                "the output holds no transparency: what is transparent becomes black")
        }
        if isAsked { return nil }
        let from = pixelFormatName(source)
        let to = pixelFormatName(target)
        let isTwin = to == from || to == from.replacing("yuv", with: "yuvj")
        if isTwin, format.color.range == color.range { return nil }
        let isOdd = format.width % 2 != 0 || format.height % 2 != 0
        let isUpsampled = steps.contains { if case .upsampleChroma = $0 { true } else { false } }
        if isUpsampled, isOdd, av_pix_fmt_desc_get(target)?.pointee.isRGB == false {
            return MediaWarning(
                "converted",
                "\(encoder.name) cannot encode \(from) at \(format.width)x\(format.height), an odd "
                    + "size: encoded as \(to), chroma repeated")
        }
        let isRepacked =
            av_pix_fmt_desc_get(target).flatMap { PixelFormat(shapeOf: $0.pointee) }
            == format.pixelFormat
        let keepsPalette = target == AV_PIX_FMT_PAL8 && format.hasFewColors
        if container.acceptsOneFrame || isRepacked || keepsPalette { return nil }
        if target == AV_PIX_FMT_PAL8 {
            return MediaWarning(
                "converted",
                "\(encoder.name) holds 256 colours a frame: each gets a palette of its own")
        }
        return MediaWarning("converted", "\(encoder.name) does not take \(from): encoded as \(to)")
    }
}
