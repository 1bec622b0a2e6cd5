internal import CFFmpeg
import Foundation
public import MaskStream

/// Encodes masked frames and writes them with the input's other streams to a file, URL or pipe.
///
/// A regular file is written as `NAME.part` and gets its name in ``finish()``. If the sink goes
/// away before, what was written stays as a playable `.part`. A sink is used on one queue at a
/// time.
public final class FFmpegSink: FrameSink {
    /// The file that is written until the end; nil for outputs that are written directly.
    public let part: PartFile?

    let plan: OutputPlan
    private let encoder: VideoEncoder
    private let converters: [Int: any PacketConverter]
    var muxer: Muxer
    let relay: PacketRelay?
    private let report: WarningReport
    /// How many frames, or packets of video that was encoded before, were written.
    var count = 0
    private var awaitsKey = false
    private var rateCheck: ConstantRateCheck?
    private var imageTags: ImageTagWriter?
    var state = State.open

    enum State { case open, finished, failed }

    /// The network output while it is away; nil where it is there.
    private var lost: LostOutput?

    /// Opens encoder and output; whatever is impossible fails here, before the first frame.
    ///
    /// With `isDryRun` everything is checked and nothing is created. `relay` brings the packets
    /// of the streams in ``StreamPlan/copied``; `video` is what was encoded before, where packets
    /// come and no frames; `report` gets each warning once.
    ///
    /// - Throws: `MaskStreamError` with `usage` for unknown names and impossible pairs,
    ///   `unavailable` for an encoder that does not work here, `cannotCreate` where the output
    ///   exists, is the input, or cannot be written.
    public init(
        _ options: OutputOptions, format: FrameFormat, input: InputStreams? = nil,
        relay: PacketRelay? = nil, video: CodedVideo? = nil, isDryRun: Bool = false,
        report: @escaping WarningReport
    ) throws {
        FFmpegLog.begin()
        Secrets.note(options.destination, options.muxerOptions + options.encoderOptions)
        var plan = try OutputPlan(options, format: format, input: input, video: video)
        let encoder = try plan.makeEncoder(report: report)
        try plan.tryCoarseRegions()
        let converters = try plan.makeConverters()
        try plan.tryHeader(encoder, converters)
        part = isDryRun ? nil : try plan.target.claim(options, reads: plan.reads)
        do {
            muxer = try plan.makeMuxer(
                encoder, converters, part: part, isDryRun: isDryRun, report: report)
            lost = try Self.open(muxer, plan, report)
        } catch {
            part?.discard()  // Nothing good is in it yet.
            throw error
        }
        self.plan = plan
        self.encoder = encoder
        self.converters = converters
        self.relay = relay
        self.report = report
        if isDryRun { state = .finished }
        for warning in plan.warnings { report(warning) }
    }

    /// Opens the output; on request a live run waits for a network that is not there yet.
    private static func open(
        _ muxer: Muxer, _ plan: OutputPlan, _ report: WarningReport
    ) throws -> LostOutput? {
        do {
            try muxer.open()
            return nil
        } catch let error as MaskStreamError {
            guard plan.options.reconnects, plan.options.isLive, plan.target.isRemote,
                error.underlying is FFmpegError, error.mayPass(wasOpen: false)
            else { throw error }
            report(MediaWarning("output_absent", "\(error.message); trying again"))
            return LostOutput(closing: muxer, reported: error.message)
        }
    }

    /// Encodes a frame, after the copied packets that came before it.
    ///
    /// Wraps `avcodec_send_frame` and `av_interleaved_write_frame`.
    ///
    /// - Throws: `MaskStreamError` with `inputOutput` when the disk is full or the reader of a
    ///   pipe is gone, `software` when the encoder fails.
    public func write(_ frame: Frame) throws {
        guard state == .open, count == 0 || !acceptsOneFrame else { return }
        FFmpegLog.begin()
        do {
            try check(frame)
            let packets = relay?.takeForFrame() ?? []
            if count == 0 {
                shift(packets, first: frame.pts)
                if plan.container.isY4M {
                    rateCheck = ConstantRateCheck(plan.format, first: frame.pts)
                }
                takeTags(of: frame)
                muxer.release()
            }
            if let warning = rateCheck?.note(frame.pts, number: count) { report(warning) }
            try reopenIfDue()
            try send(packets, frame)
            count += 1
        } catch {
            throw failed(error)
        }
    }

    /// Moves all streams where the container holds no negative times.
    func shift(_ packets: [Packet], first: Int64) {
        guard let shift = plan.shift(packets, first: first, converters) else { return }
        muxer.shift(by: shift)
        report(plan.warning(of: shift))
    }

    /// Takes what the first frame brings of its image's file; what has no place is named.
    private func takeTags(of frame: Frame) {
        let extras = frame.attachments as? FrameExtras
        let tags = plan.options.keepsMetadata ? extras?.tags : nil
        let isImage = plan.container.imageCodec != nil
        if let tags {
            ImageTagWriter.warnings(tags, in: isImage ? plan.choice.id : nil).forEach(report)
        }
        guard isImage else { return }
        let isWebP = plan.choice.id == AV_CODEC_ID_WEBP
        imageTags = ImageTagWriter(
            tags: tags, profile: isWebP ? encoder.sideData.profile(extras?.sideData ?? []) : nil,
            width: plan.format.width, height: plan.format.height)
    }

    private func send(_ packets: [Packet], _ frame: Frame) throws {
        do {
            try copy(packets)
            try encoder.encode(frame) { try write($0) }
        } catch let error as MaskStreamError {
            guard plan.options.reconnects, plan.target.isRemote, error.code == .inputOutput else {
                throw error
            }
            lost = LostOutput(closing: muxer)
            lost?.miss()
            report(
                MediaWarning(
                    "output_lost", "at frame \(count): \(error.message); opening it again"))
        }
    }

    /// Writes a video packet; while the output is lost, and then to the next key frame, none.
    private func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        guard lost == nil else { return }
        if awaitsKey, packet.pointee.flags & AV_PKT_FLAG_KEY == 0 { return }
        awaitsKey = false
        try imageTags?.write(into: packet, codec: plan.choice.id)
        try muxer.write(packet, stream: Muxer.video)
    }

    /// Goes on with a lost output where it is open again; until then frames are encoded and not
    /// sent.
    private func reopenIfDue() throws {
        let back = try lost?.muxer(
            {
                try plan.makeMuxer(
                    encoder, converters, part: nil, isDryRun: false, report: report)
            }, report: report)
        guard let back else {
            lost?.miss()
            return
        }
        let missed = lost?.missed ?? 0
        lost = nil
        muxer = back
        muxer.release()
        encoder.beginAnew()
        awaitsKey = true
        report(
            MediaWarning(
                "output_back", "the output is back at frame \(count), \(Self.notSent(missed))"))
    }

    /// Ends while the output is away: live that is all there is to do, a file is not complete.
    private func giveUp(_ lost: LostOutput) throws {
        lost.cancel()
        let message = "the output is away at the end: \(Self.notSent(lost.missed))"
        guard plan.options.isLive else {
            throw MaskStreamError(
                .inputOutput, "\(message) (\(muxer.shown))", hint: "check the network and run again"
            )
        }
        report(MediaWarning("output_absent", message))
    }

    private static func notSent(_ count: Int) -> String {
        count == 1 ? "1 frame was not sent" : "\(count) frames were not sent"
    }

    /// Writes what encoder and relay still hold, closes the output and gives it its name.
    ///
    /// Between closing and naming, ``OutputOptions/inspect`` looks at it.
    ///
    /// - Throws: `MaskStreamError` with `inputOutput` when the end could not be written, and what
    ///   the inspection throws; what was written is then complete in its `.part`.
    public func finish() throws {
        guard state == .open else { return }
        FFmpegLog.begin()
        do {
            try drain()
            if let lost { try giveUp(lost) } else { try muxer.finish() }
        } catch {
            throw failed(error)
        }
        state = .finished
        guard let part, try plan.options.inspect?(part) != false else { return }
        try part.commit()
    }

    /// Ends the output without giving it its name: what was good stays as a playable `.part`.
    public func abandon() {
        guard state == .open else { return }
        state = .failed
        // The run failed already; this only saves what can be saved.
        do { try drain() } catch {}
        if let lost { lost.cancel() } else { do { try muxer.finish(isComplete: false) } catch {} }
        if count == 0 { part?.discard() }
    }

    deinit { abandon() }

    private func drain() throws {
        if count == 0 { muxer.release() }
        try copy(relay?.takeRest() ?? [])
        try drainConverters()
        try encoder.drain { try write($0) }
        if let dropped = relay?.dropped, dropped > 0 {
            report(
                MediaWarning(
                    "dropped_packets",
                    "\(dropped) packets of copied streams were dropped: they came while the run was "
                        + "paused, or while nothing was written for long"))
        }
    }

    func copy(_ packets: [Packet]) throws {
        guard lost == nil else { return }
        for packet in packets {
            let index = Int(packet.pointer.pointee.stream_index)
            guard let packet = try plan.cleaned(packet, index) else { continue }
            guard let converter = converters[index] else {
                try muxer.write(packet.pointer, stream: index)
                continue
            }
            try converter.convert(packet) { try muxer.write($0.pointer, stream: index) }
        }
    }

    /// Writes what converters still hold and says what happened in them.
    private func drainConverters() throws {
        for (index, converter) in converters.sorted(by: { $0.key < $1.key }) {
            try converter.drain { packet in
                if lost == nil { try muxer.write(packet.pointer, stream: index) }
            }
            converter.warnings.forEach(report)
        }
    }

    private func check(_ frame: Frame) throws {
        let buffer = frame.buffer
        let wanted = plan.format
        guard buffer.width == wanted.width, buffer.height == wanted.height,
            buffer.format == wanted.pixelFormat
        else {
            throw MaskStreamError(
                .software,
                "frame \(count) is \(buffer.width)x\(buffer.height), the output "
                    + "\(wanted.width)x\(wanted.height) (\(muxer.shown))")
        }
    }

    func failed(_ error: any Error) -> any Error {
        if let known = error as? MaskStreamError {
            if known.isBrokenPipe { state = .failed } else { abandon() }
            return known
        }
        abandon()
        guard let cause = error as? FFmpegError else { return error }
        return MaskStreamError(
            .software, "\(cause) (\(muxer.shown))", underlying: cause)
    }
}
