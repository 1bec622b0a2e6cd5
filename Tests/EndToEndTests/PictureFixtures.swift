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
        let block = Array("Exif\u{0}\u{0}".utf8) + exif(orientation)
        let length = UInt16(block.count + 2)
        let segment: [UInt8] =
            [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + block
        return plain.prefix(2) + Data(segment) + plain.dropFirst(2)
    }

    /// A WebP with an orientation: the plain file's picture behind a header that announces EXIF.
    static func webP(_ plain: Data, width: Int, height: Int, orientation: UInt8) -> Data {
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            let padding: [UInt8] = content.count % 2 == 0 ? [] : [0]
            return Array(name.utf8) + little(content.count, 4) + content + padding
        }
        let size: [UInt8] = little(width - 1, 3) + little(height - 1, 3)
        var chunks = chunk("VP8X", [8, 0, 0, 0] + size)
        chunks += Array(plain.dropFirst(12))
        chunks += chunk("EXIF", exif(orientation))
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
        let typed: [UInt8] = Array("eXIf".utf8) + exif(orientation)
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
