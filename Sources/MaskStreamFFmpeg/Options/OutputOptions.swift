public import MaskStream

/// Where the masked video goes and how it is encoded; all of the user's options.
public struct OutputOptions: Sendable {
    /// A file, a URL, a device, or `-` for the standard output.
    public var destination: String
    /// FFmpeg's name of the container, or `y4m`; nil goes by the file's extension.
    public var format: String?
    /// FFmpeg's name of the encoder or of its codec; nil takes libx264 where the container holds it.
    public var codec: String?
    /// Constant quality, lower is better; only for encoders that have it.
    public var crf: Double?
    /// By how much the quantiser (QP) is raised where a frame may be shown more coarsely, 1 to 51; nil
    /// for encoders that are told nothing of it.
    public var raisesQP: Int?
    /// Speed against size, as `veryfast`; only for encoders that have it.
    public var preset: String?
    /// Options of the encoder by FFmpeg's names.
    public var encoderOptions: [(key: String, value: String)] = []
    /// Options of the container by FFmpeg's names.
    public var muxerOptions: [(key: String, value: String)] = []
    /// FFmpeg's name of the pixel format to encode; nil keeps the input's where the encoder can.
    public var pixelFormat: String?
    /// Whether an output without transparency is an error: masked pixels are to be transparent.
    public var needsAlpha = false
    /// Whether an existing file may be replaced.
    public var overwrite = false
    /// Whether audio is kept.
    public var keepsAudio = true
    /// FFmpeg's name of the encoder, or of its codec, with which audio is encoded anew; nil and
    /// `copy` copy it.
    public var audioCodec: String?
    /// Whether metadata and chapters are copied.
    public var keepsMetadata = true
    /// Whether frames that are not masked are copied: further video streams, cover art.
    public var keepsUnmaskedStreams = false
    /// Whether the masked video is written alone, to be joined with others and with the input's other
    /// streams later.
    public var isPart = false
    /// Whether nobody but its owner may read the output's file.
    public var isPrivate = false
    /// Whether a stream that the container cannot hold is an error instead of a warning.
    public var strictStreams = false
    /// Whether the source is live: frames leave without waiting for later ones, and what
    /// was written plays however the run ends.
    public var isLive = false
    /// Whether a network output is opened again and again until it is there, at first and where it
    /// was lost.
    public var reconnects = false
    /// Threads of the encoder; 0 lets it choose.
    public var threads = 0
    /// The files that the output must not replace: the inputs.
    public var reads = ReadFiles()
    /// Looks at a regular file when it is complete and has no name yet; where it gives false or throws,
    /// the file stays as its `.part`.
    public var inspect: (@Sendable (PartFile) throws -> Bool)?
    /// The error where the output is not one regular file; nil where it need not be.
    public var notOneFile: MaskStreamError?
    /// The open file descriptor that `-` stands for; it stays open.
    public var standardOutput: Int32 = 1

    /// Whether a muxer reads the file that an option names, and writes none by it.
    public static func isRead(muxerOption key: String) -> Bool { key == "hls_key_info_file" }

    /// Makes options with a destination and nothing else asked for.
    public init(destination: String) { self.destination = destination }

    /// The destination for people: without credentials.
    public var shownDestination: String { withoutCredentials(destination) }
}
