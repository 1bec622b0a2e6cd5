internal import CFFmpeg
import MaskStream

/// Puts an image's tags into the file that FFmpeg's encoder made.
struct ImageTagWriter {
    let tags: ImageTags?
    /// The ICC profile, for encoders that do not write it themselves.
    let profile: [UInt8]?
    let width: Int
    let height: Int

    /// The kinds of files into which tags can be put.
    static let codecs: Set = [AV_CODEC_ID_PNG, AV_CODEC_ID_MJPEG, AV_CODEC_ID_WEBP]

    /// Bytes of the longest content of a JPEG's segment.
    private static let longest = 65_533

    /// What is not written of an image's tags, for people; `codec` is nil where the output is none.
    static func warnings(_ tags: ImageTags, in codec: AVCodecID?) -> [MediaWarning] {
        var found: [MediaWarning] = []
        let lost = lost(tags, in: codec).joined(separator: ", ")
        if !lost.isEmpty {
            found.append(
                MediaWarning(
                    "dropped_image_tags", "dropped, as the output does not take it: \(lost)"))
        }
        let dropped = tags.dropped.joined(separator: ", ")
        if !dropped.isEmpty {
            found.append(
                MediaWarning(
                    "dropped_image_tags",
                    "dropped, as it may show or describe what is masked: \(dropped)"))
        }
        return found
    }

    /// What a kind of file has no place for, in words.
    private static func lost(_ tags: ImageTags, in codec: AVCodecID?) -> [String] {
        guard let codec, codecs.contains(codec) else { return tags.kinds }
        // A JPEG has comments alone.
        let losesTexts =
            codec == AV_CODEC_ID_WEBP
            ? tags.kinds.contains("texts") : codec == AV_CODEC_ID_MJPEG && !tags.chunks.isEmpty
        let losesDensity = codec == AV_CODEC_ID_WEBP && tags.density != nil
        let exif = tags.exif?.bytes(width: 1, height: 1).count ?? 0
        let parts = [
            ("EXIF", codec == AV_CODEC_ID_MJPEG && exif > longest - 6),
            ("the density", losesDensity), ("texts", losesTexts),
        ]
        return parts.filter(\.1).map(\.0)
    }

    /// Puts the tags into a packet, which is the whole file.
    ///
    /// Wraps `av_grow_packet`.
    func write(into packet: UnsafeMutablePointer<AVPacket>, codec: AVCodecID) throws {
        guard profile != nil || tags != nil else { return }
        let size = Int(packet.pointee.size)
        let old = Array(UnsafeBufferPointer(start: packet.pointee.data, count: size))
        let file = write(into: old, codec: codec)
        if file.count > size {
            try check(av_grow_packet(packet, Int32(file.count - size)), "write tags", "output")
        } else {
            av_shrink_packet(packet, Int32(file.count))
        }
        try check(av_packet_make_writable(packet), "write tags", "output")
        packet.pointee.data.update(from: file, count: file.count)
    }

    /// The file with the tags in it.
    func write(into file: [UInt8], codec: AVCodecID) -> [UInt8] {
        switch codec {
        case AV_CODEC_ID_PNG: png(file)
        case AV_CODEC_ID_MJPEG: jpeg(file)
        case AV_CODEC_ID_WEBP: webP(file)
        default: file
        }
    }

    private var exif: [UInt8]? {
        guard let exif = tags?.exif, !exif.isEmpty else { return nil }
        return exif.bytes(width: width, height: height)
    }

    /// Chunks go behind the header, which is as long in every file.
    private func png(_ file: [UInt8]) -> [UInt8] {
        let (header, signature) = (33, 8)
        guard file.count > header else { return file }
        var rest = file[header...]
        var chunks: [UInt8] = []
        if let density = tags?.density {
            // FFmpeg's own, which holds the shape of the pixels alone, comes first.
            if rest.dropFirst(4).starts(with: Array("pHYs".utf8)) { rest = rest.dropFirst(21) }
            chunks += chunk("pHYs", big(density.x, 4) + big(density.y, 4) + [1])
        }
        if let exif { chunks += chunk("eXIf", exif) }
        for text in tags?.chunks ?? [] { chunks += chunk(text.name, text.content) }
        for comment in tags?.comments ?? [] {
            // One kind of chunk is for UTF-8, the other for Latin-1.
            let isUTF8 = String(validating: comment, as: UTF8.self) != nil
            let label = Array("Comment".utf8) + [UInt8](repeating: 0, count: isUTF8 ? 5 : 1)
            chunks += chunk(isUTF8 ? "iTXt" : "tEXt", label + comment)
        }
        return file[..<signature] + file[signature..<header] + chunks + rest
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let typed = Array(name.utf8) + content
        let sum = ~av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), .max, typed, typed.count)
        return big(content.count, 4) + typed + big(Int(sum), 4)
    }

    /// Segments go behind the start and JFIF's, which has to be the first.
    private func jpeg(_ file: [UInt8]) -> [UInt8] {
        var jfif: [UInt8] = []
        var rest = file.dropFirst(2)
        if rest.starts(with: [0xFF, 0xE0]), rest.count > 20 {
            let length = Int(rest[rest.startIndex + 2]) << 8 | Int(rest[rest.startIndex + 3])
            jfif = Array(rest.prefix(2 + length))
            rest = rest.dropFirst(2 + length)
        }
        if let density = tags?.density {
            let inch = [density.x, density.y].map { Int((Double($0) / 39.3701).rounded()) }
            let isInch = inch.allSatisfy { (1...65_535).contains($0) }
            let sides = isInch ? big(inch[0], 2) + big(inch[1], 2) : [0, 1, 0, 1]
            let content = Array("JFIF\u{0}".utf8) + [1, 2, isInch ? 1 : 0] + sides + [0, 0]
            jfif = segment(0xE0, content)
        }
        var more: [UInt8] = []
        if let exif { more += segment(0xE1, Array("Exif\u{0}\u{0}".utf8) + exif) }
        for comment in tags?.comments ?? [] { more += segment(0xFE, comment) }
        return file.prefix(2) + jfif + more + rest
    }

    /// A segment; none where the content is longer than one can be.
    private func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count <= Self.longest else { return [] }
        return [0xFF, marker] + big(content.count + 2, 2) + content
    }

    /// The image goes behind a header that announces what comes with it.
    private func webP(_ file: [UInt8]) -> [UInt8] {
        guard file.count > 30, profile != nil || exif != nil else { return file }
        var pixels = file[12...]
        var flags: UInt8 = 0
        if pixels.starts(with: Array("VP8X".utf8)) {
            flags = pixels[pixels.startIndex + 8]
            pixels = pixels.dropFirst(18)
        } else if pixels.starts(with: Array("VP8L".utf8)) {
            // The bit after both sides says whether there is alpha.
            flags = pixels[pixels.startIndex + 12] & 0x10
        }
        var chunks: [UInt8] = []
        if let profile { chunks += riff("ICCP", profile) }
        chunks += pixels
        if let exif { chunks += riff("EXIF", exif) }
        flags |= (profile == nil ? 0 : 0x20) | (exif == nil ? 0 : 0x08)
        let header = [flags, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
        chunks = riff("VP8X", header) + chunks
        return Array("RIFF".utf8) + little(chunks.count + 4, 4) + Array("WEBP".utf8) + chunks
    }

    private func riff(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + little(content.count, 4) + content
            + [UInt8](repeating: 0, count: content.count % 2)
    }

    private func big(_ value: Int, _ bytes: Int) -> [UInt8] { little(value, bytes).reversed() }

    private func little(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
