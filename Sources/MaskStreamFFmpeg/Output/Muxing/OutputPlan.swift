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
    let form: EncodedFormat
    /// The video, where it was encoded before; nil where frames come.
    let video: CodedVideo?
    private let audio: AudioEncoderChoice?
    private(set) var streams: StreamPlan
    /// The time code of the first frame; nil where there is none to keep.
    let timecode: String?

    /// Decides everything that needs no file.
    ///
    /// - Throws: `MaskStreamError/Code/usage` for impossible options,
    ///   `MaskStreamError/Code/cannotCreate` for a name that cannot be written.
    init(
        _ options: OutputOptions, format: FrameFormat, input: InputStreams?,
        video: CodedVideo? = nil
    ) throws {
        var input = input
        if options.isPart { input?.chapters = [] }
        self.options = options
        self.format = format
        self.input = input
        self.video = video
        container = try Container(options, input: input)
        if options.isPart { try container.checkPart() }
        choice = try EncoderChoice(options, container: container, input: input)
        try video?.check(container, choice, format)
        form = try EncodedFormat(format, encoder: choice, container: container, options: options)
        audio = try AudioEncoderChoice(options, container: container)
        streams = try StreamPlan(input, container: container, options: options, audio: audio)
        timecode =
            options.keepsMetadata
            ? input.flatMap { Timecode.ofFirstFrame($0, format: format) } : nil
        var reads = options.reads
        if let path = input?.path { reads.add(path) }
        try OwnFiles.refuse(in: options, reads: reads)
        try OwnFiles.refuse(container)
        let target = try OutputTarget(options, reads: reads)
        // Muxers that open files themselves write several, or a device.
        self.target = container.opensItself ? target.opened : target
        if let error = options.notOneFile {
            guard case .file = self.target else { throw error }
        }
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
                    "\(container.name) cannot hold the orientation"))
        }
        if input?.maskedFacts?.sideData.contains(where: { $0.type == AV_PKT_DATA_DOVI_CONF })
            == true
        {
            found.append(
                MediaWarning(
                    "dropped_dolby_vision",
                    "the Dolby Vision configuration is dropped: it describes the frames as they "
                        + "were, players show the base layer"))
        }
        if let plays = input?.plays, plays != 1, container.playsOption(plays) == nil,
            !container.acceptsOneFrame
        {
            found.append(
                MediaWarning(
                    "dropped_loop",
                    "\(container.name) cannot hold that the animation plays "
                        + (plays == 0 ? "again and again" : "\(plays) times")))
        }
        if let input, options.keepsMetadata {
            let written = streams.entries.filter { $0.action != .drop }
            let codecs = written.compactMap { entry in
                entry.kind == .audio && entry.action == .convert
                    ? audio?.codec.pointee.id
                    : input.facts(entry.index)?.parameters.pointee.codec_id
            }
            found += container.lostTags(input, written: written.map(\.index), codecs: codecs)
            if let timecode, !container.holdsTimecode, !choice.holdsTimecode,
                !container.acceptsOneFrame, !input.streams.contains(where: \.isTimecode)
            {
                found.append(
                    MediaWarning(
                        "dropped_timecode",
                        "the time code \(timecode) is dropped: \(container.name) cannot hold it"))
            }
        }
        return found
    }

    /// A packet of a copied stream of the input without images; nil where nothing is left.
    func cleaned(_ packet: Packet, _ index: Int) throws -> Packet? {
        guard let facts = input?.facts(index), !options.keepsUnmaskedStreams else { return packet }
        return try CopiedPacket.cleaned(
            packet, of: facts.parameters.pointee, keepsTags: options.keepsMetadata)
    }

    /// Opens the encoder.
    func makeEncoder(report: @escaping WarningReport) throws -> VideoEncoder {
        try VideoEncoder(
            choice, form: form, format: format, container: container, options: options,
            input: input, timecode: timecode, report: report)
    }

    /// Makes the container with all streams, ready to be opened.
    func makeMuxer(
        _ encoder: VideoEncoder, _ converters: [Int: any PacketConverter],
        part: PartFile?, isDryRun: Bool, report: @escaping WarningReport
    ) throws -> Muxer {
        let muxer = try Muxer(self, part: part, isDryRun: isDryRun, report: report)
        let keepsTags = options.keepsMetadata
        // The input's order of streams is kept, also where players go by it.
        for entry in streams.entries {
            if entry.action == .mask {
                try muxer.addVideo(
                    encoder, video, format: format, input: input, timecode: timecode,
                    keepsTags: keepsTags)
            }
            guard let stream = input?.streams.first(where: { $0.index == entry.index }) else {
                continue
            }
            if entry.action == .convert, let converter = converters[entry.index] {
                try muxer.addConverted(stream, converter, keepsTags: keepsTags)
                let encoder = converter.encoder.pointee
                muxer.delayOpus(stream: entry.index, encoder.codec_id, encoder.initial_padding)
            } else if entry.action == .copy {
                try muxer.addCopy(stream, keepsTags: keepsTags)
                muxer.filter(
                    stream: entry.index, by: try ADTSToASC(stream, into: container))
                let facts = stream.facts.parameters.pointee
                muxer.delayOpus(stream: entry.index, facts.codec_id, facts.initial_padding)
            }
        }
        if !streams.entries.contains(where: { $0.action == .mask }) {
            try muxer.addVideo(
                encoder, video, format: format, input: nil, timecode: nil, keepsTags: keepsTags)
        }
        if let input {
            if keepsTags { try muxer.addTags(input, timecode: timecode) }
            try muxer.addChapters(input, keepsTags: keepsTags)
        }
        if let plays = input?.plays {
            MuxerSettings.play(plays, container, options: options, in: muxer.context)
        }
        if container.isOne(of: "nut"), encoder.context.pointee.has_b_frames > 0 {
            // B-frames were asked for: all times move so that the first decoding time is 0.
            muxer.context.pointee.avoid_negative_ts = 1
        }
        if container.isMP4 {
            let others = streams.copied.compactMap { index in
                converters[index]?.timeBase ?? input?.facts(index)?.timeBase
            }
            MuxerSettings.keepTimeScale(
                muxer.timeBase(for: encoder.timeBase), others: others.map(muxer.timeBase(for:)),
                container, options: options, in: muxer.context)
        }
        if container.isY4M {
            let fields = encoder.context.pointee.field_order
            muxer.prologue = Y4MHeader.stream(format, form: form, fields: fields)
        }
        return muxer
    }

    /// Opens the converters of text subtitles and sound; what cannot be converted is dropped.
    mutating func makeConverters() throws -> [Int: any PacketConverter] {
        var converters: [Int: any PacketConverter] = [:]
        for entry in streams.entries where entry.action == .convert {
            guard let stream = input?.streams.first(where: { $0.index == entry.index }) else {
                continue
            }
            do {
                if stream.kind == .audio, let audio {
                    converters[entry.index] = try AudioConverter(stream, to: audio, in: container)
                } else if let codec = container.textSubtitle(for: stream) {
                    converters[entry.index] = try SubtitleConverter(stream, to: codec)
                }
            } catch let error as FFmpegError {
                streams = streams.dropping(
                    entry.index, "it cannot be converted (\(error.lastLogLine ?? error.reason))")
            }
        }
        try streams.check(options)
        return converters
    }

    /// Writes headers into nothing, and leaves out the streams that the container does not take.
    ///
    /// - Throws: `MaskStreamError/Code/usage` where it does not take sound as it was asked for.
    mutating func tryHeader(
        _ encoder: VideoEncoder, _ converters: [Int: any PacketConverter]
    ) throws {
        let (all, candidates) = (self, streams.copied)
        func refusal(of wanted: Set<Int>) -> String? {
            var trial = all
            for index in candidates where !wanted.contains(index) {
                trial.streams = trial.streams.dropping(index, "")
            }
            return trial.refusal(encoder, converters)
        }
        // Where the video itself is refused, opening says why.
        guard !container.opensItself, !candidates.isEmpty, refusal(of: Set(candidates)) != nil,
            refusal(of: []) == nil
        else { return }
        var kept: Set<Int> = []
        for index in candidates {
            guard let cause = refusal(of: kept.union([index])) else {
                kept.insert(index)
                continue
            }
            // It may be taken where fewer are there: FLV holds one sound.
            let isRefused = refusal(of: [index]) != nil
            if isRefused, let audio, converters[index] is AudioConverter {
                throw MaskStreamError(
                    .usage,
                    "\(container.name) does not take \(audio.name) (--audio-codec): \(cause)",
                    hint: "choose another codec, or write Matroska (.mkv)")
            }
            streams = streams.dropping(
                index,
                StreamMapping.limit(of: container, isSound: isRefused && isSound(index), cause))
        }
        try streams.check(options)
    }

    private func isSound(_ index: Int) -> Bool {
        streams.entries.contains { $0.index == index && $0.kind == .audio }
    }

    /// Why the container's header cannot be written; nil where it can.
    private func refusal(
        _ encoder: VideoEncoder, _ converters: [Int: any PacketConverter]
    ) -> String? {
        do {
            let muxer = try makeMuxer(encoder, converters, part: nil, isDryRun: true) { _ in }
            try muxer.open()
            return nil
        } catch {
            let cause = (error as? MaskStreamError)?.underlying as? FFmpegError
            return cause.map { $0.lastLogLine ?? $0.reason } ?? "\(error)"
        }
    }
}
