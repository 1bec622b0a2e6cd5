import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Synchronization

@testable import MaskStreamFFmpeg

/// Collects warnings, from whatever thread they come.
final class WarningLog: Sendable {
    private let list = Mutex<[MediaWarning]>([])
    var all: [MediaWarning] { list.withLock { $0 } }
    var codes: [String] { all.map(\.code) }
    var report: WarningReport { { [self] warning in list.withLock { $0.append(warning) } } }
}

/// An input opened just for its description and the packets that are copied.
struct PacketInput {
    let streams: InputStreams
    private let packets: [Packet]

    /// Reads all packets of a file; the first video stream that is no picture is masked.
    ///
    /// `tamper` may change what the input tells before it is copied.
    init(
        _ path: String, masked: Int? = nil,
        tamper: (UnsafeMutablePointer<AVFormatContext>) throws -> Void = { _ in }
    ) throws {
        var context: UnsafeMutablePointer<AVFormatContext>?
        try check(avformat_open_input(&context, path, nil, nil), "open", path)
        defer { avformat_close_input(&context) }
        guard let context else { throw MaskStreamError(.noInput, path) }
        try check(avformat_find_stream_info(context, nil), "probe", path)
        try tamper(context)
        var described = try InputStreams(reading: context, masked: nil)
        described.masked = masked ?? described.streams.first { $0.kind == .video }?.index
        streams = described
        var packets: [Packet] = []
        while true {
            let packet = try Packet()
            if av_read_frame(context, packet.pointer) < 0 { break }
            packets.append(packet)
        }
        self.packets = packets
    }

    /// Hands the packets of copied streams over, as if all came before the first frame.
    func feed(_ plan: StreamPlan, _ relay: PacketRelay) throws {
        for packet in packets where plan.copied.contains(Int(packet.pointer.pointee.stream_index)) {
            // The muxer takes a packet's content away.
            let copy = try Packet()
            try check(av_packet_ref(copy.pointer, packet.pointer), "copy", "packet")
            relay.push(copy)
        }
    }
}

/// Frames whose samples follow from their place, so that any fault shows.
func patternFrame(_ format: FrameFormat, pts: Int64, duration: Int64 = 0, seed: Int = 0) -> Frame {
    var buffer = MutablePixelBuffer(
        format: format.pixelFormat, width: format.width, height: format.height)
    for index in 0..<format.pixelFormat.planeCount {
        buffer.withPlane(index) { plane in
            let top = format.pixelFormat.maxValue
            for y in 0..<plane.height {
                for x in 0..<plane.width {
                    let value = (x * 7 + y * 13 + index * 50 + seed * 5) & top
                    if format.pixelFormat.bytesPerSample == 1 {
                        plane.row(y, as: UInt8.self)[x] = UInt8(value)
                    } else {
                        plane.row(y, as: UInt16.self)[x] = UInt16(value)
                    }
                }
            }
        }
    }
    return Frame(format: format, pts: pts, duration: duration, buffer: buffer.freeze())
}

/// The samples of a pattern frame as raw video has them.
func patternBytes(_ format: FrameFormat, seed: Int = 0) -> Data {
    let frame = patternFrame(format, pts: 0, seed: seed)
    var data = Data()
    for index in 0..<format.pixelFormat.planeCount {
        frame.buffer.withPlane(index) { plane in
            for y in 0..<plane.height {
                data.append(
                    plane.row(y, as: UInt8.self),
                    count: plane.width * format.pixelFormat.bytesPerSample)
            }
        }
    }
    return data
}

/// Writes pattern frames at the given times and finishes; gives the sink back.
@discardableResult
func writeClip(
    _ options: OutputOptions, _ format: FrameFormat, times: [Int64], input: PacketInput? = nil,
    log: WarningLog = WarningLog()
) throws -> FFmpegSink {
    let relay = PacketRelay()
    let sink = try FFmpegSink(
        options, format: format, input: input?.streams, relay: relay, report: log.report)
    try input?.feed(sink.streams, relay)
    for (index, time) in times.enumerated() {
        let next = index + 1 < times.count ? times[index + 1] - time : 0
        try sink.write(patternFrame(format, pts: time, duration: next, seed: index))
    }
    try sink.finish()
    return sink
}

/// The error that a body throws, as the project's own.
func failure(_ body: () throws -> Void) -> MaskStreamError? {
    do {
        try body()
        return nil
    } catch {
        return error as? MaskStreamError
    }
}

extension FrameFormat {
    /// A small format for tests.
    static func small(
        _ pixelFormat: PixelFormat = .yuv420p, width: Int = 64, height: Int = 48,
        timeBase: Rational = Rational(1, 25), frameRate: Rational = Rational(25, 1)
    ) -> FrameFormat {
        FrameFormat(
            width: width, height: height, pixelFormat: pixelFormat, timeBase: timeBase,
            frameRate: frameRate)
    }
}
