/// FFmpeg's names for the formats that drivers name by four letters.
enum CameraFormats {
    /// FFmpeg's name, or the four letters where libavdevice cannot open the format.
    static func name(of code: UInt32) -> String {
        let letters = letters(of: code)
        return names[letters] ?? letters
    }

    /// How welcome a format is at equal size, 0 the most; nil for what is taken only where a
    /// camera has nothing else: compressed video, grey, RGB, raw sensors.
    static func rank(of name: String) -> Int? {
        ["yuyv422", "nv12", "yuv420p", "uyvy422", "yuv422p", "mjpeg"].firstIndex(of: name)
    }

    /// Whether libavdevice can open the format.
    static func isKnown(_ name: String) -> Bool { names.values.contains(name) }

    private static func letters(of code: UInt32) -> String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * UInt32($0))) & 0x7F }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.trimmingSuffix { $0 == " " }
    }

    /// After `<linux/videodev2.h>`; the names are those that `ffmpeg -f v4l2 -list_formats all`
    /// prints.
    private static let names = [
        "YUYV": "yuyv422", "UYVY": "uyvy422", "NV12": "nv12", "YU12": "yuv420p",
        "YV12": "yuv420p", "422P": "yuv422p", "411P": "yuv411p", "YUV9": "yuv410p",
        "YVU9": "yuv410p", "GREY": "gray", "Y16": "gray16le", "Z16": "gray16le",
        "RGB3": "rgb24", "BGR3": "bgr24", "RGB4": "0rgb", "BX24": "0rgb", "BGR4": "bgr0",
        "XR24": "bgr0", "BA24": "argb", "AR24": "bgra", "RGBO": "rgb555le", "RGBP": "rgb565le",
        "RGBQ": "rgb555be", "RGBR": "rgb565be", "BA81": "bayer_bggr8", "GBRG": "bayer_gbrg8",
        "GRBG": "bayer_grbg8", "RGGB": "bayer_rggb8", "MJPG": "mjpeg", "JPEG": "mjpeg",
        "H264": "h264", "MPG4": "mpeg4", "CPIA": "cpia",
    ]
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
