internal import CFFmpeg
import Foundation
import MaskStream

/// The steps from a location to an open container.
struct DemuxerOpening {
    private let options: InputOptions
    let location: InputLocation
    let interrupt: MediaInterrupt
    /// The reader of stdin or a named pipe; must outlive the context.
    private(set) var reader: PipeReader?
    private var format: String?

    /// Settles which demuxer and which reader an input needs.
    ///
    /// - Throws: `MaskStreamError` 64 where raw frames come without their size, or where what will
    ///   be read cannot be known.
    init(_ options: InputOptions, location: InputLocation, interrupt: MediaInterrupt) throws {
        self.options = options
        self.location = location
        self.interrupt = interrupt
        Secrets.note(options.location, options.options)
        try Self.refuseReferences(options)
        format = options.format ?? (location.isCamera ? "v4l2" : nil)
        let suffix = (options.location as NSString).pathExtension.lowercased()
        let isRawName = ["yuv", "rgb", "raw", "cif", "qcif"].contains(suffix)
        let isStdin = location == .pipe(nil)
        if format == nil, isRawName || (isStdin && options.size != nil) { format = "rawvideo" }
        guard format == "rawvideo", options.size == nil,
            !options.options.contains(where: { $0.key == "video_size" })
        else { return }
        throw MaskStreamError(
            .usage, "raw video needs its frame size (\(location.name))",
            hint: "add --size WxH --rate N --pix-fmt FORMAT")
    }

    /// What a file refers to is known only once it is open, and could be written before.
    private static func refuseReferences(_ options: InputOptions) throws {
        var reads = ReadFiles([options.location])
        for (key, value) in options.options { reads.add(option: key, value) }
        guard reads.followsReferences else { return }
        let name = withoutCredentials(options.location)
        throw MaskStreamError(
            .usage, "enable_drefs would read files that nothing keeps from being written (\(name))",
            hint: "leave it out; `ffmpeg -enable_drefs 1 -i IN -c copy OUT` makes one whole file")
    }

    /// Opens the container and learns about its streams.
    ///
    /// A file in which a stream begins late is opened once more, to look further into it.
    mutating func open() throws -> OpenInput {
        let input = try openOnce(furtherProbing: false)
        let isProbed = options.options.contains { Self.probing.map(\.key).contains($0.key) }
        guard case .file = location, !isProbed, input.context.lacksStreams else { return input }
        input.close()
        return try openOnce(furtherProbing: true)
    }

    /// How far to look for streams that begin late: 10 minutes, 64 MiB.
    private static let probing = [
        (key: "analyzeduration", value: "600000000"), (key: "probesize", value: "67108864"),
    ]

    private mutating func openOnce(furtherProbing: Bool) throws -> OpenInput {
        let inputFormat = try findFormat()
        var context = avformat_alloc_context()
        guard let opened = context else { throw MaskStreamError(.software, "out of memory") }
        FFmpegLog.begin()
        opened.pointee.interrupt_callback = interrupt.callback
        if location.isCamera { opened.pointee.flags |= AVFMT_FLAG_NONBLOCK }
        do { try attachReader(to: opened) } catch {
            avformat_free_context(opened)
            throw error
        }
        let file = reader == nil ? opened.pointee.pb : nil
        var dictionary = demuxerOptions()
        for (key, value) in furtherProbing ? Self.probing : [] {
            av_dict_set(&dictionary, key, value, 0)
        }
        defer { av_dict_free(&dictionary) }
        if case .url = location { interrupt.setTimeout(Demuxer.networkTimeout) }
        defer { interrupt.setTimeout(nil) }
        let code = location.url.withOriginalCString {
            avformat_open_input(&context, $0, inputFormat, &dictionary)
        }
        guard code >= 0, let context else {
            if let file { avio_close(file) }
            throw failure(code, byteCount: reader?.byteCount)
        }
        let input = OpenInput(context, reader: reader, file: file)
        try refuseLeftovers(dictionary)
        try refuseText(context)
        if needsProbing(context) {
            let found = avformat_find_stream_info(context, nil)
            if found < 0 { throw failure(found, byteCount: reader?.byteCount) }
        }
        return input
    }

    private func findFormat() throws -> UnsafePointer<AVInputFormat>? {
        guard let format else { return nil }
        avdevice_register_all()
        guard let found = av_find_input_format(format) else {
            throw MaskStreamError(
                .usage, "--input-format \(format) is unknown",
                hint: "`ffmpeg -demuxers` and `ffmpeg -devices` list them")
        }
        return found
    }

    /// Files are opened here, so that FFmpeg takes no name for an image pattern.
    private mutating func attachReader(
        to context: UnsafeMutablePointer<AVFormatContext>
    ) throws {
        switch location {
        case .pipe(let path):
            let reader = try PipeReader(path: path, interrupt: interrupt)
            self.reader = reader
            context.pointee.pb = reader.context
        case .file where format != "image2" && format != "v4l2" && format != "lavfi":
            var callback = interrupt.callback
            let code = location.url.withOriginalCString {
                avio_open2(&context.pointee.pb, $0, AVIO_FLAG_READ, &callback, nil)
            }
            if code < 0 { throw failure(code, byteCount: nil) }
        default: break
        }
    }

    private func demuxerOptions() -> OpaquePointer? {
        var dictionary: OpaquePointer?
        if let size = options.size {
            av_dict_set(&dictionary, "video_size", "\(size.width)x\(size.height)", 0)
        }
        if let rate = options.rate { av_dict_set(&dictionary, "framerate", "\(rate)", 0) }
        let suffix = (options.location as NSString).pathExtension.lowercased()
        let isRawRGB = format == "rawvideo" && suffix == "rgb"
        if let name = options.pixelFormat ?? (isRawRGB ? "rgb24" : nil) {
            av_dict_set(&dictionary, location.isCamera ? "input_format" : "pixel_format", name, 0)
        }
        if format == "image2" { av_dict_set(&dictionary, "pattern_type", "none", 0) }
        let scheme = options.location.prefix { $0 != ":" }.lowercased()
        if options.reconnects, scheme == "http" || scheme == "https" {
            // What HTTP delivers can be asked for again from where it broke off.
            for key in ["reconnect", "reconnect_streamed", "reconnect_on_network_error"] {
                av_dict_set(&dictionary, key, "1", 0)
            }
        }
        for (key, value) in options.options { av_dict_set(&dictionary, key, value, 0) }
        return dictionary
    }

    /// An option that nobody took is a mistake.
    private func refuseLeftovers(_ dictionary: OpaquePointer?) throws {
        guard let left = av_dict_get(dictionary, "", nil, AV_DICT_IGNORE_SUFFIX) else { return }
        let names = ["video_size": "--size", "framerate": "--rate", "pixel_format": "--pix-fmt"]
        let key = String(cString: left.pointee.key)
        let name = names[key] ?? "--input-option \(key)"
        throw MaskStreamError(
            .usage, "\(name) means nothing to this input (\(location.name))",
            hint: names[key] != nil
                ? "it serves raw frames and cameras: leave it out"
                : "`ffmpeg -h demuxer=NAME` lists the options")
    }

    /// Text that FFmpeg would draw as a terminal's screen is no video.
    private func refuseText(_ context: UnsafeMutablePointer<AVFormatContext>) throws {
        let name = String(cString: context.pointee.iformat.pointee.name)
        if options.format == nil, name == "tty" {
            throw failure(ms_averror_invalid_data(), byteCount: nil)
        }
    }

    /// Raw frames and cameras are described by their header; looking further would only wait.
    private func needsProbing(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        let name = String(cString: context.pointee.iformat.pointee.name)
        return !location.isCamera && name != "rawvideo" && name != "yuv4mpegpipe"
    }
}

extension UnsafeMutablePointer<AVFormatContext> {
    /// Whether streams are announced of which nothing is known, or may come without a word.
    fileprivate var lacksStreams: Bool {
        let sounds = streamPointers.map(\.pointee.codecpar.pointee).filter {
            $0.codec_type == AVMEDIA_TYPE_AUDIO
        }
        let mayCome = ["flv", "mpeg"].contains(String(cString: pointee.iformat.pointee.name))
        return sounds.contains { $0.sample_rate == 0 } || sounds.isEmpty && mayCome
    }
}
