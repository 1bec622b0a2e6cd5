internal import CFFmpeg
package import MaskStream

/// Writes the confidence maps of parts as those of the whole, packet by packet, as a ``MapSink`` writes
/// them.
package final class MapJoiner {
    private let options: OutputOptions
    private let frames: FrameFormat
    private let report: WarningReport
    private var sink: FFmpegSink?
    /// How the maps of the first part are encoded.
    private var video: CodedVideo?
    /// The part whose maps are copied; nil for one of which no frame had a map.
    private var reader: PartReader?
    private var path = ""

    /// Prepares a file; it is made with the first map.
    ///
    /// - Parameter frames: what the input's frames have in common.
    package init(
        _ path: String, frames: FrameFormat, reads: ReadFiles, report: @escaping WarningReport
    ) {
        options = MapSink.options(path, reads: reads)
        self.frames = frames
        self.report = report
    }

    /// Goes on with the maps of the next part.
    ///
    /// - Throws: `MaskStreamError` 65 for what are no maps like those of the first part.
    package func begin(_ path: String) throws {
        self.path = path
        reader = FileIdentity(path) == nil ? nil : try PartReader(path)
        guard let video = reader?.video else { return }
        guard self.video?.isSame(as: video) != false else {
            throw wrong("the maps are encoded otherwise than those of the first part")
        }
        self.video = video
    }

    /// Copies the next map, which has to be that of the frame at a time, in seconds.
    ///
    /// - Throws: `MaskStreamError` 65 where it is another one's or there is none, and what the sink
    ///   throws.
    package func copy(at time: Double) throws {
        guard let reader, let packet = try next() else {
            throw wrong("the frame at \(time) s has no map")
        }
        let shown = TimeStamp(packet.pointer.pointee.pts, reader.video.facts.timeBase.av).seconds
        // As Matroska rounds it.
        guard abs(shown - time) < 0.001 else { throw wrong("the frame at \(time) s has no map") }
        let sink = try sink ?? open(reader.video)
        self.sink = sink
        try sink.write(packet)
    }

    private func next() throws -> Packet? {
        do { return try reader?.next() } catch let error as MaskStreamError
            where error.code == .badData
        {
            throw MaskStreamError(
                .badData, error.message, hint: "analyze the part again",
                underlying: error.underlying)
        }
    }

    private func open(_ video: CodedVideo) throws -> FFmpegSink {
        let maps = video.facts.parameters.pointee
        return try FFmpegSink(
            options,
            format: MapSink.format(width: Int(maps.width), height: Int(maps.height), of: frames),
            video: video, report: report)
    }

    /// Ends the part.
    ///
    /// - Throws: `MaskStreamError` 65 for a map of no frame.
    package func end() throws {
        guard try next() == nil else { throw wrong("there are more maps than frames") }
    }

    private func wrong(_ what: String) -> MaskStreamError {
        MaskStreamError(.badData, "\(what) (\(path))", hint: "analyze the part again")
    }

    /// Completes the file; without a map there is none.
    package func finish() throws { try sink?.finish() }

    /// Leaves what was written as `NAME.part`.
    package func abandon() { sink?.abandon() }
}
