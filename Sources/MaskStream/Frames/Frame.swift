/// One frame of a stream with its time.
///
/// A frame can only be read, so any number of readers may share it.
public struct Frame: Sendable {
    /// What the frame shares with all others of its stream.
    public let format: FrameFormat
    /// Presentation time in ticks of ``FrameFormat/timeBase``.
    public let pts: Int64
    /// How long the frame is shown, in ticks; 0 where unknown.
    public let duration: Int64
    /// Whether the decoder had to guess: such a frame is masked whole.
    public let isDamaged: Bool
    /// Whether a scene begins with this frame: models and controllers forget what came before.
    ///
    /// A source sets it where another source begins, a pipeline where ``SceneBoundaries`` do.
    public let beginsScene: Bool
    /// The name of the image's file where the source is a folder.
    public let file: String?
    /// When a live frame was captured, in nanoseconds of the uptime clock; nil for a file's.
    public let captured: UInt64?
    /// What the source gives its sink along with the frame, as closed captions; stages pass it on.
    public let attachments: (any Sendable)?
    /// Rectangles in stored pixels that an encoder may show more coarsely, none over another.
    public let coarse: [Box]
    /// The samples.
    public let buffer: PixelBuffer

    /// Makes a frame of its samples.
    public init(
        format: FrameFormat, pts: Int64, duration: Int64 = 0, isDamaged: Bool = false,
        beginsScene: Bool = false, file: String? = nil, captured: UInt64? = nil,
        attachments: (any Sendable)? = nil, coarse: [Box] = [], buffer: PixelBuffer
    ) {
        precondition(buffer.format == format.pixelFormat, "the buffer has the frame's format")
        self.format = format
        self.pts = pts
        self.duration = duration
        self.isDamaged = isDamaged
        self.beginsScene = beginsScene
        self.file = file
        self.captured = captured
        self.attachments = attachments
        self.coarse = coarse
        self.buffer = buffer
    }

    /// The same frame with some of its properties exchanged; all others are taken over.
    ///
    /// The one place where a frame is made of another: what is added to frames is added here.
    /// Given another buffer, give its format, too, where that differs.
    public func replacing(
        buffer: PixelBuffer? = nil, format: FrameFormat? = nil, pts: Int64? = nil,
        beginsScene: Bool? = nil, coarse: [Box]? = nil
    ) -> Frame {
        Frame(
            format: format ?? self.format, pts: pts ?? self.pts, duration: duration,
            isDamaged: isDamaged, beginsScene: beginsScene ?? self.beginsScene, file: file,
            captured: captured, attachments: attachments, coarse: coarse ?? self.coarse,
            buffer: buffer ?? self.buffer)
    }

    /// Presentation time in seconds.
    public var time: Double { Double(pts) * format.timeBase.value }
}
