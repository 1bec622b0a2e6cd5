internal import CFFmpeg

/// Whether raw frames end in the middle of one; their demuxers say nothing about it.
struct RawTail {
    private let isY4M: Bool
    private let pictureSize: Int32
    private var lastEnd: Int64?
    private(set) var isShort = false

    /// Looks at the format of an open input.
    init(_ context: AVFormatContext, video: AVStream) {
        let name = String(cString: context.iformat.pointee.name)
        isY4M = name == "yuv4mpegpipe"
        let parameters = video.codecpar.pointee
        let size = av_image_get_buffer_size(
            AVPixelFormat(rawValue: parameters.format), parameters.width, parameters.height, 1)
        pictureSize = name == "rawvideo" && size > 0 ? size : 0
    }

    /// Takes note of a packet.
    mutating func note(_ packet: AVPacket) {
        lastEnd = packet.pos >= 0 ? packet.pos + Int64(packet.size) : nil
        isShort = packet.size < pictureSize
    }

    /// Whether a packet holds less than a whole raw frame and must not be decoded.
    func cutsOff(_ packet: AVPacket) -> Bool { packet.size < pictureSize }

    /// What is missing, in words; nil where the last frame is whole.
    func finding(_ reader: UnsafeMutablePointer<AVIOContext>?) -> String? {
        if isShort { return "its last raw frame is short" }
        guard isY4M, let lastEnd, let reader else { return nil }
        return ms_tell(reader) > lastEnd ? "its last raw frame is short" : nil
    }
}
