internal import CFFmpeg
import MaskStream

/// How each stream of the input is mapped to the output, known before the first frame.
public struct StreamPlan: Sendable {
    /// What a stream carries.
    public enum Kind: String, Sendable {
        /// Video.
        case video
        /// A still image beside the video: a cover, a thumbnail.
        case picture
        /// Sound.
        case audio
        /// Text shown over the video.
        case textSubtitle = "text_subtitle"
        /// Frames shown over the video.
        case bitmapSubtitle = "bitmap_subtitle"
        /// A file inside the file, as a font.
        case attachment
        /// Timed data, as positions or telemetry.
        case data
    }

    /// What happens to a stream.
    public enum Action: String, Sendable {
        /// Its frames are masked and encoded.
        case mask
        /// Its packets are copied as they are.
        case copy
        /// It is written in another form: text in the container's own, sound as asked for.
        case convert
        /// It is dropped.
        case drop
    }

    /// Who decided that a stream is dropped.
    public enum Cause: String, Sendable {
        /// The user asked for it, or nothing is lost.
        case option
        /// The rules that no frame leaves unmasked and that one program comes out.
        case rule
        /// The container cannot hold the stream.
        case limit
    }

    /// One stream of the input and how it is mapped to the output.
    public struct Entry: Sendable, CustomStringConvertible {
        /// The stream's number in the input.
        public let index: Int
        /// What the stream carries.
        public let kind: Kind
        /// FFmpeg's name of the codec, as `aac`.
        public let codec: String
        /// The language tag; nil where none is given.
        public let language: String?
        /// What happens to the stream.
        public let action: Action
        /// Why, as a half sentence.
        public let reason: String
        /// Who decided.
        public let cause: Cause

        /// One line: `#1 audio aac (eng): copy`.
        public var description: String {
            let tongue = language.map { " (\($0))" } ?? ""
            let why = reason.isEmpty ? "" : ", \(reason)"
            return "#\(index) \(kind.rawValue) \(codec)\(tongue): \(action.rawValue)\(why)"
        }

        /// For sentences: `stream 1 (audio, aac)`.
        var shortName: String { "stream \(index) (\(kind.rawValue), \(codec))" }
    }

    /// All streams in the input's order.
    public private(set) var entries: [Entry]

    /// The input's indices of the streams whose packets the source must hand over.
    public var copied: [Int] {
        entries.filter { $0.action == .copy || $0.action == .convert }.map(\.index)
    }

    /// One warning for each stream that is dropped without having been asked for, and one for
    /// all other programs.
    public var warnings: [MediaWarning] {
        let dropped = entries.filter { $0.action == .drop && $0.cause != .option }
        let own = dropped.filter { $0.reason != StreamMapping.otherProgram }.map { entry in
            MediaWarning("dropped_stream", "\(entry.shortName) is dropped: \(entry.reason)")
        }
        let others = dropped.filter { $0.reason == StreamMapping.otherProgram }
        guard !others.isEmpty else { return own }
        let names = others.map { "\($0.index) (\($0.kind.rawValue), \($0.codec))" }
        return own + [
            MediaWarning(
                "other_programs",
                "streams of other programs are dropped: " + names.joined(separator: ", "))
        ]
    }

    /// Decides for every stream of the input; `audio` is the encoder of all sound, if any.
    init(
        _ input: InputStreams?, container: Container, options: OutputOptions,
        audio: AudioEncoderChoice?
    ) throws {
        var entries: [Entry] = []
        for stream in input?.streams ?? [] {
            let isMasked = stream.index == input?.masked
            let mapping =
                isMasked
                ? StreamMapping(.mask, "")
                : StreamMapping(of: stream, container: container, options: options, audio: audio)
            entries.append(
                Entry(
                    index: stream.index, kind: stream.kind, codec: stream.codec,
                    language: stream.language, action: mapping.action, reason: mapping.reason,
                    cause: mapping.cause))
        }
        self.entries = entries
        try check(options)
    }

    /// The plan with a stream dropped after all, because the container does not take it.
    func dropping(_ index: Int, _ reason: String) -> StreamPlan {
        var plan = self
        plan.entries = entries.map { entry in
            guard entry.index == index else { return entry }
            return Entry(
                index: index, kind: entry.kind, codec: entry.codec, language: entry.language,
                action: .drop, reason: reason, cause: .limit)
        }
        return plan
    }

    /// Refuses lost streams where none may be lost.
    func check(_ options: OutputOptions) throws {
        guard options.strictStreams, let lost = entries.first(where: { $0.cause == .limit })
        else { return }
        throw MaskStreamError(
            .usage,
            "\(lost.shortName) cannot be kept: \(lost.reason) (\(options.shownDestination))",
            hint: "write Matroska (.mkv), or leave --strict-streams out")
    }
}

/// How one stream is mapped to the output, and why.
struct StreamMapping {
    let action: StreamPlan.Action
    let reason: String
    let cause: StreamPlan.Cause

    init(_ action: StreamPlan.Action, _ reason: String, _ cause: StreamPlan.Cause = .option) {
        self.action = action
        self.reason = reason
        self.cause = cause
    }

    /// Why streams of other programs are dropped.
    static let otherProgram = "it belongs to another program"

    /// How a stream is mapped that is not masked.
    init(
        of stream: InputStreams.Stream, container: Container, options: OutputOptions,
        audio: AudioEncoderChoice?
    ) {
        let isImage = [.video, .picture, .bitmapSubtitle].contains(stream.kind)
        if options.isPart {
            self.init(.drop, "it is taken from the input when parts are joined")
        } else if stream.isOfAnotherProgram {
            self.init(.drop, Self.otherProgram, .rule)
        } else if isImage, !options.keepsUnmaskedStreams {
            self.init(.drop, "it is not masked (--keep-unmasked-streams copies it)", .rule)
        } else if stream.isTimedData, !options.keepsUnmaskedStreams {
            self.init(
                .drop, "timed data may hold images (--keep-unmasked-streams copies it)", .rule)
        } else if stream.kind == .attachment, !stream.isFont, !options.keepsUnmaskedStreams {
            self.init(
                .drop, "it is no font and may show anything (--keep-unmasked-streams copies it)",
                .rule)
        } else if container.acceptsOneFrame {
            self.init(.drop, "the output is an image")
        } else if stream.kind == .audio, !options.keepsAudio {
            self.init(.drop, "--audio drop")
        } else if stream.kind == .data, !options.keepsMetadata {
            self.init(.drop, "--metadata strip")
        } else if stream.kind == .data, stream.isChapterText {
            self.init(.drop, "chapters are written anew")
        } else if stream.isTimecode, container.holdsTimecode {
            self.init(.drop, "the time code is written anew")
        } else if stream.kind == .audio, let audio {
            self.init(.convert, "to \(audio.name)")
        } else if container.holds(stream) {
            self.init(.copy, "")
        } else if stream.kind == .textSubtitle, let codec = container.textSubtitle(for: stream) {
            self.init(.convert, "to \(String(cString: avcodec_get_name(codec)))")
        } else {
            self.init(
                .drop, Self.limit(of: container, isSound: stream.kind == .audio), .limit)
        }
    }

    /// That a container cannot hold a stream, why, and what helps.
    static func limit(of container: Container, isSound: Bool, _ cause: String = "") -> String {
        let refusal = "\(container.name) cannot hold it" + (cause.isEmpty ? "" : " (\(cause))")
        guard isSound, let name = AudioEncoderChoice.suggestion(for: container) else {
            return refusal
        }
        return refusal + "; --audio-codec \(name) encodes it anew"
    }
}

extension StreamPlan.Kind {
    /// What a stream of an opened input carries.
    init(_ stream: UnsafeMutablePointer<AVStream>) {
        let parameters = stream.pointee.codecpar.pointee
        let stills =
            AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS
            | AV_DISPOSITION_STILL_IMAGE
        let properties = avcodec_descriptor_get(parameters.codec_id)?.pointee.props ?? 0
        switch parameters.codec_type {
        case AVMEDIA_TYPE_VIDEO:
            self = stream.pointee.disposition & stills != 0 ? .picture : .video
        case AVMEDIA_TYPE_AUDIO: self = .audio
        case AVMEDIA_TYPE_SUBTITLE:
            self = properties & AV_CODEC_PROP_BITMAP_SUB != 0 ? .bitmapSubtitle : .textSubtitle
        case AVMEDIA_TYPE_ATTACHMENT:
            let mime =
                entries(of: stream.pointee.metadata)
                .first { $0.key.lowercased() == "mimetype" }?.value.lowercased() ?? ""
            let isImage =
                mime.hasPrefix("image/")
                || avcodec_get_type(parameters.codec_id) == AVMEDIA_TYPE_VIDEO
            self = isImage ? .picture : .attachment
        default: self = .data
        }
    }
}

extension InputStreams.Stream {
    /// Whether this is data that a container may take, of any content: ID3 tags hold covers, KLV
    /// small images of targets (MISB ST 0903), and bytes of no known kind anything.
    fileprivate var isTimedData: Bool {
        kind == .data && facts.parameters.pointee.codec_id != AV_CODEC_ID_NONE && !isChapterText
    }

    /// Whether an attachment is a font by its bytes, whatever it is called.
    fileprivate var isFont: Bool { FontFile.begins(facts.header) }

    /// Whether this is the text track in which QuickTime keeps its chapters.
    var isChapterText: Bool {
        let parameters = facts.parameters.pointee
        let text = UInt32(0x7478_6574)  // "text", little-endian
        return parameters.codec_id == AV_CODEC_ID_BIN_DATA && parameters.codec_tag == text
    }
}
