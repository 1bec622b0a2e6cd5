internal import CFFmpeg
import Foundation
public import MaskStream

/// Puts parts of a masked video one behind the other, beside the other streams of the input.
public final class PartJoiner {
    /// Where the whole is written.
    public let sink: FFmpegSink
    private let source: FFmpegSource
    private let relay = PacketRelay()
    private let video: CodedVideo
    /// How many packets of video were written.
    public private(set) var count = 0
    /// From the first frame's beginning to the end of the latest one, in seconds.
    public private(set) var span: Range<Double>

    /// Opens the output.
    ///
    /// - Parameters:
    ///   - source: the input, of which no frame was read.
    ///   - options: how each part was written, and where the whole goes.
    ///   - format: what the frames of the parts have in common.
    ///   - video: how the first part is encoded.
    ///   - report: gets each warning once.
    /// - Throws: what ``FFmpegSink`` throws; `MaskStreamError` 65 for parts that these options do
    ///   not make.
    public init(
        _ source: FFmpegSource, to options: OutputOptions, format: FrameFormat, video: CodedVideo,
        report: @escaping WarningReport
    ) throws {
        self.source = source
        self.video = video
        span = source.firstTime..<source.firstTime
        sink = try FFmpegSink(
            options, format: format, input: source.streams, relay: relay, video: video,
            report: report)
        source.copy(streams: sink.streams.copied, through: relay)
    }

    /// Appends a part.
    ///
    /// - Parameters:
    ///   - path: the part's file.
    ///   - begins: when its first frame is shown, in seconds from the source's origin; nil for the
    ///     input's first frame.
    ///   - goesOn: whether the next packet is still wanted; false ends the part early.
    /// - Returns: whether the part was appended to its end.
    /// - Throws: `MaskStreamError` 65 for a part that does not fit the first, and what the source
    ///   and the sink throw.
    public func append(_ path: String, begins: Double?, while goesOn: () -> Bool) throws -> Bool {
        let part = try PartReader(path, begins: source.time(begins))
        guard part.video.isSame(as: video) else {
            throw MaskStreamError(
                .badData, "a part is encoded otherwise than the first one (\(path))",
                hint: "mask it again, on a machine with the same encoder")
        }
        let timeBase = video.facts.timeBase.av
        while goesOn() {
            guard let packet = try part.next() else { return true }
            let time = TimeStamp(packet.pointer.pointee.pts, timeBase)
            let end = time + TimeStamp(packet.pointer.pointee.duration, timeBase)
            span = span.lowerBound..<max(span.upperBound, end.seconds)
            try source.passCopies(before: time)
            try sink.write(packet)
            count += 1
        }
        return false
    }

    /// Writes what is left of the other streams and gives the output its name.
    ///
    /// - Parameter isWanted: whether the end is still wanted, when all was read; else the output is
    ///   left open.
    /// - Returns: whether the output is complete.
    /// - Throws: what the source and the sink throw.
    public func finish(if isWanted: () -> Bool) throws -> Bool {
        try source.passCopies(before: nil)
        guard isWanted() else { return false }
        try sink.finish()
        return true
    }
}
