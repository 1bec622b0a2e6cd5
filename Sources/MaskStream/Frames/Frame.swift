/// One picture of a stream with its time.
///
/// A frame has one owner: `borrowing` to look, `inout` to paint, `consuming` to hand on.
public struct Frame: ~Copyable, Sendable {
    /// What the frame shares with all others of its stream.
    public let format: FrameFormat
    /// Presentation time in ticks of ``FrameFormat/timeBase``.
    public let pts: Int64
    /// How long the frame is shown, in ticks; 0 where unknown.
    public let duration: Int64
    /// Whether the decoder had to guess: such a picture is masked whole.
    public let isDamaged: Bool
    /// Whether the source became another one with this frame: nothing before it counts.
    public let beginsScene: Bool
    /// The name of the picture's file where the source is a folder.
    public let file: String?
    /// When a live picture was taken, in nanoseconds of the uptime clock; nil where it is a file's.
    public let captured: UInt64?
    /// What the source gives its sink along with the frame, as closed captions; stages pass it on.
    public let attachments: (any Sendable)?
    /// The picture's memory.
    public let buffer: PixelBuffer

    /// Makes a frame of a picture.
    public init(
        format: FrameFormat, pts: Int64, duration: Int64 = 0, isDamaged: Bool = false,
        beginsScene: Bool = false, file: String? = nil, captured: UInt64? = nil,
        attachments: (any Sendable)? = nil, buffer: PixelBuffer
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
        self.buffer = buffer
    }

    /// The same frame with something of it exchanged; everything else is taken over.
    ///
    /// The one place where a frame is made of another: what is added to frames is added here.
    /// Given another buffer, give its format, too, where that differs.
    public borrowing func replacing(
        buffer: PixelBuffer? = nil, format: FrameFormat? = nil, pts: Int64? = nil,
        beginsScene: Bool? = nil
    ) -> Frame {
        Frame(
            format: format ?? self.format, pts: pts ?? self.pts, duration: duration,
            isDamaged: isDamaged, beginsScene: beginsScene ?? self.beginsScene, file: file,
            captured: captured, attachments: attachments, buffer: buffer ?? self.buffer)
    }

    /// Presentation time in seconds.
    public var time: Double { Double(pts) * format.timeBase.value }
}
