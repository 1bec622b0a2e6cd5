internal import CFFmpeg
import Dispatch
import Foundation
public import MaskStream

/// Encodes masked frames and writes them with the input's other streams to a file, URL or pipe.
///
/// A regular file is written as `NAME.part` and gets its name in ``finish()``. If the sink goes
/// away before, what was written stays as a playable `.part`. A sink is used on one queue at a
/// time.
public final class FFmpegSink: FrameSink {
    /// What becomes of each stream of the input.
    public var streams: StreamPlan { plan.streams }
    /// FFmpeg's name of the container, as `mp4`.
    public var containerName: String { plan.container.name }
    /// FFmpeg's name of the encoder, as `libx264`.
    public var encoderName: String { plan.choice.name }
    /// FFmpeg's name of the pixel format that is encoded.
    public var pixelFormatName: String { MaskStreamFFmpeg.pixelFormatName(plan.form.target) }
    /// Whether only the first frame is written, because the output is a picture.
    public var acceptsOneFrame: Bool { plan.container.acceptsOneFrame }

    /// The file that is written until the end; nil for outputs that are written directly.
    public let part: PartFile?

    private let plan: OutputPlan
    private let encoder: VideoEncoder
    private let converters: [Int: SubtitleConverter]
    private var muxer: Muxer
    private let relay: PacketRelay?
    private let report: WarningReport
    private var count = 0
    private var awaitsKey = false
    private var steadiness: Steadiness?
    private var state = State.open

    private enum State { case open, finished, failed }

    /// When a lost network output may be opened again, and how many pictures it has missed.
    private var lost: (retry: DispatchTime, missed: Int)?
    /// Seconds between two attempts to open a lost output.
    private static let pause = 1.0

    /// Opens encoder and output; whatever is impossible is told here, before the first frame.
    ///
    /// With `isDryRun` everything is checked and nothing is created. `relay` brings the packets
    /// of the streams in ``StreamPlan/copied``; `report` gets each warning once.
    ///
    /// - Throws: `MaskStreamError` with `usage` for unknown names and impossible pairs,
    ///   `unavailable` for an encoder that does not work here, `cannotCreate` where the output
    ///   exists, is the input, or cannot be written.
    public init(
        _ options: OutputOptions, format: FrameFormat, input: InputStreams? = nil,
        relay: PacketRelay? = nil, isDryRun: Bool = false, report: @escaping WarningReport
    ) throws {
        _ = FFmpegLog.redirect
        let plan = try OutputPlan(options, format: format, input: input)
        let encoder = try plan.makeEncoder()
        let converters = try plan.makeConverters()
        let part = isDryRun ? nil : try plan.target.claim(options, reads: plan.reads)
        let muxer: Muxer
        do {
            muxer = try plan.makeMuxer(
                encoder, converters, part: part, isDryRun: isDryRun, report: report)
        } catch {
            part?.discard()  // Nothing good is in it yet.
            throw error
        }
        self.part = part
        self.plan = plan
        self.encoder = encoder
        self.converters = converters
        self.muxer = muxer
        self.relay = relay
        self.report = report
        if isDryRun { state = .finished }
        for warning in plan.warnings { report(warning) }
    }

    /// Whether the orientation can be kept as a tag; otherwise pictures must come upright.
    public static func keepsOrientation(_ options: OutputOptions, input: InputStreams? = nil) throws
        -> Bool
    {
        try Container(options, input: input).keepsOrientation
    }

    /// Encodes a frame, after the copied packets that came before it.
    ///
    /// Wraps `avcodec_send_frame` and `av_interleaved_write_frame`.
    ///
    /// - Throws: `MaskStreamError` with `inputOutput` when the disk is full or the reader of a
    ///   pipe is gone, `software` when the encoder fails.
    public func write(_ frame: borrowing Frame) throws {
        guard state == .open, count == 0 || !acceptsOneFrame else { return }
        do {
            try check(frame)
            let packets = relay?.take(through: count) ?? []
            if count == 0 {
                shiftIfNeeded(packets, first: frame.pts)
                if plan.container.isY4M { steadiness = Steadiness(plan.format, first: frame.pts) }
                muxer.release()
            }
            if let warning = steadiness?.note(frame.pts, number: count) { report(warning) }
            try reopenIfDue()
            try send(packets, frame)
            count += 1
        } catch {
            throw failed(error)
        }
    }

    private func send(_ packets: [Packet], _ frame: borrowing Frame) throws {
        do {
            try copy(packets)
            try encoder.encode(frame) { try write($0) }
        } catch let error as MaskStreamError {
            guard plan.options.reconnects, plan.target.isRemote, error.code == .inputOutput else {
                throw error
            }
            do { try muxer.finish() } catch {}  // It is broken already.
            lost = (DispatchTime.now() + Self.pause, 0)
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
        try muxer.write(packet, lane: Muxer.video)
    }

    /// Opens a lost output again; while that fails, pictures are encoded and not sent.
    private func reopenIfDue() throws {
        guard let lost else { return }
        self.lost?.missed += 1
        guard DispatchTime.now() >= lost.retry else { return }
        do {
            muxer = try plan.makeMuxer(
                encoder, converters, part: nil, isDryRun: false, report: report)
        } catch {
            self.lost?.retry = DispatchTime.now() + Self.pause
            return
        }
        muxer.release()
        encoder.beginAnew()
        awaitsKey = true
        self.lost = nil
        report(
            MediaWarning(
                "output_back",
                "the output is back at frame \(count), \(lost.missed + 1) pictures were not sent"))
    }

    /// Writes what encoder and relay still hold, closes the output and gives it its name.
    ///
    /// - Throws: `MaskStreamError` with `inputOutput` when the end could not be written.
    public func finish() throws {
        guard state == .open else { return }
        do {
            try drain()
            if lost == nil { try muxer.finish() }
            try part?.commit()
            state = .finished
        } catch {
            throw failed(error)
        }
    }

    /// Ends the output without giving it its name: what was good stays as a playable `.part`.
    public func abandon() {
        guard state == .open else { return }
        state = .failed
        // The run failed already; this only saves what can be saved.
        do { try drain() } catch {}
        do { try muxer.finish() } catch {}
        if count == 0 { part?.discard() }
    }

    deinit { abandon() }

    private func drain() throws {
        if count == 0 { muxer.release() }
        try copy(relay?.take(through: nil) ?? [])
        try encoder.drain { try write($0) }
    }

    private func copy(_ packets: [Packet]) throws {
        guard lost == nil else { return }
        for packet in packets {
            let index = Int(packet.pointer.pointee.stream_index)
            guard let converter = converters[index] else {
                try muxer.write(packet.pointer, lane: index)
                continue
            }
            guard let converted = try converter.convert(packet) else { continue }
            try muxer.write(converted.pointer, lane: index)
        }
    }

    private func check(_ frame: borrowing Frame) throws {
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

    /// NUT holds no negative times: all streams move together, so that the earliest is 0.
    private func shiftIfNeeded(_ packets: [Packet], first: Int64) {
        guard plan.container.isOne(of: "nut") else { return }
        var earliest = TimeStamp(first, plan.format.timeBase.av)
        for packet in packets {
            let index = Int(packet.pointer.pointee.stream_index)
            let times = [packet.pointer.pointee.pts, packet.pointer.pointee.dts]
            guard let facts = plan.input?.facts(index),
                let ticks = times.filter({ $0 != noTimestamp }).min()
            else { continue }
            earliest = min(earliest, TimeStamp(ticks, facts.timeBase.av))
        }
        guard earliest.ticks < 0 else { return }
        let shift = TimeStamp(-earliest.ticks, earliest.timeBase)
        muxer.shift(by: shift)
        let seconds = (shift.seconds * 1_000_000).rounded() / 1_000_000
        report(
            MediaWarning(
                "shifted_times",
                "NUT holds no negative times: all streams start \(seconds) s later"))
    }

    private func failed(_ error: any Error) -> any Error {
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
