import MaskStream

/// What is known of the output before its first frame.
extension FFmpegSink {
    /// What becomes of each stream of the input.
    public var streams: StreamPlan { plan.streams }
    /// FFmpeg's name of the container, as `mp4`.
    public var containerName: String { plan.container.name }
    /// FFmpeg's name of the encoder, as `libx264`.
    public var encoderName: String { plan.choice.name }
    /// FFmpeg's name of the pixel format that is encoded.
    public var pixelFormatName: String { MaskStreamFFmpeg.pixelFormatName(plan.form.pixelFormat) }
    /// Whether only the first frame is written, because the output is an image.
    public var acceptsOneFrame: Bool { plan.container.acceptsOneFrame }

    /// Whether the output can be read again from one file: raw frames do not say what they are.
    public var isReadable: Bool {
        if case .file = plan.target { plan.container.name != "rawvideo" } else { false }
    }

    /// Whether the orientation can be kept as a tag; otherwise frames must come upright.
    public static func keepsOrientation(_ options: OutputOptions, input: InputStreams? = nil) throws
        -> Bool
    {
        try Container(options, input: input).keepsOrientation
    }
}
