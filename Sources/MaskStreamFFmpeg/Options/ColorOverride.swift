internal import CFFmpeg
import MaskStream

/// FFmpeg's pixel format of a name; nil where there is none.
///
/// Wraps `av_get_pix_fmt`.
func pixelFormatNamed(_ name: String) -> AVPixelFormat? {
    let format = av_get_pix_fmt(name)
    return format == AV_PIX_FMT_NONE ? nil : format
}

extension InputOptions {
    /// The code point of ``colorspace``; nil where the stream decides.
    var matrixOverride: Int32? {
        get throws {
            guard let colorspace else { return nil }
            let short = ["601": "smpte170m", "709": "bt709", "2020": "bt2020nc"]
            let code = av_color_space_from_name(short[colorspace] ?? colorspace)
            guard code >= 0 else {
                throw MaskStreamError(
                    .usage, "--colorspace \(colorspace) is no colour matrix",
                    hint: "legal are 601, 709, 2020 and FFmpeg's names, as bt709 and smpte170m")
            }
            return code
        }
    }

    /// Puts the overrides in the place of the stream's tags.
    func override(_ color: ColorInfo) throws -> ColorInfo {
        var color = color
        if let matrix = try matrixOverride { color.matrix = matrix }
        if let range {
            color.range = range
            color.isRangeTagged = true
        }
        return color
    }
}
