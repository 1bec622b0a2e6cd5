public import MaskStream

/// What to read and how: everything about the input that the command line can say.
public struct InputOptions: Sendable {
    /// A file, URL, camera (`/dev/video0`), or `-` for stdin.
    public var location: String
    /// FFmpeg's name of the demuxer; nil lets the content decide.
    public var format: String?
    /// Options for the demuxer, its protocol and the decoder, as FFmpeg names them.
    public var options: [(key: String, value: String)] = []
    /// Frame size in pixels, for raw frames and cameras.
    public var size: (width: Int, height: Int)?
    /// Frames per second, for raw frames and cameras.
    public var rate: Rational?
    /// FFmpeg's name of the pixel format, for raw frames and cameras (there also `mjpeg`).
    public var pixelFormat: String?
    /// First second to show, counted from the input's start as players count.
    public var start: Double?
    /// The second before which the last frame lies.
    public var end: Double?
    /// How many frames to deliver at most.
    public var frameLimit: Int?
    /// Which video stream to mask, counted from 0 without attached frames; nil chooses.
    public var videoStream: Int?
    /// The matrix to assume instead of the stream's: an FFmpeg name, or `601`, `709`, `2020`.
    public var colorspace: String?
    /// The range to assume instead of the stream's.
    public var range: ColorInfo.Range?
    /// Where the video is decoded.
    public var hardware = HardwareRequest.none
    /// Threads of a decoder in software; 0 takes as many as there are cores.
    public var decoderThreads = 0
    /// Whether the first damaged frame ends the run.
    public var isStrict = false
    /// Whether a camera's older frames are skipped when a newer one waits already.
    public var skipsLateFrames = true

    /// Whether the folders in a folder of images are read, too.
    public var isRecursive = false

    /// The name that frames carry where the input is one image of a folder.
    public var file: String?

    /// Reads a location whole, everything else by itself.
    public init(_ location: String) { self.location = location }

    /// Checks what can be checked without opening the input.
    ///
    /// - Throws: `MaskStreamError` 64 naming the option and its legal values.
    public func validate() throws {
        for (name, seconds) in [("--start", start), ("--end", end)] {
            guard let seconds else { continue }
            guard seconds.isFinite, seconds >= 0 else {
                throw usage("\(name) is \(seconds), legal are seconds from 0")
            }
        }
        if let start, let end, end <= start {
            throw usage("--end \(end) is not after --start \(start)")
        }
        if let frameLimit, frameLimit < 1 {
            throw usage("--frames is \(frameLimit), legal are whole numbers from 1")
        }
        if let size, !(1...65_535).contains(size.width) || !(1...65_535).contains(size.height) {
            throw usage("--size is \(size.width)x\(size.height), legal are 1x1 to 65535x65535")
        }
        if let rate, rate.num <= 0 || rate.den <= 0 {
            throw usage("--rate is \(rate), legal are fractions above 0")
        }
        if let videoStream, videoStream < 0 {
            throw usage("--video-stream is \(videoStream), legal are whole numbers from 0")
        }
        if let pixelFormat, pixelFormatNamed(pixelFormat) == nil, !isCamera {
            throw MaskStreamError(
                .usage, "--pix-fmt \(pixelFormat) is no pixel format",
                hint: "`ffmpeg -pix_fmts` lists them; yuv420p, nv12 and rgb24 are common")
        }
        _ = try matrixOverride
    }

    /// Whether a live input is opened again and again until it is there, at first and where it was
    /// lost.
    public var reconnects = false

    /// Whether the source is live, its frames coming in their own time: from a camera, or a network's
    /// live protocol.
    public var isLive: Bool {
        if isCamera { return true }
        let scheme = location.prefix { $0 != ":" }.lowercased()
        return scheme.count < location.count && Self.liveSchemes.contains(scheme)
    }

    private static let liveSchemes: Set<String> = [
        "rtsp", "rtsps", "rtp", "udp", "srt", "rtmp", "rtmps", "rist", "tcp",
    ]

    /// Whether the location names a camera.
    public var isCamera: Bool { Self.isCameraPath(location) || format == "v4l2" }

    /// Whether a path is where Linux has its cameras, by number or by a name that stays.
    static func isCameraPath(_ path: String) -> Bool {
        path.hasPrefix("/dev/video") || path.hasPrefix("/dev/v4l/")
    }

    private func usage(_ message: String) -> MaskStreamError { MaskStreamError(.usage, message) }
}
