internal import CFFmpeg
import MaskStream

/// Scales and converts pictures with swscale: the way for what neither sharing nor repacking can.
final class Converter {
    private struct Key: Equatable {
        let width: Int32
        let height: Int32
        let format: Int32
        let color: ColorInfo
    }
    private var scaler: UnsafeMutableRawPointer?
    private var key: Key?

    deinit { ms_scaler_free(scaler) }

    /// Writes a frame into a buffer of any size and layout.
    ///
    /// Wraps `sws_scale`.
    ///
    /// - Throws: `MaskStreamError` 65 where swscale does not read the frame's format, 70 where it
    ///   fails.
    func convert(
        _ frame: DecodedFrame, color: ColorInfo, into buffer: inout MutablePixelBuffer,
        color target: ColorInfo
    ) throws {
        let fields = frame.fields
        let wanted = Key(
            width: fields.width, height: fields.height, format: fields.format, color: color)
        if key != wanted {
            ms_scaler_free(scaler)
            // Where FFmpeg has no planar format for the layout, there is no scaler either.
            scaler = buffer.format.avPixelFormat.flatMap {
                ms_scaler(
                    fields.width, fields.height, frame.format, Int32(buffer.width),
                    Int32(buffer.height), $0)
            }
            key = wanted
            if let scaler {
                ms_scaler_set_colors(
                    scaler, color.effectiveMatrix(height: frame.height),
                    color.range == .full ? 1 : 0,
                    target.effectiveMatrix(height: buffer.height), target.range == .full ? 1 : 0)
            }
        }
        guard let scaler else {
            throw MaskStreamError(
                .badData, "pictures in \(pixelFormatName(frame.format)) cannot be converted",
                hint: "convert the input to yuv420p with another program first")
        }
        var planes: [UnsafeMutablePointer<UInt8>?] = [nil, nil, nil, nil]
        var strides: [Int32] = [0, 0, 0, 0]
        for index in 0..<buffer.format.planeCount {
            buffer.withPlane(index) { plane in
                planes[index] = plane.base.assumingMemoryBound(to: UInt8.self)
                strides[index] = Int32(plane.stride)
            }
        }
        let rows = withExtendedLifetime(buffer) {
            ms_scale(scaler, frame.pointer, &planes, &strides)
        }
        try checkScaled(rows, of: buffer.height, "input")
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
        let hasAlpha = av_pix_fmt_desc_get(format).map {
            $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0
        }
        let best = avcodec_find_best_pix_fmt_of_list(list, format, hasAlpha == true ? 1 : 0, nil)
        return PixelFormat(av: best) ?? .yuv444p
    }
}
