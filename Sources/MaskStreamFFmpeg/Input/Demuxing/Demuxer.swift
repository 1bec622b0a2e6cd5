internal import CFFmpeg
import Foundation
import MaskStream

/// One open input: its streams and its packets in the order of the file.
///
/// Rule: header facts are read before the run starts, packets afterwards on the source's queue
/// only. Why: libavformat has no locks. Otherwise: packets are torn apart between threads.
final class Demuxer {
    private let input: OpenInput
    /// Which stream is masked.
    let videoIndex: Int
    /// What was opened.
    let location: InputLocation
    /// Ends waiting reads.
    let interrupt: MediaInterrupt
    private var truncation: Truncation
    private var completeness: Completeness
    private var rawTail: RawTail
    private var unwrapper: TimestampUnwrapper?
    /// What comes after the packet that was handed out last, as far as it was read already.
    var ahead: [Result<Packet?, any Error>] = []
    private(set) var jumps = CounterJumps()
    /// Whether data was lost since this was last set to false.
    var foundLoss = false
    /// Whether data was lost since the last packet of the masked stream.
    private var isBehindLoss = false
    /// Packets that begin before this byte, or nobody knows where, may be damaged; nil where none
    /// was found damaged while the input was opened.
    private var lossEnd: Int64?
    /// How many packets of a live input had times that cannot be true.
    private(set) var refusedPackets = 0

    /// Seconds without a byte after which a network counts as lost.
    static let networkTimeout = 30.0

    /// Opens an input and looks at its streams.
    ///
    /// Wraps `avformat_open_input` and `avformat_find_stream_info`.
    ///
    /// - Throws: `MaskStreamError` 64 for wrong options, 65 for what is no video, 66 for what
    ///   cannot be read, 69 for a busy camera, 74 for a lost network.
    init(_ options: InputOptions, interrupt: MediaInterrupt) throws {
        FFmpegLog.begin()
        try options.validate()
        let location = try InputLocation(options)
        interrupt.renew()
        var opening = try DemuxerOpening(options, location: location, interrupt: interrupt)
        input = try opening.open()
        let context = input.context
        videoIndex = try StreamChoice.video(
            in: context.streamPointers, wanted: options.videoStream, name: location.name)
        self.location = location
        self.interrupt = interrupt
        truncation = Truncation(context.pointee)
        completeness = Completeness(streamCount: context.streamPointers.count)
        rawTail = RawTail(context.pointee, video: context.streamPointers[videoIndex].pointee)
        context.discard(context.otherPrograms(than: videoIndex))
        beginReading()
        let faults = FFmpegLog.takeDemuxerFaults()
        jumps.add(faults.packets)
        // Where it lies in what was read ahead is not known.
        if faults.kind == .certain, let io = context.pointee.pb { lossEnd = ms_tell(io) }
    }

    /// Lets go of the device or connection; nothing can be read afterwards.
    func close() { input.close() }

    /// FFmpeg's own view of the input.
    var context: UnsafeMutablePointer<AVFormatContext> { input.context }

    /// The masked stream.
    var video: AVStream { context.streamPointers[videoIndex].pointee }

    /// Whether the input's times had to be changed, because its clock began anew.
    var isClockRestarted: Bool { unwrapper?.hasChanged ?? false }

    /// Whether the input goes back and forth; then reading ahead keeps nobody waiting.
    var isSeekable: Bool {
        (context.pointee.pb?.pointee.seekable ?? 0) & AVIO_SEEKABLE_NORMAL != 0
    }

    /// The demuxer's names, as `mov,mp4,m4a`.
    var formatName: String { String(cString: context.pointee.iformat.pointee.name) }

    /// The first bytes of an image or animation, for what FFmpeg does not report; else none.
    func head() -> [UInt8] {
        guard mayBeImage else { return [] }
        if let reader = input.reader { return reader.head }
        guard case .file(let path) = location else { return [] }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }  // It was read already, and is gone.
        defer { Glibc.close(file) }
        return [UInt8](unsafeUninitializedCapacity: PipeReader.headSize) { buffer, count in
            count = max(0, read(file, buffer.baseAddress, buffer.count))
        }
    }

    /// Where the input's time begins.
    var startTime: TimeStamp {
        if let start = context.programInterval?.lowerBound { return TimeStamp(start) }
        return TimeStamp(hasTimes ? context.pointee.start_time : 0)
    }

    /// Where the masked stream begins, by its header or first packets.
    var videoStart: TimeStamp {
        let start = video.start_time
        return start == noTimestamp ? startTime : TimeStamp(start, video.time_base)
    }

    /// The next packet of any stream; nil at the end or after an interrupt.
    ///
    /// Wraps `av_read_frame`.
    ///
    /// - Throws: `MaskStreamError` 65 where the input is damaged or cut off, 74 where reading
    ///   fails.
    func nextPacket() throws -> Packet? {
        let current = ahead.isEmpty ? Result { try readPacket() } : ahead.removeFirst()
        guard let packet = try current.get() else { return nil }
        if isSeekable, ahead.isEmpty { readAhead(behind: packet) }
        if packet.stream == videoIndex { judgeMark(of: packet) }
        return packet
    }

    /// The next packet after all that was read already.
    func readPacket() throws -> Packet? {
        while let packet = try readAny() {
            if let time = impossibleTime(of: packet) {
                try refuse(packet, time)
                continue
            }
            note(packet)
            return packet
        }
        return nil
    }

    private func readAny() throws -> Packet? {
        let packet = try Packet()
        FFmpegLog.begin()
        if case .url = location { interrupt.setTimeout(Self.networkTimeout) }
        defer { interrupt.setTimeout(nil) }
        let code =
            try location.isCamera ? readCamera(packet) : av_read_frame(context, packet.pointer)
        if interrupt.isStopped { return nil }
        let faults = FFmpegLog.takeDemuxerFaults()
        jumps.add(faults.packets)
        if faults.kind != nil {
            (foundLoss, isBehindLoss) = (true, true)
            completeness.foundFault = true
        }
        return code >= 0 ? packet : try end(code)
    }

    /// Unwraps a packet's times, and notes what it shows of the input.
    private func note(_ packet: Packet) {
        unwrapper?.unwrap(packet.pointer)
        let stream = context.streamPointers[Int(packet.pointer.pointee.stream_index)].pointee
        truncation.note(packet.pointer.pointee, of: stream)
        completeness.note(packet.pointer.pointee)
        rawTail.note(packet.pointer.pointee)
        let isNearLoss = isBehindLoss || lossEnd.map { packet.pointer.pointee.pos < $0 } == true
        if packet.stream == videoIndex, isNearLoss {
            packet.isNearLoss = true
            isBehindLoss = false
        }
    }

    /// A live input goes on without the packet, with damage where it was of the masked stream.
    private func refuse(_ packet: Packet, _ time: TimeStamp) throws {
        guard location.isLive else { throw impossibleTime(time) }
        refusedPackets += 1
        if packet.stream == videoIndex { isBehindLoss = true }
    }

    func impossibleTime(of packet: Packet) -> TimeStamp? {
        let (pts, dts) = (packet.pointer.pointee.pts, packet.pointer.pointee.dts)
        let timeBase = context.streamPointers[packet.stream].pointee.time_base
        return [pts, dts].filter { $0 != noTimestamp }.map { TimeStamp($0, timeBase) }
            .first { !$0.isPossible }
    }

    /// The failure of a time that no recording has.
    func impossibleTime(_ time: TimeStamp) -> MaskStreamError {
        let years = String(format: "%.0f", time.seconds / 31_556_952)
        return MaskStreamError(
            .badData, "input has an impossible time stamp, \(years) years (\(location.name))",
            hint: "write it anew with `ffmpeg -i IN -c copy OUT`; what came before was processed")
    }

    /// What is said of a live input's impossible times.
    var refusal: MediaWarning {
        MediaWarning(
            "impossible_times",
            "packets with impossible time stamps are dropped (\(location.name))")
    }

    /// Distinguishes a proper end from a failure.
    private func end(_ code: Int32) throws -> Packet? {
        let name = location.name
        if let failure = input.reader?.failure {
            throw MaskStreamError(
                .inputOutput, "reading failed: \(String(cString: strerror(failure))) (\(name))")
        }
        if code != ReturnCode.endOfFile || (context.pointee.pb?.pointee.error ?? 0) < 0 {
            throw readFailure(code)
        }
        let missing = truncation.finding { completeness.isShown(by: context) }
        if let finding = missing ?? rawTail.finding(context.pointee.pb) {
            throw MaskStreamError(
                .badData, "input is truncated: \(finding) (\(name))",
                hint: "get a complete copy of the input; what is there was processed")
        }
        return nil
    }

    private func readFailure(_ code: Int32) -> MaskStreamError {
        let name = location.name
        let pending = context.pointee.pb?.pointee.error ?? 0
        let cause = FFmpegError(
            code: code == ReturnCode.endOfFile ? pending : code, operation: "read", path: name,
            lastLogLine: FFmpegLog.takeLastLine())
        if interrupt.isTimedOut {
            return MaskStreamError(
                .inputOutput, "no data for \(Int(Self.networkTimeout)) s (\(name))",
                hint: "check the network and the sender", underlying: cause)
        }
        if case .file = location, cause.code != ms_averror(EIO) {
            return MaskStreamError(
                .badData, "input is damaged or truncated: \(cause.reason) (\(name))",
                hint: "get a complete copy of the input; what is there was processed",
                underlying: cause)
        }
        let isData = cause.code == ms_averror_invalid_data()
        return MaskStreamError(
            isData ? .badData : .inputOutput, "reading failed: \(cause.reason) (\(name))",
            hint: location.isCamera ? "check the camera's cable" : nil, underlying: cause)
    }

    /// Whether a packet of the masked stream is worth decoding: raw frames must be whole.
    func isWhole(_ packet: Packet) -> Bool { !rawTail.cutsOff(packet.pointer.pointee) }

    /// Goes back to a key frame of the masked stream at or before a time.
    ///
    /// Wraps `av_seek_frame`. False where the input cannot seek; then nothing changed.
    func seek(to time: TimeStamp) -> Bool {
        let code = av_seek_frame(
            context, Int32(videoIndex), time.ticks(of: video.time_base), AVSEEK_FLAG_BACKWARD)
        if code >= 0 { beginReading() }
        return code >= 0
    }

    /// Whether packets have times, as raw streams have not: there a seek leads nowhere.
    var hasTimes: Bool { context.pointee.start_time != noTimestamp }

    /// Goes back to the very first packet; false where the input cannot seek.
    ///
    /// Broadcast streams go back by bytes: their times lead to a packet near the wanted one only.
    func seekToBeginning() -> Bool {
        let flags = context.pointee.iformat.pointee.flags
        guard flags & AVFMT_TS_DISCONT != 0, flags & AVFMT_NO_BYTE_SEEK == 0 else {
            return seek(to: startTime)
        }
        let code = av_seek_frame(context, -1, 0, AVSEEK_FLAG_BYTE)
        if code >= 0 { beginReading() }
        return code >= 0
    }

    /// Forgets what was read: the next packet's times are taken as they are.
    private func beginReading() {
        ahead = []
        guard context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 else { return }
        unwrapper = TimestampUnwrapper(
            context.streamPointers.map { ($0.pointee.time_base, $0.pointee.pts_wrap_bits) })
    }
}
