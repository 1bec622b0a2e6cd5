internal import CFFmpeg
import Foundation
import MaskStream

/// An opened container that takes packets.
final class Muxer {
    let context: UnsafeMutablePointer<AVFormatContext>
    let container: Container
    let shown: String
    private let input: InputStreams?
    /// Ends a wait for a network.
    let interrupt = MediaInterrupt()
    /// Text before the first packet; only for containers that have one stream.
    var prologue: [UInt8] = []
    private let target: OutputTarget
    private let part: PartFile?
    private let isDryRun: Bool
    private let isFragmented: Bool
    private var io: OutputIO?
    private let report: WarningReport
    private var streams: [Int: OutputStream] = [:]
    private var filters: [Int: ADTSToASC] = [:]
    private var hasHeader = false
    private var hasPackets = false
    private var isRemote: Bool { target.isRemote }
    /// Watches over the files that the muxer opens by itself.
    private let fileGuard: FileGuard

    /// Seconds that a network may take for one packet.
    static let networkTimeout = 10.0

    /// The index of the encoded video, which is not copied from the input.
    static let video = -1

    /// Prepares a container for its streams; nothing is opened before ``open()``.
    ///
    /// Wraps `avformat_alloc_output_context2`.
    init(
        _ plan: OutputPlan, part: PartFile?, isDryRun: Bool, report: @escaping WarningReport
    ) throws {
        let (target, options) = (plan.target, plan.options)
        container = plan.container
        input = plan.input
        fileGuard = FileGuard(options, container, reads: plan.reads)
        self.report = report
        shown = options.shownDestination
        var made: UnsafeMutablePointer<AVFormatContext>?
        let url =
            switch target {
            case .pipe: "pipe:1"
            case .file(let path): "file:" + (part?.part ?? path)
            case .direct(let url): url
            }
        let writer = plan.container.writer
        let code = url.withOriginalCString {
            avformat_alloc_output_context2(&made, writer, nil, $0)
        }
        guard code >= 0, let made else { throw OutputFailure.creating(code, shown) }
        context = made
        self.target = target
        self.part = part
        self.isDryRun = isDryRun
        isFragmented = options.isLive
        if container.opensItself { fileGuard.watch(made) }
        made.pointee.interrupt_callback = interrupt.callback
        try MuxerSettings.apply(options, container, to: made)
        if case .file = target {
        } else {
            made.pointee.flags |= AVFMT_FLAG_FLUSH_PACKETS
            made.pointee.flush_packets = 1
        }
    }

    deinit { avformat_free_context(context) }

    /// Adds a stream; packets go to it by `index`, its number in the input.
    ///
    /// Wraps `avformat_new_stream`.
    func addStream(
        index: Int, timeBase: Rational,
        _ configure: (UnsafeMutablePointer<AVStream>) throws -> Void
    ) throws {
        guard let stream = avformat_new_stream(context, nil) else {
            throw MaskStreamError(.software, "out of memory for a stream (\(shown))")
        }
        stream.pointee.time_base = self.timeBase(for: timeBase).av
        try configure(stream)
        streams[index] = OutputStream(stream: stream, timeBase: timeBase, container: container)
    }

    /// The time base to ask the container for: the input's, but in MP4 a coarser one where a gap
    /// could need more ticks than MP4 can count.
    func timeBase(for own: Rational) -> Rational {
        let common = Rational(1, 90_000)
        guard container.isMP4, own.den > common.den, input?.containers.contains("mp4") != true
        else { return own }
        let ticks = input?.length.map { $0 / own.value } ?? .infinity
        return ticks < Double(container.longestGap) ? own : common
    }

    /// Lets a stream's packets be filtered before they are written.
    func filter(stream index: Int, by filter: ADTSToASC?) { filters[index] = filter }

    /// Opens the target and writes the header; afterwards all options are known to be possible.
    ///
    /// May wait for a network. Wraps `avformat_write_header`.
    func open() throws {
        if container.opensItself {
            if isDryRun { return }
        } else {
            let io = try timed {
                try OutputIO(
                    target, part: part, shown: shown, interrupt: interrupt, isDryRun: isDryRun)
            }
            self.io = io
            context.pointee.pb = io.pointer
        }
        if container.isOne(of: "v4l2"), let path = context.pointee.url {
            try VirtualCamera.prepare(String(cString: path))
        }
        let code = timed { avformat_write_header(context, nil) }
        guard code >= 0, fileGuard.failure == nil else {
            _ = fileGuard.setAside()
            try fileGuard.check()
            throw MuxerSettings.failure(code, container, shown: shown)
        }
        hasHeader = true
        fileGuard.isBegun = true
        try io?.check()
        if !prologue.isEmpty { try writeText(prologue) }
    }

    /// Writes text between packets; only for containers that have one stream.
    ///
    /// Wraps `avio_write`.
    private func writeText(_ text: [UInt8]) throws {
        guard let pb = context.pointee.pb else { return }
        avio_write(pb, text, Int32(text.count))
        try io?.check()
    }

    /// Moves all streams by the same time, for containers without negative times.
    func shift(by time: TimeStamp) {
        for index in streams.keys { streams[index]?.shift(by: time) }
    }

    /// Moves Opus to where Matroska's readers expect it.
    ///
    /// They take Opus' delay off the times they read; FFmpeg 5.1 does not put it on when it writes.
    func delayOpus(stream index: Int, _ codec: AVCodecID, _ padding: Int32) {
        guard container.isMatroska, codec == AV_CODEC_ID_OPUS else { return }
        streams[index]?.shift(by: TimeStamp(Int64(padding), AVRational(num: 1, den: 48_000)))
    }

    /// Lets a pipe have what was written, from the first masked frame on.
    func release() { io?.release() }

    /// Writes a packet whose times are in the input's time base; its content is taken.
    ///
    /// Wraps `av_interleaved_write_frame`.
    func write(_ packet: UnsafeMutablePointer<AVPacket>, stream index: Int) throws {
        try fileGuard.check()
        if let filter = filters[index], !filter.apply(to: packet) { return }
        try streams[index]?.prepare(packet)
        if container.isY4M { try writeText(Y4MHeader.frame) }
        hasPackets = true
        let code = timed { av_interleaved_write_frame(context, packet) }
        try fileGuard.check()
        try io?.check()
        guard code >= 0 else {
            let error = OutputFailure.writing(code, "write", shown)
            if container.hasPlaylist { fileGuard.fail(error) }
            throw error
        }
    }

    /// Writes what is waiting and the trailer, and closes the output.
    ///
    /// Wraps `av_write_trailer`.
    ///
    /// - Parameter isComplete: whether it is all that was to be written; else a playlist does not
    ///   keep its name.
    func finish(isComplete: Bool = true) throws {
        guard hasHeader else { return try close() }
        hasHeader = false
        guard canEnd else {
            setAside()
            try close()
            return try fileGuard.check()
        }
        let code = timed { av_write_trailer(context) }
        if code < 0, container.isMP4, !isFragmented, let part {
            report(
                MediaWarning(
                    "no_index",
                    "\(part.part) cannot be played: \(container.name) has its index at the end, which "
                        + "could not be written; Matroska (.mkv) keeps what was good"))
        }
        try close()
        if !isComplete || fileGuard.failure != nil { setAside() }
        try fileGuard.check()
        guard code >= 0 else { throw OutputFailure.writing(code, "write", shown) }
        let moved = streams.values.reduce(0) { $0 + $1.movedCount }
        guard moved > 0 else { return }
        report(
            MediaWarning(
                "moved_times",
                "\(moved) packets had times that \(container.name) cannot tell apart and were "
                    + "moved by a tick"))
    }

    /// Takes their names from files that are not complete.
    private func setAside() {
        for part in fileGuard.setAside() {
            report(
                MediaWarning("cut_off", "a file is not complete: what was good is in \(part)"))
        }
    }

    /// Whether the trailer may be written.
    ///
    /// Rule: no trailer where a file failed, nor of a playlist without a packet. Why: the playlist
    /// would look finished, and FFmpeg's DASH divides by the number of packets. Otherwise: a
    /// playlist names what is not there, or the program dies.
    private var canEnd: Bool {
        fileGuard.failure == nil && (hasPackets || !container.hasPlaylist)
    }

    /// Lets a call that may wait for a network give up in time.
    private func timed<R>(_ body: () throws -> R) rethrows -> R {
        guard isRemote else { return try body() }
        interrupt.setTimeout(Self.networkTimeout)
        defer { interrupt.setTimeout(nil) }
        return try body()
    }

    /// Closes without a trailer.
    func close() throws {
        try io?.close()
        context.pointee.pb = nil
    }
}
