internal import CFFmpeg
import Foundation
public import MaskStream

/// Frames from anything FFmpeg opens: files, URLs, cameras, pipes, single images.
///
/// Everything about the input as a whole is settled when it is opened, with the first frame
/// already decoded. Its methods may be called from any thread; frames come from one at a time.
public final class FFmpegSource: FrameSource, Sendable {
    /// What all frames have in common.
    public let format: FrameFormat
    /// The file, URL or device for messages; credentials are cut.
    public let name: String
    /// FFmpeg's names of the container, as `mov,mp4,m4a`.
    public let containerName: String
    /// FFmpeg's name of the masked stream's codec, as `h264`.
    public let codecName: String
    /// FFmpeg's name of the pixel format that the decoder makes, as `nv12`.
    public let decodedPixelFormat: String
    /// Where the video is decoded; nil where nothing but software was asked for.
    public let decoding: DecodingPlace?
    /// The number of the masked stream in its container.
    public let videoIndex: Int
    /// Seconds from the first to the last frame as declared; nil where unknown.
    public let duration: Double?
    /// Where the clock of `--start` begins, in seconds of the frames' times.
    public let origin: Double
    /// The first frame's time in seconds.
    public let firstTime: Double
    /// Whether the source is live: its frames come in their own time and cannot wait.
    public let isLive: Bool
    /// Whether the input is one still image.
    public let isImage: Bool
    /// The input's streams, chapters and metadata, for the output.
    public let streams: InputStreams
    /// The nine numbers of the display matrix; nil where the input has none.
    public let displayMatrix: [Int32]?

    let reader: Confined<ReaderConnection>
    private let stopping: MediaInterrupt

    /// Opens an input and decodes its first frame.
    ///
    /// `warn` is called on the calling thread here and on the source's queue later.
    ///
    /// - Throws: `MaskStreamError` 64 for wrong options, 65 for what cannot be decoded, 66 for
    ///   what cannot be read, 69 for a camera in use and for hardware that is not there, 74 where
    ///   reading fails.
    public init(
        _ options: InputOptions, interrupt: MediaInterrupt = MediaInterrupt(),
        warn: @escaping WarningReport = { _ in }
    ) throws {
        if !FFmpegLog.isCaptured {
            warn(
                MediaWarning(
                    "reduced_damage_detection",
                    "damage that decoders only log goes unseen: FFmpeg's log is not captured"))
        }
        let reader = try Self.reader(options, interrupt, warn)
        guard let format = reader.format else { throw reader.noFrame() }
        let demuxer = reader.demuxer
        self.format = format
        name = demuxer.location.name
        containerName = demuxer.formatName
        let parameters = demuxer.video.codecpar.pointee
        codecName = String(cString: avcodec_get_name(parameters.codec_id))
        decodedPixelFormat = pixelFormatName(AVPixelFormat(rawValue: parameters.format))
        decoding = reader.decoder.place
        videoIndex = demuxer.videoIndex
        isLive = demuxer.location.isLive
        var streams = try InputStreams(reading: demuxer.context, masked: videoIndex)
        streams.trimStart = Double(reader.shiftMicroseconds) / 1e6
        streams.trimEnd = options.end.map { $0 + Double(demuxer.startTime.ticks) / 1e6 }
        streams.frameHDR10 = reader.hdr10
        streams.frameTimecode = reader.timecode
        streams.frameSideData = reader.sideData
        streams.plays = AnimationPlays.read(demuxer.head())
        self.streams = streams
        displayMatrix = reader.matrix
        duration = Self.duration(demuxer, options)
        origin = demuxer.startTime.seconds
        firstTime = Double(reader.time(nil)?.ticks ?? 0) * format.timeBase.value
        isImage = try demuxer.mayBeImage && reader.hasOneFrame()
        self.reader = Confined(
            ReaderConnection(reader, reconnects: options.reconnects && isLive),
            label: "maskstream.input")
        stopping = interrupt
    }

    /// Opens the input and decodes its first frame; on request a live one is waited for.
    private static func reader(
        _ options: InputOptions, _ interrupt: MediaInterrupt, _ warn: @escaping WarningReport
    ) throws -> FrameReader {
        let open = {
            let reader = try FrameReader(options, interrupt: interrupt, warn: warn)
            try reader.start()
            return reader
        }
        guard options.reconnects, options.isLive else { return try open() }
        let waiting = Reconnection(interrupt: interrupt, warn: warn, wasOpen: false)
        if let reader = try waiting.open(open) { return reader }
        throw MaskStreamError(
            .inputOutput,
            "stopped before the first frame (\(withoutCredentials(options.location)))")
    }

    /// The next frame; nil at the end of the wanted part, or after ``interrupt()``.
    ///
    /// Wraps `av_read_frame`, `avcodec_send_packet` and `avcodec_receive_frame`.
    ///
    /// - Throws: `MaskStreamError` 65 where the input ends early or, in a strict run, is damaged;
    ///   74 where reading fails. All good frames came before.
    public func next() throws -> Frame? {
        try reader.sync { try $0.next() }
    }

    /// Goes on with the first frame from a moment on, in seconds from ``origin``; times stay.
    ///
    /// With 0 it is the first of all. False where the input cannot seek; then nothing changed.
    /// Wraps `av_seek_frame`.
    ///
    /// - Throws: what ``next()`` throws.
    public func skip(to seconds: Double) throws -> Bool {
        try reader.sync { try $0.skip(to: seconds) }
    }

    /// Asks for the packets of other streams, by their numbers in the container.
    ///
    /// Call it before the first ``next()``; streams that nobody asks for are dropped.
    public func copy(streams: [Int], through relay: PacketRelay) {
        reader.sync { $0.copy(streams: streams, through: relay) }
    }

    /// Ends a waiting read within a fraction of a second, as if the input had ended there.
    public func interrupt() { stopping.stop() }

    /// What was counted so far.
    public var statistics: InputStatistics { reader.sync { $0.statistics } }

    /// The declared length of the wanted part in seconds.
    private static func duration(_ demuxer: Demuxer, _ options: InputOptions) -> Double? {
        let declared =
            demuxer.context.programInterval.map { $0.upperBound &- $0.lowerBound }
            ?? demuxer.context.pointee.duration
        let whole = declared == noTimestamp || declared <= 0 ? nil : Double(declared) / 1e6
        guard let end = [whole, options.end].compactMap({ $0 }).min() else { return nil }
        return max(0, end - (options.start ?? 0))
    }
}

extension Demuxer {
    /// Whether the format is one of images, so that there may be only one.
    var mayBeImage: Bool {
        let name = formatName
        if ["gif", "apng", "image2", "ico"].contains(name) || name.hasSuffix("_pipe") {
            return true
        }
        let brand = av_dict_get(context.pointee.metadata, "major_brand", nil, 0)
        return brand.map { ["avif", "heic", "mif1"].contains(String(cString: $0.pointee.value)) }
            ?? false
    }
}

extension InputLocation {
    /// Whether the location is a camera.
    var isCamera: Bool {
        if case .camera = self { return true }
        return false
    }

    /// Whether the input cannot wait for a slow reader.
    var isLive: Bool {
        switch self {
        case .camera: true
        case .url(let url): InputOptions(url).isLive
        case .file, .pipe: false
        }
    }
}
