internal import CFFmpeg

/// Which FFmpeg libraries are loaded.
public enum FFmpegVersions {
    /// One line per library with its version, as `libavcodec 59.37.100`.
    ///
    /// Wraps `avcodec_version` and its siblings.
    public static var lines: [String] {
        [
            ("libavformat", avformat_version()), ("libavcodec", avcodec_version()),
            ("libavutil", avutil_version()), ("libswscale", swscale_version()),
            ("libswresample", swresample_version()), ("libavdevice", avdevice_version()),
        ].map { name, version in
            "\(name) \(version >> 16).\(version >> 8 & 255).\(version & 255)"
        }
    }
}
