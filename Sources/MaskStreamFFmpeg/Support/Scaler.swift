internal import CFFmpeg
import MaskStream

/// One open swscale conversion between frames of two fixed sizes, formats and colours.
///
/// One rule for matrix and range: YUV and grey go by their own. RGB is full range and has no
/// matrix, so the other side's is used. Both are set before the context is initialised: swscale
/// chooses its way by them, and would copy planes of another range unchanged.
final class Scaler {
    /// What frames on one side of the conversion have in common.
    struct Side: Equatable {
        let width: Int
        let height: Int
        let format: AVPixelFormat
        let color: ColorInfo

        fileprivate var isRGB: Bool { av_pix_fmt_desc_get(format)?.pointee.isRGB == true }

        fileprivate var isGray: Bool {
            guard let description = av_pix_fmt_desc_get(format) else { return false }
            return !isRGB && description.pointee.nb_components < 3
        }

        fileprivate func settings(_ other: Side) -> ms_scaler_side {
            let matrix = (isRGB ? other : self)
            // swscale knows matrices by the code points of H.273.
            return ms_scaler_side(
                width: Int32(width), height: Int32(height), format: format,
                is_full: isRGB || color.range == .full ? 1 : 0,
                matrix: matrix.color.effectiveMatrix(height: matrix.height))
        }
    }

    /// How samples between others are found.
    enum Filter {
        /// For frames that change their size.
        case bicubic
        /// For frames that keep it, whose chroma may be subsampled in another way.
        case area
    }

    let source: Side
    let target: Side
    private let context: UnsafeMutableRawPointer
    private let leavesChroma: Bool

    /// Nil where swscale knows no way from one format to the other.
    ///
    /// Wraps `sws_init_context` and `sws_setColorspaceDetails`.
    init?(from source: Side, to target: Side, _ filter: Filter) {
        let context = ms_scaler_new(
            source.settings(target), target.settings(source),
            filter == .area ? ms_scale_area : ms_scale_bicubic)
        guard let context else { return nil }
        self.context = context
        self.source = source
        self.target = target
        leavesChroma = source.isGray && !target.isGray
    }

    deinit { ms_scaler_free(context) }

    /// Converts a frame into one of its own.
    ///
    /// Wraps `sws_scale`.
    ///
    /// - Throws: ``FFmpegError`` for an error code, `MaskStreamError` 70 for missing rows.
    func convert(_ frame: MediaFrame) throws -> MediaFrame {
        let result = try MediaFrame(target.format, width: target.width, height: target.height)
        // swscale writes no chroma of some formats, as nv12, where the source has none.
        if leavesChroma { ms_frame_fill_black(result.pointer, target.color.range == .full ? 1 : 0) }
        try Self.check(
            rows: ms_scaler_run(context, frame.pointer, result.pointer), of: target.height)
        return result
    }

    /// Checks the number of rows that `sws_scale` returns.
    ///
    /// Below the last one the target holds what was in its memory before.
    static func check(rows: Int32, of height: Int) throws {
        try MaskStreamFFmpeg.check(rows, "convert", "video")
        guard rows == height else {
            throw MaskStreamError(.software, "swscale converted \(rows) of \(height) rows")
        }
    }
}
