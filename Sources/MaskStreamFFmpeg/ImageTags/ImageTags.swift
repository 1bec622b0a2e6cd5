internal import CFFmpeg
import MaskStream

/// What an image's file declares beside its pixels: EXIF, texts, and how densely it is printed.
///
/// FFmpeg 5.1 hands on some of it as text and none of it as it is, so that it is read here, from the
/// packet, which is the whole file.
struct ImageTags: Sendable {
    /// The camera's own tags.
    var exif: Exif?
    /// Pixels per metre.
    var density: (x: Int, y: Int)?
    /// Chunks of text as a PNG holds them: the name and the content.
    var chunks: [(name: String, content: [UInt8])] = []
    /// Comments of a JPEG.
    var comments: [[UInt8]] = []
    /// What is dropped, because it may show or describe what is masked.
    private(set) var dropped: [String] = []

    /// Reads a file; nil where it is of another kind, or declares nothing.
    init?(_ file: UnsafeRawBufferPointer, codec: AVCodecID) {
        switch codec {
        case AV_CODEC_ID_PNG, AV_CODEC_ID_APNG: readPNG(file)
        case AV_CODEC_ID_MJPEG: readJPEG(file)
        case AV_CODEC_ID_WEBP: readWebP(file)
        case AV_CODEC_ID_TIFF: exif = Exif(file)
        default: return nil
        }
        dropped += exif?.dropped ?? []
        dropped = dropped.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        if exif == nil, density == nil, chunks.isEmpty, comments.isEmpty, dropped.isEmpty {
            return nil
        }
    }

    /// How the image is to be turned, where FFmpeg 5.1 does not read it itself.
    static func orientation(_ tags: ImageTags?, codec: AVCodecID) -> Orientation? {
        guard [AV_CODEC_ID_PNG, AV_CODEC_ID_TIFF].contains(codec) else { return nil }
        return tags?.exif?.orientation.flatMap(Orientation.init(exif:))
    }

    /// Follows an image whose sides are exchanged.
    mutating func turnDensity() {
        if let old = density { density = (old.y, old.x) }
    }

    /// What is there to write, in words.
    var kinds: [String] {
        let parts = [
            ("EXIF", exif?.isEmpty == false), ("the density", density != nil),
            ("texts", !chunks.isEmpty || !comments.isEmpty),
        ]
        return parts.filter(\.1).map(\.0)
    }

    /// Chunks of <https://www.w3.org/TR/png-3/>.
    private mutating func readPNG(_ file: UnsafeRawBufferPointer) {
        var offset = 8
        while let length = file.big(at: offset, bytes: 4), offset + 12 + length <= file.count {
            let name = String(decoding: file[offset + 4..<offset + 8], as: UTF8.self)
            let content = UnsafeRawBufferPointer(
                rebasing: file[offset + 8..<offset + 8 + length])
            offset += 12 + length
            switch name {
            case "eXIf": exif = exif ?? Exif(content)
            case "pHYs" where length == 9 && content[8] == 1:
                if let x = content.big(at: 0, bytes: 4), let y = content.big(at: 4, bytes: 4) {
                    density = (x, y)
                }
            case "tEXt", "zTXt", "iTXt":
                let keyword = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
                if keyword.hasPrefix("XML:com.adobe.xmp") {
                    dropped.append("XMP")
                } else if keyword.lowercased().hasPrefix("raw profile type")
                    || mayBeImage(name, content)
                {
                    dropped.append(keyword)
                } else if name == "tEXt", keyword == "Comment" {
                    comments.append(Array(content.dropFirst(keyword.utf8.count + 1)))
                } else {
                    chunks.append((name, Array(content)))
                }
            default: break
            }
        }
    }

    /// Whether a chunk of text may hold an image; compressed, it does from some length on.
    private func mayBeImage(_ chunk: String, _ content: UnsafeRawBufferPointer) -> Bool {
        let keyword = content.prefix { $0 != 0 }.count
        let isCompressed =
            chunk == "zTXt" || chunk == "iTXt" && content.dropFirst(keyword + 1).first == 1
        return isCompressed
            ? content.count >= EmbeddedImage.least || EmbeddedImage.isIn(content)
            : EmbeddedImage.mayBe(content)
    }

    /// Segments of ITU-T T.81, annex B, up to the first scan.
    private mutating func readJPEG(_ file: UnsafeRawBufferPointer) {
        var offset = 2
        while let marker = file.big(at: offset, bytes: 2), marker >> 8 == 0xFF, marker != 0xFFDA,
            let length = file.big(at: offset + 2, bytes: 2), length >= 2,
            offset + 2 + length <= file.count
        {
            let content = UnsafeRawBufferPointer(
                rebasing: file[offset + 4..<offset + 2 + length])
            offset += 2 + length
            let label = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
            switch (marker, label) {
            case (0xFFE0, "JFIF"):
                // Dots per inch or per centimetre.
                let unit = [1: 39.3701, 2: 100.0][content.count > 7 ? content[7] : 0]
                if let unit, let x = content.big(at: 8, bytes: 2),
                    let y = content.big(at: 10, bytes: 2)
                {
                    density = (Int((Double(x) * unit).rounded()), Int((Double(y) * unit).rounded()))
                }
            case (0xFFE1, "Exif"):
                exif = exif ?? Exif(UnsafeRawBufferPointer(rebasing: content.dropFirst(6)))
            case (0xFFE1, _): dropped.append("XMP")
            case (0xFFE2, "MPF"): dropped.append("further images")
            case (0xFFED, _): dropped.append("Photoshop's resources")
            // What FFmpeg's own encoder writes of itself is no comment.
            case (0xFFFE, _) where label.hasPrefix("Lavc"): break
            case (0xFFFE, _) where EmbeddedImage.mayBe(content): dropped.append("a comment")
            case (0xFFFE, _): comments.append(Array(content))
            default: break
            }
        }
    }

    /// Chunks of <https://developers.google.com/speed/webp/docs/riff_container>.
    private mutating func readWebP(_ file: UnsafeRawBufferPointer) {
        var offset = 12
        while let size = file.big(at: offset + 4, bytes: 4) {
            let length = Int(UInt32(size).byteSwapped)
            guard offset + 8 + length <= file.count else { return }
            let name = String(decoding: file[offset..<offset + 4], as: UTF8.self)
            var content = file[offset + 8..<offset + 8 + length]
            offset += 8 + length + length % 2
            if name == "XMP " { dropped.append("XMP") }
            guard name == "EXIF" else { continue }
            // Some programs put JPEG's label in front.
            if content.starts(with: Array("Exif\u{0}\u{0}".utf8)) { content = content.dropFirst(6) }
            exif = exif ?? Exif(UnsafeRawBufferPointer(rebasing: content))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// A number with its first byte the highest; nil behind the end.
    func big(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= 0, offset + count <= self.count else { return nil }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }
}
