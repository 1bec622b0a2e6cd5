internal import CFFmpeg
import MaskStream

extension PixelFormat {
    /// The layout of an FFmpeg pixel format whose planes can be read as they are.
    ///
    /// Nil for packed, big-endian, palette, bit-packed, floating-point and hardware formats. The
    /// `yuvj` formats have the layout of their `yuv` twins; their full range is a colour tag.
    init?(av format: AVPixelFormat) {
        guard let pointer = av_pix_fmt_desc_get(format) else { return nil }
        let descriptor = pointer.pointee
        guard let shape = PixelFormat(shapeOf: descriptor) else { return nil }
        let bytes = Int32(shape.bytesPerSample)
        guard bytes == 1 || descriptor.isBigEndian == (Int32(1).bigEndian == 1) else { return nil }
        let planes: [Int32] = shape.model == .rgb ? [2, 0, 1, 3] : [0, 1, 2, 3]
        for (index, component) in descriptor.components.enumerated() {
            guard component.plane == planes[index], component.step == bytes,
                component.offset == 0, component.shift == 0
            else { return nil }
        }
        self = shape
    }

    /// The planar layout that holds exactly what the described format holds, however it is packed.
    ///
    /// Nil where a sample is not 8 to 16 whole bits or components differ in depth.
    init?(shapeOf descriptor: AVPixFmtDescriptor) {
        let unreadable =
            AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
            | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT
        guard descriptor.flags & UInt64(unreadable) == 0, !descriptor.isIrregular else {
            return nil
        }
        let depths = Set(descriptor.components.map(\.depth))
        guard depths.count == 1, let depth = depths.first, (8...16).contains(depth) else {
            return nil
        }
        let hasAlpha = descriptor.hasAlpha
        let isRGB = descriptor.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        let isGray = descriptor.nb_components <= 2
        guard isGray || descriptor.nb_components == (hasAlpha ? 4 : 3) else { return nil }
        self.init(
            isRGB ? .rgb : isGray ? .gray : .yuv, bitDepth: Int(depth),
            chromaShiftX: Int(descriptor.log2_chroma_w),
            chromaShiftY: Int(descriptor.log2_chroma_h), hasAlpha: hasAlpha)
    }

    /// FFmpeg's format with this layout in the machine's byte order; nil where it has none.
    var avPixelFormat: AVPixelFormat? { Self.avPixelFormats[self] }

    /// FFmpeg's packed format that holds these samples, where it has no planar one: grey with alpha,
    /// of 8 or 16 bits.
    var avPackedFormat: AVPixelFormat? {
        guard model == .gray, hasAlpha else { return nil }
        return bitDepth == 8 ? AV_PIX_FMT_YA8 : ms_pix_fmt_ya16
    }

    /// The planar format that keeps most of what a format holds.
    ///
    /// Wraps `avcodec_find_best_pix_fmt_of_list`.
    static func closest(to format: AVPixelFormat) -> PixelFormat {
        let candidates: [PixelFormat] = [
            .gray, PixelFormat(.gray, bitDepth: 16), .yuv420p, .yuv422p, .yuv444p,
            PixelFormat(.yuv, chromaShiftX: 2), PixelFormat(.yuv, bitDepth: 10),
            PixelFormat(.yuv, bitDepth: 16), .gbrp, PixelFormat(.rgb, hasAlpha: true),
            PixelFormat(.rgb, bitDepth: 10), PixelFormat(.rgb, bitDepth: 12),
            PixelFormat(.rgb, bitDepth: 16), PixelFormat(.rgb, bitDepth: 16, hasAlpha: true),
        ]
        var list = candidates.compactMap(\.avPixelFormat)
        list.append(AV_PIX_FMT_NONE)
        let hasAlpha = av_pix_fmt_desc_get(format)?.pointee.hasAlpha == true
        let best = avcodec_find_best_pix_fmt_of_list(list, format, hasAlpha ? 1 : 0, nil)
        return PixelFormat(av: best) ?? .yuv444p
    }

    private static let avPixelFormats: [PixelFormat: AVPixelFormat] = {
        var formats: [PixelFormat: AVPixelFormat] = [:]
        var descriptor = av_pix_fmt_desc_next(nil)
        while let current = descriptor {
            let format = av_pix_fmt_desc_get_id(current)
            // `yuv` formats come before their `yuvj` twins, so the first one wins.
            if let layout = PixelFormat(av: format), formats[layout] == nil {
                formats[layout] = format
            }
            descriptor = av_pix_fmt_desc_next(current)
        }
        return formats
    }()
}

extension AVPixFmtDescriptor {
    /// The components in use: red, green, blue or Y, U, V or grey, then alpha.
    var components: [AVComponentDescriptor] {
        Array([comp.0, comp.1, comp.2, comp.3].prefix(Int(nb_components)))
    }

    /// Whether samples of two bytes have the high byte first.
    var isBigEndian: Bool { has(AV_PIX_FMT_FLAG_BE) }
    /// Whether a component or the palette holds alpha.
    var hasAlpha: Bool { has(AV_PIX_FMT_FLAG_ALPHA) }
    /// Whether the components are red, green and blue, or a palette of them.
    var isRGB: Bool { has(AV_PIX_FMT_FLAG_RGB) || has(AV_PIX_FMT_FLAG_PAL) }
    /// Whether the samples lie on a device.
    var isHardware: Bool { has(AV_PIX_FMT_FLAG_HWACCEL) }

    private func has(_ flag: Int32) -> Bool { flags & UInt64(flag) != 0 }

    /// Whether the description misleads and only the name is right.
    ///
    /// XYZ has no flag of its own, and the luma of `uyyvyy411` does not lie in equal steps.
    fileprivate var isIrregular: Bool {
        let text = name.map { String(cString: $0) } ?? ""
        return text.hasPrefix("xyz") || text == "uyyvyy411"
    }
}

/// The name FFmpeg's programs use for a pixel format.
///
/// Wraps `av_get_pix_fmt_name`.
func pixelFormatName(_ format: AVPixelFormat) -> String {
    av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "none"
}
