internal import CFFmpeg
import MaskStream

/// What the output must know of the input: its streams, chapters and metadata, copied at set-up.
///
/// Everything is a copy, so the source may go on reading on its own queue.
public struct InputStreams: Sendable {
    /// One stream of the input.
    public struct Stream: Sendable {
        /// The stream's number in the input, over all kinds.
        public let index: Int
        /// What the stream carries.
        public let kind: StreamPlan.Kind
        /// FFmpeg's name of the codec, as `aac`.
        public let codec: String
        /// The language tag, as `eng`; nil where none is given.
        public var language: String? { facts.metadata.first { $0.key == "language" }?.value }
        /// Whether it belongs to another program than the masked stream and is not read.
        public let isOfAnotherProgram: Bool
        let facts: StreamFacts
    }

    /// A part of the input with a title.
    struct Chapter: Sendable {
        let id: Int64
        let timeBase: Rational
        let start: Int64
        let end: Int64
        let metadata: [(key: String, value: String)]
    }

    /// The input's file or URL.
    public let path: String
    /// FFmpeg's names of the input's container, as `mov`, `mp4`.
    public let containers: [String]
    /// All streams, in the input's order.
    public let streams: [Stream]
    /// The input's index of the stream that is masked; nil where it has no such stream.
    public var masked: Int?
    /// What the first frame itself declares, where it was decoded.
    var frameHDR10: HDR10?
    /// The first frame's side data that is passed on.
    var frameSideData: [SideData] = []
    /// How often an animation plays, 0 without end; nil for anything else.
    var plays: Int?
    /// The time code that the first frame itself declares; nil where it has none.
    var frameTimecode: String?
    /// Seconds cut away at the start; copied packets come shifted already.
    public var trimStart: Double = 0
    /// The end of the cut in seconds of the input; nil takes all.
    public var trimEnd: Double?
    /// The declared length in seconds; nil where the container does not declare it.
    let length: Double?
    let metadata: [(key: String, value: String)]
    var chapters: [Chapter]

    /// Copies what an opened input declares.
    init(reading context: UnsafeMutablePointer<AVFormatContext>, masked: Int?) throws {
        let input = context.pointee
        path = input.url.map { String(original: $0) } ?? ""
        containers =
            input.iformat.pointee.name.map {
                String(cString: $0).split(separator: ",").map(String.init)
            } ?? []
        var streams: [Stream] = []
        let others = masked.map(context.otherPrograms(than:)) ?? []
        for index in 0..<Int(input.nb_streams) {
            guard let stream = input.streams[index] else { continue }
            streams.append(
                Stream(
                    index: index, kind: .init(stream),
                    codec: String(
                        cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id)),
                    isOfAnotherProgram: others.contains(index),
                    facts: try StreamFacts(stream)))
        }
        self.streams = streams
        self.masked = masked
        length = input.duration > 0 ? TimeStamp(input.duration).seconds : nil
        metadata = entries(of: input.metadata)
        chapters = (0..<Int(input.nb_chapters)).compactMap { index in
            guard let chapter = input.chapters[index]?.pointee else { return nil }
            return Chapter(
                id: chapter.id, timeBase: Rational(chapter.time_base), start: chapter.start,
                end: chapter.end, metadata: entries(of: chapter.metadata))
        }
    }

    /// The facts of the stream that is masked.
    var maskedFacts: StreamFacts? { masked.flatMap { facts($0) } }

    /// The masked stream's static HDR metadata: the first frame's, else the header's.
    var hdr10: HDR10 {
        var found = HDR10(maskedFacts)
        found.display = frameHDR10?.display ?? found.display
        found.light = frameHDR10?.light ?? found.light
        return found
    }

    /// The facts of a stream by its input index.
    func facts(_ index: Int) -> StreamFacts? {
        streams.first { $0.index == index }?.facts
    }
}

/// A stream's parameters as FFmpeg knows them; never changed after they were copied.
final class StreamFacts: Sendable {
    /// Written in `init` only.
    nonisolated(unsafe) let parameters: UnsafeMutablePointer<AVCodecParameters>
    let timeBase: Rational
    let frameRate: Rational
    let sampleAspect: Rational
    let disposition: Int32
    let startTime: Int64
    /// The time of the first packet in the container's index; nil where it has none.
    let firstIndexed: Int64?
    let metadata: [(key: String, value: String)]
    let sideData: [(type: AVPacketSideDataType, bytes: [UInt8])]

    /// Wraps `avcodec_parameters_copy`.
    init(_ stream: UnsafeMutablePointer<AVStream>) throws {
        guard let copy = avcodec_parameters_alloc() else {
            throw MaskStreamError(.software, "out of memory for a stream's parameters")
        }
        parameters = copy
        let source = stream.pointee
        timeBase = Rational(source.time_base)
        frameRate = Rational(source.avg_frame_rate)
        let aspect = source.sample_aspect_ratio
        sampleAspect = Rational(
            aspect.num != 0 ? aspect : source.codecpar.pointee.sample_aspect_ratio)
        disposition = source.disposition
        startTime = source.start_time
        firstIndexed = avformat_index_get_entry(stream, 0)?.pointee.timestamp
        metadata = entries(of: source.metadata)
        sideData = (0..<ms_stream_side_data_count(stream)).compactMap { index in
            guard let side = ms_stream_side_data_at(stream, index) else { return nil }
            let bytes = UnsafeBufferPointer(start: side.pointee.data, count: side.pointee.size)
            return (side.pointee.type, Array(bytes))
        }
        try check(avcodec_parameters_copy(copy, source.codecpar), "copy parameters", "input")
    }

    /// What decoders need before the first packet; of an attachment, the file.
    var header: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: parameters.pointee.extradata, count: Int(parameters.pointee.extradata_size))
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVCodecParameters>? = parameters
        avcodec_parameters_free(&pointer)
    }
}

/// The entries of a dictionary, in order; their bytes need not be UTF-8.
///
/// Wraps `av_dict_get`.
func entries(of dictionary: OpaquePointer?) -> [(key: String, value: String)] {
    var found: [(key: String, value: String)] = []
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
        let (key, value) = (next.pointee.key, next.pointee.value)
        if let key, let value { found.append((String(original: key), String(original: value))) }
        entry = next
    }
    return found
}
