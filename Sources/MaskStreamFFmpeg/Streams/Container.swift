internal import CFFmpeg
import Foundation
import MaskStream

/// The output's container: which FFmpeg muxer, and what it can hold.
struct Container {
    /// FFmpeg's muxer.
    let format: UnsafePointer<AVOutputFormat>
    /// The encoder that the file's extension asks for, where that is an image.
    let imageCodec: AVCodecID?

    /// The muxer's first name.
    var name: String { String(cString: format.pointee.name) }
    private var names: [Substring] { name.split(separator: ",") }

    /// Whether only the first frame goes into it.
    var acceptsOneFrame: Bool { imageCodec != nil || isOne(of: "avif") }

    /// Whether it belongs to the MP4 family, with time scales and edit lists.
    var isMP4: Bool { isOne(of: "mp4", "mov", "ipod", "3gp", "3g2", "psp", "ismv", "f4v") }
    /// Whether it is Matroska or WebM.
    var isMatroska: Bool { isOne(of: "matroska", "webm") }
    /// Whether it is Ogg for video; Ogg for sound is refused.
    var isOgg: Bool { isOne(of: "ogg", "ogv") }
    /// Whether it is y4m, whose text this project writes itself.
    var isY4M: Bool { isOne(of: "yuv4mpegpipe") }
    /// The muxer that writes the packets; y4m's frames are raw frames with text in between.
    var writer: UnsafePointer<AVOutputFormat> {
        isY4M ? av_guess_format("rawvideo", nil, nil) ?? format : format
    }
    /// Whether it holds a display matrix (FFmpeg 5.1).
    var keepsOrientation: Bool { isMP4 }
    /// How many ticks may lie between two packets: FFmpeg counts them with 31 bits in MP4, and GIF
    /// has 16 bits.
    var longestGap: Int64 {
        isMP4 ? Int64(Int32.max) : isOne(of: "gif") ? 65_535 : TimeStamp.furthest
    }
    /// Whether the muxer opens its own files.
    var opensItself: Bool { format.pointee.flags & AVFMT_NOFILE != 0 }

    /// Whether a playlist names the files that hold the video.
    var hasPlaylist: Bool { isOne(of: "hls", "dash") }

    /// Whether the muxer has one of these names.
    func isOne(of wanted: String...) -> Bool { wanted.contains { names.contains(Substring($0)) } }

    /// Chooses by `--format`, by what came in for `-`, or by the extension.
    ///
    /// Wraps `av_guess_format`.
    ///
    /// - Throws: `MaskStreamError/Code/usage`.
    init(_ options: OutputOptions, input: InputStreams?) throws {
        if let name = options.format {
            try self.init(named: name)
        } else if options.destination == "-" {
            try self.init(named: Self.pipeable(input))
        } else if let name = Self.defaultName(for: options.destination) {
            try self.init(named: name)
        } else {
            try self.init(extensionOf: options)
        }
    }

    private init(named option: String) throws {
        let aliases = [
            "y4m": "yuv4mpegpipe", "mkv": "matroska", "ts": "mpegts", "raw": "rawvideo",
        ]
        let name = aliases[option.lowercased()] ?? option
        let found = Self.all.first { format in
            String(cString: format.pointee.name).split(separator: ",").contains { $0 == name }
        }
        guard let found else {
            let names = Self.all.flatMap {
                String(cString: $0.pointee.name).split(separator: ",").map(String.init)
            }
            throw MaskStreamError(
                .usage, "unknown container (--format \(option))",
                hint: CloseNames.hint(
                    option, among: names + Array(aliases.keys),
                    otherwise: "`ffmpeg -muxers` lists them; common: mp4, matroska, nut, y4m"))
        }
        format = found
        imageCodec = nil
        try refuseOthers(option)
    }

    private init(extensionOf options: OutputOptions) throws {
        let path = options.destination
        let known = av_guess_format(nil, path, nil)
        let image = av_guess_format("image2", nil, nil)
        let isStill = known != nil && (known == image || path.lowercased().hasSuffix(".webp"))
        if isStill, let image, let pipe = av_guess_format("image2pipe", nil, nil) {
            // One packet is the whole file, so the muxer that writes packets as they are does.
            let codec = av_guess_codec(image, nil, path, nil, AVMEDIA_TYPE_VIDEO)
            format = pipe
            imageCodec = path.lowercased().hasSuffix(".webp") ? AV_CODEC_ID_WEBP : codec
            return
        }
        guard let known else {
            guard !path.hasSuffix("/"), FileIdentity(path)?.isFolder != true else {
                throw MaskStreamError(
                    .cannotCreate, "the output is a folder (\(path))",
                    hint: "name a file in it, as \(path)\(path.hasSuffix("/") ? "" : "/")out.mp4")
            }
            guard !path.contains("://") || avio_find_protocol_name(path) != nil else {
                throw MaskStreamError(
                    .usage, "FFmpeg knows no such protocol (\(options.shownDestination))",
                    hint: "`ffmpeg -protocols` lists those it knows")
            }
            let ending = (path as NSString).pathExtension
            throw MaskStreamError(
                .usage,
                ending.isEmpty
                    ? "the output's name has no extension (\(options.shownDestination))"
                    : "no container is known for `.\(ending)` (\(options.shownDestination))",
                hint: "name the container, as --format matroska")
        }
        format = known
        imageCodec = nil
        try refuseOthers(options.shownDestination)
    }

    /// Refuses containers for sound, which would take an image for their cover only, and those that
    /// stand for others.
    private func refuseOthers(_ shown: String) throws {
        // Nothing that is asked of a container is asked of those behind it.
        guard !isOne(of: "tee", "fifo", "segment", "stream_segment") else {
            throw MaskStreamError(
                .usage, "\(name) hands packets on to other containers (\(shown))",
                hint: "name the container itself, one in each run; .m3u8 and .mpd have segments")
        }
        let only = ["mp3", "flac", "oga", "opus", "spx", "adts", "wav", "aiff", "tta", "ac3", "wv"]
        let codec = format.pointee.video_codec
        guard codec == AV_CODEC_ID_NONE || names.contains(where: { only.contains(String($0)) })
        else { return }
        throw MaskStreamError(
            .usage, "\(name) holds no video (\(shown))", hint: "write .mp4 or .mkv instead")
    }

    /// What goes through a pipe: the kind that came in where it can, else y4m.
    private static func pipeable(_ input: InputStreams?) -> String {
        let kinds = ["nut", "matroska", "mpegts", "rawvideo", "yuv4mpegpipe"]
        return kinds.first { input?.containers.contains($0) == true } ?? "yuv4mpegpipe"
    }

    /// What cameras and servers expect; nil for files.
    private static func defaultName(for destination: String) -> String? {
        if InputOptions.isCameraPath(destination) { return "v4l2" }
        // FFmpeg would take it for a series of images.
        if destination.lowercased().hasSuffix(".avif") { return "avif" }
        guard let end = destination.firstRange(of: "://") else { return nil }
        return switch destination[..<end.lowerBound].lowercased() {
        case "rtmp", "rtmps": "flv"
        case "rtsp": "rtsp"
        case "udp", "srt", "tcp", "rist": "mpegts"
        case "rtp": "rtp_mpegts"
        default: nil
        }
    }

    /// All muxers of this FFmpeg, devices included.
    ///
    /// Wraps `av_muxer_iterate`.
    static var all: [UnsafePointer<AVOutputFormat>] {
        avdevice_register_all()
        var found: [UnsafePointer<AVOutputFormat>] = []
        var state: UnsafeMutableRawPointer?
        while let format = av_muxer_iterate(&state) { found.append(format) }
        return found
    }
}
