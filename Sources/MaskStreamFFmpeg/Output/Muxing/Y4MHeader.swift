internal import CFFmpeg
import MaskStream

/// The text of a y4m stream: one line for the stream, one before each frame.
///
/// Written here because FFmpeg's own muxer cuts chroma rows short at an odd width above 8 bits.
/// The format is that of mjpegtools, `yuv4mpeg(5)`, with FFmpeg's `XYSCSS` and `XCOLORRANGE`.
enum Y4MHeader {
    /// What comes before each frame's samples.
    static let frame = Array("FRAME\n".utf8)

    /// The stream's line.
    static func stream(_ format: FrameFormat, form: EncodedFormat, fields: AVFieldOrder) -> [UInt8]
    {
        let rate = format.encoderRate
        var aspect = format.sampleAspect
        if aspect.num <= 0 || aspect.den <= 0 { aspect = Rational(0, 0) }
        let interlacing =
            switch fields {
            case AV_FIELD_TT, AV_FIELD_TB: "t"
            case AV_FIELD_BB, AV_FIELD_BT: "b"
            default: "p"
            }
        var words = [
            "YUV4MPEG2", "W\(format.width)", "H\(format.height)", "F\(rate.num):\(rate.den)",
            "I\(interlacing)", "A\(aspect.num):\(aspect.den)",
            "C" + chroma(form.pixelFormat, site: format.color.chromaLocation),
        ]
        let extra = sampling(form.pixelFormat)
        if !extra.isEmpty { words.append("XYSCSS=" + extra) }
        if form.color.avColorRange == AVCOL_RANGE_JPEG { words.append("XCOLORRANGE=FULL") }
        if form.color.avColorRange == AVCOL_RANGE_MPEG { words.append("XCOLORRANGE=LIMITED") }
        return Array((words.joined(separator: " ") + "\n").utf8)
    }

    /// The name of the planes' layout; 8-bit 4:2:0 also holds the chroma location.
    private static func chroma(_ format: AVPixelFormat, site: Int32) -> String {
        guard let layout = PixelFormat(av: format) else { return "420jpeg" }
        let deep = layout.bitDepth > 8
        if layout.model == .gray { return deep ? "mono\(layout.bitDepth)" : "mono" }
        let family =
            switch (layout.chromaShiftX, layout.chromaShiftY) {
            case (1, 1): "420"
            case (1, 0): "422"
            case (2, 0): "411"
            default: layout.hasAlpha ? "444alpha" : "444"
            }
        if deep { return "\(family)p\(layout.bitDepth)" }
        guard family == "420" else { return family }
        return switch UInt32(max(0, site)) {
        case AVCHROMA_LOC_LEFT.rawValue: "420mpeg2"
        case AVCHROMA_LOC_TOPLEFT.rawValue: "420paldv"
        default: "420jpeg"
        }
    }

    /// FFmpeg's name for layouts deeper than 8 bits, which older readers go by.
    private static func sampling(_ format: AVPixelFormat) -> String {
        guard let layout = PixelFormat(av: format), layout.bitDepth > 8, layout.model == .yuv else {
            return ""
        }
        return chroma(format, site: 0).uppercased()
    }
}
