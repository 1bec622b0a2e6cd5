import Foundation
import MaskStreamTestSupport

/// Pictures that no program at hand writes, made byte by byte.
enum PictureFixtures {
    /// A CMYK JPEG of 24x16.
    static let cmykJPEG = """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2Rjcs
        LUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAEAAYBEMRAE0RAFkRAEsRAP/EABgAAAMBAQAAAAAAAAAAAAAAAAAC
        AwcG/8QAFxAAAwEAAAAAAAAAAAAAAAAAAAEFYv/aAA4EQwBNAFkASwAAPwDq3d2dIruzm3CwaETd3Y6u7EcLACO7
        soruybhYAzd3dmUq7s1ZwsAI7uyiu7JuFgCbu7HV3YjhYA//2Q==
        """

    /// An EXIF block that holds nothing but the orientation.
    fileprivate static func exif(_ orientation: UInt8) -> [UInt8] {
        let header: [UInt8] = Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0]
        let entry: [UInt8] = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
        return header + entry + [0, 0, 0, 0]
    }

    /// A JPEG with an orientation: the EXIF segment goes right behind the first marker.
    static func jpeg(_ plain: Data, orientation: UInt8) -> Data {
        jpeg(plain, exif: exif(orientation))
    }

    fileprivate static func jpeg(_ plain: Data, exif: [UInt8]) -> Data {
        let block = Array("Exif\u{0}\u{0}".utf8) + exif
        let length = UInt16(block.count + 2)
        let segment: [UInt8] =
            [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + block
        return plain.prefix(2) + Data(segment) + plain.dropFirst(2)
    }

    /// A WebP with an orientation: the plain file's picture behind a header that announces EXIF.
    static func webP(_ plain: Data, width: Int, height: Int, orientation: UInt8) -> Data {
        webP(plain, width: width, height: height, exif: exif(orientation))
    }

    fileprivate static func webP(_ plain: Data, width: Int, height: Int, exif: [UInt8]) -> Data {
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            let padding: [UInt8] = content.count % 2 == 0 ? [] : [0]
            return Array(name.utf8) + little(content.count, 4) + content + padding
        }
        let size: [UInt8] = little(width - 1, 3) + little(height - 1, 3)
        var chunks = chunk("VP8X", [8, 0, 0, 0] + size)
        chunks += Array(plain.dropFirst(12))
        chunks += chunk("EXIF", exif)
        let length = little(chunks.count + 4, 4)
        return Data(Array("RIFF".utf8) + length + Array("WEBP".utf8) + chunks)
    }

    private static func little(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

extension PictureFixtures {
    /// A PNG with an orientation: the chunk goes right behind the first one.
    static func png(_ plain: Data, orientation: UInt8) -> Data {
        png(plain, chunk: "eXIf", exif(orientation))
    }

    /// A PNG with a chunk right behind the first one.
    static func png(_ plain: Data, chunk name: String, _ content: [UInt8]) -> Data {
        let typed: [UInt8] = Array(name.utf8) + content
        let chunk: [UInt8] = big(typed.count - 4) + typed + big(Int(checksum(typed)))
        return plain.prefix(33) + Data(chunk) + plain.dropFirst(33)
    }

    /// A grey TIFF of noise in the byte order of Motorola.
    static func tiff(width: Int, height: Int, orientation: UInt8) -> Data {
        let pixels = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 &* 40503 >> 5) }
        var file: [UInt8] = Array("MM".utf8) + [0, 42] + big(8 + pixels.count)
        file += pixels + [0, 10]
        for (tag, value) in [
            (256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8),
            (274, Int(orientation)), (277, 1), (278, height), (279, pixels.count),
        ] {
            // The type is a short, which lies in the first half of its four bytes.
            file += big(tag).suffix(2) + [0, 3] + big(1)
            file += big(value).suffix(2) + [0, 0]
        }
        return Data(file + big(0))
    }

    private static func big(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// The cyclic redundancy check of ISO 3309.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
                rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
            }
        }
    }
}

extension PictureFixtures {
    /// A file of 64x48 with an EXIF block.
    static func tagged(_ plain: Data, kind: String, exif: [UInt8]) -> Data {
        switch kind {
        case "jpg": jpeg(plain, exif: exif)
        case "webp": webP(plain, width: 64, height: 48, exif: exif)
        default: png(plain, chunk: "eXIf", exif)
        }
    }

    /// EXIF as a camera writes it: four directories, one of them a thumbnail's.
    static func cameraExif(orientation: UInt8) -> [UInt8] {
        typealias Entry = (tag: Int, type: Int, count: Int, value: [UInt8])
        func size(_ entries: [Entry]) -> Int {
            entries.reduce(6 + 12 * entries.count) {
                $0 + ($1.value.count > 4 ? $1.value.count : 0)
            }
        }
        func directory(_ entries: [Entry], at offset: Int, next: Int = 0) -> [UInt8] {
            var (list, values) = (little(entries.count, 2), [UInt8]())
            for entry in entries {
                list += little(entry.tag, 2) + little(entry.type, 2) + little(entry.count, 4)
                let place = offset + 6 + 12 * entries.count + values.count
                list +=
                    entry.value.count > 4
                    ? little(place, 4) : Array((entry.value + [0, 0, 0]).prefix(4))
                if entry.value.count > 4 { values += entry.value }
            }
            return list + little(next, 4) + values
        }
        func text(_ tag: Int, _ text: String) -> Entry {
            (tag, 2, text.utf8.count, Array(text.utf8))
        }
        let photo = [text(0x9003, "2024:01:02 03:04:05\0"), text(0x927C, "MAKERNOTE\0")]
        let place = [text(0x001B, "PLACE\0"), (1, 2, 2, [78, 0, 0, 0])]
        let (make, head) = (text(0x010F, "Canonet\0"), 8)
        let turn: Entry = (0x0112, 3, 1, [orientation, 0, 0, 0])
        func main(_ photo: Int, _ place: Int) -> [Entry] {
            [make, turn, (0x8769, 4, 1, little(photo, 4)), (0x8825, 4, 1, little(place, 4))]
        }
        let photoAt = head + size(main(0, 0))
        let placeAt = photoAt + size(photo)
        let smallAt = placeAt + size(place)
        let small: [Entry] = [text(0x0201, "THUMBNAIL\0")]
        return Array("II".utf8) + [42, 0] + little(head, 4)
            + directory(main(photoAt, placeAt), at: head, next: smallAt)
            + directory(photo, at: photoAt) + directory(place, at: placeAt)
            + directory(small, at: smallAt)
    }

    /// An ICC profile of a display's colours, and a tag that no one knows.
    static var profile: [UInt8] {
        let number = big(1 << 15)
        let zero = [UInt8](repeating: 0, count: 4)
        let point = Array("XYZ ".utf8) + zero + number + number + number
        let gamma = Array("curv".utf8) + zero + big(1) + [2, 51, 0, 0]
        let names = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "mine"]
        let start = 132 + 12 * names.count
        var bytes = [UInt8](repeating: 0, count: 128) + big(names.count)
        for name in names {
            let (place, length) =
                switch name.suffix(3) {
                case "XYZ": (start, 20)
                case "TRC": (start + 20, 14)
                default: (start + 36, 16)
                }
            bytes += Array(name.utf8) + big(place) + big(length)
        }
        bytes += point + gamma + Array("PRIVATE PICTURE.".utf8)
        bytes.replaceSubrange(0..<4, with: big(bytes.count))
        for (place, name) in [(12, "mntr"), (16, "RGB "), (20, "XYZ "), (36, "acsp")] {
            bytes.replaceSubrange(place..<place + 4, with: Array(name.utf8))
        }
        return bytes
    }

    /// A PNG with an ICC profile, which is not compressed in its zlib stream.
    static func png(_ plain: Data, profile: [UInt8]) -> Data {
        let (first, second) = profile.reduce((1, 0)) { sums, byte in
            let first = (sums.0 + Int(byte)) % 65_521
            return (first, (sums.1 + first) % 65_521)
        }
        let length = profile.count
        let stream =
            [0x78, 0x01, 1] + little(length, 2) + little(~length, 2) + profile
            + big(second << 16 | first)
        return png(plain, chunk: "iCCP", Array("x\0\0".utf8) + stream)
    }
}
