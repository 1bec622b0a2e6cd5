internal import CFFmpeg
import MaskStream

/// How the output will be written, decided before anything is opened.
struct OutputPlan {
    let options: OutputOptions
    let format: FrameFormat
    let input: InputStreams?
    let target: OutputTarget
    let reads: ReadFiles
    let container: Container
    let choice: EncoderChoice
    let form: PictureForm
    let streams: StreamPlan
    /// The time code of the first frame; nil where there is none to keep.
    let timecode: String?

    /// Decides everything that needs no file.
    ///
    /// - Throws: `MaskStreamError/Code/usage` for impossible wishes,
    ///   `MaskStreamError/Code/cannotCreate` for a name that cannot be written.
    init(_ options: OutputOptions, format: FrameFormat, input: InputStreams?) throws {
        self.options = options
        self.format = format
        self.input = input
        container = try Container(options, input: input)
        choice = try EncoderChoice(options, container: container, input: input)
        form = try PictureForm(format, encoder: choice, container: container, options: options)
        streams = try StreamPlan(input, container: container, options: options)
        timecode =
            options.keepsMetadata
            ? input.flatMap { Timecode.ofFirstFrame($0, format: format) } : nil
        var reads = options.reads
        if let path = input?.path { reads.add(path) }
        let target = try OutputTarget(options, reads: reads)
        // Muxers that open files themselves write several, or a device.
        self.target = container.opensItself ? target.opened : target
        self.reads = reads
    }

    /// Everything the user should know before the run.
    var warnings: [MediaWarning] {
        var found = streams.warnings
        if let change = form.change { found.append(change) }
        if format.orientation != .upright, !container.keepsOrientation {
            found.append(
                MediaWarning(
                    "lost_orientation",
                    "\(container.name) does not keep that the picture is to be turned"))
        }
        if input?.maskedFacts?.sideData.contains(where: { $0.type == AV_PKT_DATA_DOVI_CONF })
            == true
        {
            found.append(
                MediaWarning(
                    "dropped_dolby_vision",
                    "the Dolby Vision configuration is left out: it describes the pictures as they "
                        + "were, players show the base layer"))
        }
        if let input, options.keepsMetadata {
            let written = streams.entries.filter { $0.action != .drop }.map(\.index)
            found += container.lostTags(input, written: written)
            if let timecode, !container.holdsTimecode, !choice.holdsTimecode,
                !container.acceptsOneFrame, !input.streams.contains(where: \.isTimecode)
            {
                found.append(
                    MediaWarning(
                        "dropped_timecode",
                        "the time code \(timecode) is left out: \(container.name) cannot hold it"))
            }
        }
        return found
    }

    /// Opens the encoder.
    func makeEncoder() throws -> VideoEncoder {
        try VideoEncoder(
            choice, form: form, format: format, container: container, options: options,
            input: input, timecode: timecode)
    }

    /// Makes the container with all streams, ready to be opened.
    func makeMuxer(
        _ encoder: VideoEncoder, _ converters: [Int: SubtitleConverter], part: PartFile?,
        isDryRun: Bool, report: @escaping WarningReport
    ) throws -> Muxer {
        let muxer = try Muxer(self, part: part, isDryRun: isDryRun, report: report)
        let keepsTags = options.keepsMetadata
        // The input's order of streams is kept, also where players go by it.
        for entry in streams.entries {
            if entry.action == .mask {
                try muxer.addVideo(
                    encoder, format: format, input: input, timecode: timecode,
                    keepsTags: keepsTags)
            }
            guard let stream = input?.streams.first(where: { $0.index == entry.index }) else {
                continue
            }
            if let converter = converters[entry.index] {
                try muxer.addSubtitles(stream, converter, keepsTags: keepsTags)
            } else if entry.action == .copy {
                try muxer.addCopy(stream, keepsTags: keepsTags)
                muxer.unwrap(
                    lane: entry.index, by: try AudioUnwrapper(stream, into: container))
                let parameters = stream.facts.parameters.pointee
                if container.isMatroska, parameters.codec_id == AV_CODEC_ID_OPUS,
                    input?.containers.contains("matroska") == true
                {
                    // FFmpeg 5.1 takes Opus' delay off the times it reads and does not put it back.
                    muxer.delay(
                        lane: entry.index,
                        by: TimeStamp(
                            Int64(parameters.initial_padding), Rational(1, 48_000).av))
                }
            }
        }
        if !streams.entries.contains(where: { $0.action == .mask }) {
            try muxer.addVideo(
                encoder, format: format, input: nil, timecode: nil, keepsTags: keepsTags)
        }
        if let input, keepsTags { try muxer.addTags(input, timecode: timecode) }
        if container.isOne(of: "nut"), encoder.context.pointee.has_b_frames > 0 {
            // B-frames were asked for: all times move so that the first decoding time is 0.
            muxer.context.pointee.avoid_negative_ts = 1
        }
        if container.isMP4 {
            let others = streams.copied.compactMap { input?.facts($0)?.timeBase }
            MuxerSettings.keepTimeScale(
                muxer.timeBase(for: encoder.timeBase), others: others.map(muxer.timeBase(for:)),
                options: options, in: muxer.context)
        }
        if container.isY4M {
            let fields = encoder.context.pointee.field_order
            muxer.prologue = Y4MHeader.stream(format, form: form, fields: fields)
        }
        return muxer
    }

    /// Opens the converters of text subtitles.
    func makeConverters() throws -> [Int: SubtitleConverter] {
        var converters: [Int: SubtitleConverter] = [:]
        for entry in streams.entries where entry.action == .convert {
            guard let stream = input?.streams.first(where: { $0.index == entry.index }),
                let codec = container.textSubtitle(for: stream)
            else { continue }
            converters[entry.index] = try SubtitleConverter(stream, to: codec)
        }
        return converters
    }
}
