internal import CFFmpeg
import Foundation
import MaskStream

/// The EXIF orientation of PNG and TIFF files, which FFmpeg 5.1 leaves unread.
enum ExifOrientation {
    /// The orientation written in a picture's file; nil where it has none or is of another kind.
    static func read(_ location: InputLocation, codec: AVCodecID) -> Orientation? {
        guard [AV_CODEC_ID_PNG, AV_CODEC_ID_TIFF].contains(codec), case .file(let path) = location,
            // The file was decoded already; one that is gone has no orientation to tell.
            let file = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        else { return nil }
        return codec == AV_CODEC_ID_TIFF ? tag(in: file) : chunk(of: file).flatMap(tag)
    }

    /// The content of a PNG's `eXIf` chunk (<https://www.w3.org/TR/png-3/#eXIf>).
    private static func chunk(of png: Data) -> Data? {
        var offset = 8
        while let length = number(in: png, at: offset, bytes: 4, isBig: true),
            let end = Optional(offset + 12 + length), end <= png.count
        {
            let body = png.startIndex + offset + 8
            if png[body - 4..<body] == Data("eXIf".utf8) {
                return Data(png[body..<body + length])
            }
            offset = end
        }
        return nil
    }

    /// Tag 274 of the first directory of a TIFF structure, which EXIF blocks are, too.
    private static func tag(in tiff: Data) -> Orientation? {
        let isBig = tiff.starts(with: Data("MM".utf8))
        guard isBig || tiff.starts(with: Data("II".utf8)),
            let directory = number(in: tiff, at: 4, bytes: 4, isBig: isBig),
            let count = number(in: tiff, at: directory, bytes: 2, isBig: isBig)
        else { return nil }
        for entry in 0..<count {
            let offset = directory + 2 + 12 * entry
            guard let tag = number(in: tiff, at: offset, bytes: 2, isBig: isBig) else { return nil }
            if tag == 274 {
                return number(in: tiff, at: offset + 8, bytes: 2, isBig: isBig)
                    .flatMap(Orientation.init(exif:))
            }
        }
        return nil
    }

    private static func number(in data: Data, at offset: Int, bytes: Int, isBig: Bool) -> Int? {
        guard offset >= 0, offset + bytes <= data.count else { return nil }
        let digits = data[data.startIndex + offset..<data.startIndex + offset + bytes]
        return (isBig ? Array(digits) : digits.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
}
