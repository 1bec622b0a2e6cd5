internal import CFFmpeg
import MaskStream

extension Muxer {
    /// Adds the encoded video with the masked stream's tags; `coded` is what was encoded before.
    ///
    /// Wraps `avcodec_parameters_from_context`.
    func addVideo(
        _ encoder: VideoEncoder, _ coded: CodedVideo?, format: FrameFormat, input: InputStreams?,
        timecode: String?, keepsTags: Bool
    ) throws {
        let isVariable = container.format.pointee.flags & AVFMT_VARIABLE_FPS != 0
        let rate = format.encoderRate
        let hint = isVariable ? encoder.timeBase : Rational(rate.den, rate.num)
        let timeBase = coded?.facts.timeBase ?? encoder.timeBase
        try addStream(index: Self.video, timeBase: timeBase) { stream in
            try check(
                avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context),
                "describe the video", shown)
            // Frames on a device have a format that says nothing of them.
            stream.pointee.codecpar.pointee.format = encoder.pixelFormat.rawValue
            try coded?.putHeader(into: stream.pointee.codecpar)
            if container.isMP4, encoder.context.pointee.codec_id == AV_CODEC_ID_HEVC {
                // FFmpeg writes `hev1`, which Apple's players do not take.
                stream.pointee.codecpar.pointee.codec_tag = ms_fourcc("hvc1")
            }
            stream.pointee.time_base = hint.av
            stream.pointee.avg_frame_rate = rate.av
            stream.pointee.r_frame_rate = rate.av
            stream.pointee.sample_aspect_ratio = encoder.context.pointee.sample_aspect_ratio
            try addSideData(stream, encoder.sideData.stored, format: format, input: input)
            guard let facts = input?.maskedFacts else { return }
            stream.pointee.disposition = facts.disposition
            var tags = MetadataRules.needed(facts, .video)
            if keepsTags { tags = MetadataRules.stream(facts, isEncoded: true) }
            if let timecode, container.holdsTimecode { tags.append(("timecode", timecode)) }
            try set(container.written(tags), in: &stream.pointee.metadata)
        }
    }

    private func addSideData(
        _ stream: UnsafeMutablePointer<AVStream>, _ stored: [SideData], format: FrameFormat,
        input: InputStreams?
    ) throws {
        func add(_ type: AVPacketSideDataType, _ bytes: [UInt8]) throws {
            try check(
                ms_stream_add_side_data(stream, type, bytes, bytes.count), "copy side data", shown)
        }
        for side in stored {
            if let type = side.storedType { try add(type, side.bytes) }
            if side.type == AV_FRAME_DATA_ICC_PROFILE, container.isMP4 {
                ObjectOptions(context, container).prefer("movflags", "+prefer_icc")
            }
            if container.isMatroska, let mode = side.stereo?.matroskaMode {
                try set([("stereo_mode", mode)], in: &stream.pointee.metadata)
            }
        }
        for (type, bytes) in input?.hdr10.sideData ?? [] { try add(type, bytes) }
        guard format.orientation != .upright, container.keepsOrientation else { return }
        let turned = input?.maskedFacts?.sideData.first { $0.type == AV_PKT_DATA_DISPLAYMATRIX }
        try add(AV_PKT_DATA_DISPLAYMATRIX, turned?.bytes ?? format.orientation.displayMatrix)
    }

    /// Adds a stream whose packets are copied.
    ///
    /// Wraps `avcodec_parameters_copy`.
    func addCopy(_ stream: InputStreams.Stream, keepsTags: Bool) throws {
        let facts = stream.facts
        try addStream(index: stream.index, timeBase: facts.timeBase) { output in
            try check(
                avcodec_parameters_copy(output.pointee.codecpar, facts.parameters),
                "copy parameters", shown)
            if let header = CopiedHeader.cleaned(facts, keepsTags: keepsTags) {
                try setHeader(header, of: output.pointee.codecpar)
            }
            output.pointee.codecpar.pointee.codec_tag = 0
            output.pointee.avg_frame_rate = facts.frameRate.av
            output.pointee.sample_aspect_ratio = facts.sampleAspect.av
            for (type, bytes) in facts.sideData {
                try check(
                    ms_stream_add_side_data(output, type, bytes, bytes.count), "copy side data",
                    shown)
            }
            try describe(output, stream, isEncoded: false, keepsTags: keepsTags)
        }
    }

    /// Adds a stream that is written in another form.
    ///
    /// Wraps `avcodec_parameters_from_context`.
    func addConverted(
        _ stream: InputStreams.Stream, _ converter: any PacketConverter, keepsTags: Bool
    ) throws {
        try addStream(index: stream.index, timeBase: converter.timeBase) { output in
            try check(
                avcodec_parameters_from_context(output.pointee.codecpar, converter.encoder),
                "describe a stream", shown)
            output.pointee.codecpar.pointee.codec_tag = 0
            try describe(output, stream, isEncoded: stream.kind == .audio, keepsTags: keepsTags)
        }
    }

    private func describe(
        _ output: UnsafeMutablePointer<AVStream>, _ stream: InputStreams.Stream,
        isEncoded: Bool, keepsTags: Bool
    ) throws {
        output.pointee.disposition = stream.facts.disposition
        var tags = MetadataRules.needed(stream.facts, stream.kind)
        if keepsTags { tags = MetadataRules.stream(stream.facts, isEncoded: isEncoded) }
        try set(container.written(tags), in: &output.pointee.metadata)
    }

    /// Copies the input's metadata.
    func addTags(_ input: InputStreams, timecode: String?) throws {
        var tags = container.written(MetadataRules.global(input))
        if container.needsFreeTags(tags) {
            ObjectOptions(context, container).prefer("movflags", "+use_metadata_tags")
        }
        // AVI holds the timecode of the file, all others that of the stream.
        if let timecode, container.isOne(of: "avi") { tags.append(("timecode", timecode)) }
        try set(tags, in: &context.pointee.metadata)
    }

    /// Copies the input's chapters, cut and moved like the packets; without titles where no tags are
    /// kept.
    func addChapters(_ input: InputStreams, keepsTags: Bool) throws {
        for chapter in input.chapters {
            let from = TimeStamp(seconds: input.trimStart)
            let shift = from.ticks(of: chapter.timeBase.av)
            let length = input.trimEnd.map { end in
                (TimeStamp(seconds: end) - from).ticks(of: chapter.timeBase.av)
            }
            let start = max(chapter.start.minus(shift), shift == 0 ? chapter.start : 0)
            let end = min(chapter.end.minus(shift), length ?? .max)
            guard end > start else { continue }
            var metadata: OpaquePointer?
            if keepsTags {
                try set(
                    container.written(MetadataRules.plain(chapter.metadata)), in: &metadata)
            }
            try check(
                ms_add_chapter(context, chapter.id, chapter.timeBase.av, start, end, metadata),
                "copy chapters", shown)
        }
    }
}

extension Orientation {
    /// FFmpeg's display matrix for this orientation, nine 32-bit fixed-point numbers.
    var displayMatrix: [UInt8] {
        // A point of the stored frame (x, y) is shown at (a x + c y, b x + d y).
        let x: Int32 = flipsX ? -65536 : 65536
        let y: Int32 = flipsY ? -65536 : 65536
        let turn: [Int32] = transposes ? [0, y, x, 0] : [x, 0, 0, y]
        let matrix: [Int32] = [turn[0], turn[1], 0, turn[2], turn[3], 0, 0, 0, 1 << 30]
        return matrix.withUnsafeBytes { Array($0) }
    }
}
