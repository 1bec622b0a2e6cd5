internal import CFFmpeg
import Foundation
import MaskStream

/// What the header of a copied stream may hold: what its decoder needs, and tags where these are
/// kept, but no image.
enum CopiedHeader {
    /// The header to be written; nil where it stays as it is.
    static func cleaned(_ facts: StreamFacts, keepsTags: Bool) -> [UInt8]? {
        cleaned(Array(facts.header), of: facts.parameters.pointee, keepsTags: keepsTags)
    }

    /// The header to be written in the place of another one; nil where it stays as it is.
    static func cleaned(
        _ header: [UInt8], of parameters: AVCodecParameters, keepsTags: Bool
    ) -> [UInt8]? {
        switch parameters.codec_id {
        case AV_CODEC_ID_VORBIS: return vorbis(header, keepsTags: keepsTags)
        case AV_CODEC_ID_ASS, AV_CODEC_ID_SSA: return ass(header, keepsTags: keepsTags)
        case AV_CODEC_ID_WEBVTT: return EmbeddedImage.isIn(header) ? [] : nil
        default: return Array(header.prefix(longest(parameters)))
        }
    }

    /// How many bytes a decoder needs at most; what comes behind them may be anything.
    private static func longest(_ parameters: AVCodecParameters) -> Int {
        switch parameters.codec_id {
        case AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3,
            AV_CODEC_ID_SUBRIP, AV_CODEC_ID_TEXT:
            return 0
        case AV_CODEC_ID_AAC: return 64  // AudioSpecificConfig with a program's channels
        case AV_CODEC_ID_OPUS: return 21 + 255  // OpusHead with all channels mapped
        case AV_CODEC_ID_FLAC: return 42  // STREAMINFO, perhaps behind the marker
        default:
            let isPCM = String(cString: avcodec_get_name(parameters.codec_id)).hasPrefix("pcm_")
            let isCoded = [AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_SUBTITLE].contains(
                parameters.codec_type)
            return isPCM ? 0 : isCoded ? 1024 : .max
        }
    }

    /// The header packets of Vorbis with other tags in the second one; nil for anything else.
    ///
    /// A cover is a tag, too (<https://xiph.org/vorbis/doc/v-comment.html>).
    static func vorbis(_ header: [UInt8], keepsTags: Bool) -> [UInt8]? {
        guard var packets = XiphHeaders.split(header) else { return nil }
        packets[1] = comments(packets[1], keepsTags: keepsTags)
        return XiphHeaders.joined(packets)
    }

    private static func comments(_ packet: [UInt8], keepsTags: Bool) -> [UInt8] {
        let start = [3] + Array("vorbis".utf8)
        var rest = packet.dropFirst(start.count)
        var kept: [[UInt8]] = []
        let maker = field(&rest) ?? []
        for _ in 0..<(number(&rest) ?? 0) {
            guard let comment = field(&rest) else { break }
            let key = String(decoding: comment.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            if keepsTags, !MetadataRules.holdsImage(key, comment) { kept.append(comment) }
        }
        return start + written(maker) + bytes(of: kept.count) + kept.flatMap(written) + [1]
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func field(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let length = number(&rest), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    private static func bytes(of number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func written(_ field: [UInt8]) -> [UInt8] { bytes(of: field.count) + field }

    /// What renderers of ASS need of `[Script Info]`
    /// (<https://github.com/libass/libass/wiki/ASS-File-Format-Guide>).
    private static let scriptKeys: Set<String> = [
        "scripttype", "playresx", "playresy", "layoutresx", "layoutresy", "wrapstyle",
        "scaledborderandshadow", "ycbcr matrix", "collisions", "timer", "kerning", "language",
    ]

    /// The header of ASS without images, which `[Graphics]` holds.
    ///
    /// Who made it, and from which file, stands in `[Script Info]`, in sections of editors and in
    /// comments.
    static func ass(_ header: [UInt8], keepsTags: Bool) -> [UInt8] {
        var (section, isFont) = ("", false)
        var kept: [ArraySlice<UInt8>] = []
        let lines = lines(of: header)
        for (index, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{FEFF}"])).lowercased()
            if text.hasPrefix("["), text.hasSuffix("]") { section = text }
            if section == "[fonts]", text.hasPrefix("fontname:") {
                let next = index + 1 < lines.count ? lines[index + 1] : []
                isFont = FontFile.begins(decoded(next.prefix(8)))
            }
            let isImage =
                section == "[graphics]" || section == "[fonts]" && text != section && !isFont
            if !isImage, keepsTags || isNeeded(text, in: section) { kept.append(line) }
        }
        return Array(kept.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Lines that end with a line feed, or with a carriage return alone.
    private static func lines(of header: [UInt8]) -> [ArraySlice<UInt8>] {
        let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        return header.split(separator: feed, omittingEmptySubsequences: false).flatMap { line in
            let text = line.last == carriage ? line.dropLast() : line
            return text.contains(carriage)
                ? text.split(separator: carriage, omittingEmptySubsequences: false) : [line]
        }
    }

    /// The bytes of a font as ASS writes them: six bits a character, from `!` on.
    private static func decoded(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let bits = line.map { UInt32($0 &- 33) & 63 }
        return stride(from: 0, to: bits.count / 4 * 4, by: 4).flatMap { index -> [UInt8] in
            let group = bits[(bits.startIndex + index)...].prefix(4).reduce(0) { $0 << 6 | $1 }
            return [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
        }
    }

    private static func isNeeded(_ line: String, in section: String) -> Bool {
        switch section {
        case "[script info]":
            let key = line.prefix { $0 != ":" }
            return line.isEmpty || line == section || scriptKeys.contains(String(key))
        case "[fonts]", "[events]": return true
        default: return section.hasSuffix("styles]")
        }
    }
}

/// The three header packets of Vorbis in one piece, as containers hold them.
///
/// The lengths of the first two stand before all in runs of 255
/// (<https://www.matroska.org/technical/codec_specs.html>), or that of each before it in 16 bits.
enum XiphHeaders {
    /// The packets; nil where the bytes are none.
    static func split(_ header: [UInt8]) -> [[UInt8]]? {
        header.starts(with: [0, 30]) ? splitByLengths(header) : splitByLaces(header)
    }

    private static func splitByLengths(_ header: [UInt8]) -> [[UInt8]]? {
        var (rest, packets) = (header[...], [[UInt8]]())
        for _ in 0..<3 {
            guard rest.count >= 2 else { return nil }
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            guard rest.count >= 2 + length else { return nil }
            packets.append(Array(rest.dropFirst(2).prefix(length)))
            rest = rest.dropFirst(2 + length)
        }
        return packets
    }

    private static func splitByLaces(_ header: [UInt8]) -> [[UInt8]]? {
        guard header.first == 2 else { return nil }
        var (rest, lengths) = (header.dropFirst(), [Int]())
        for _ in 0..<2 {
            let run = rest.prefix { $0 == 255 }.count
            guard let last = rest.dropFirst(run).first else { return nil }
            lengths.append(255 * run + Int(last))
            rest = rest.dropFirst(run + 1)
        }
        guard rest.count > lengths[0] + lengths[1] else { return nil }
        let others = rest.dropFirst(lengths[0])
        return [
            Array(rest.prefix(lengths[0])), Array(others.prefix(lengths[1])),
            Array(others.dropFirst(lengths[1])),
        ]
    }

    /// The packets in one piece, with runs.
    static func joined(_ packets: [[UInt8]]) -> [UInt8] {
        let laces = packets.dropLast().flatMap { packet in
            [UInt8](repeating: 255, count: packet.count / 255) + [UInt8(packet.count % 255)]
        }
        return [UInt8(packets.count - 1)] + laces + packets.joined()
    }
}

/// Puts a header in the place of the one that there is.
///
/// Wraps `av_mallocz`.
func setHeader(
    _ header: [UInt8], of parameters: UnsafeMutablePointer<AVCodecParameters>
) throws {
    let room = header.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
    guard let copy = av_mallocz(room)?.assumingMemoryBound(to: UInt8.self) else {
        throw MaskStreamError(.software, "out of memory for a stream's header")
    }
    copy.update(from: header, count: header.count)
    av_free(parameters.pointee.extradata)
    parameters.pointee.extradata = copy
    parameters.pointee.extradata_size = Int32(header.count)
}
