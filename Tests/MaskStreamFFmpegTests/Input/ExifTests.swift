internal import CFFmpeg
import Testing

@testable import MaskStreamFFmpeg

/// EXIF blocks that are damaged, or made to harm.
@Suite struct ExifTests {
    /// Little-endian: one directory with the orientation 3 and a camera.
    private let plain: [UInt8] =
        Array("II".utf8) + [42, 0, 8, 0, 0, 0, 2, 0]
        + [0x0F, 0x01, 2, 0, 6, 0, 0, 0, 38, 0, 0, 0]
        + [0x12, 0x01, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0] + [0, 0, 0, 0] + Array("Canon\0".utf8)

    private func read(_ bytes: [UInt8]) -> Exif? { bytes.withUnsafeBytes { Exif($0) } }

    @Test func orientationBecomesUpright() throws {
        let exif = try #require(read(plain))
        #expect(exif.orientation == 3 && !exif.isEmpty && exif.dropped.isEmpty)
        var upright = plain
        upright[30] = 1
        #expect(exif.bytes(width: 8, height: 8) == upright)
    }

    @Test func anyBytesAreRead() throws {
        for place in plain.indices {
            for value: UInt8 in [0, 1, 8, 127, 255] {
                var bytes = plain
                bytes[place] = value
                for count in [bytes.count, place] {
                    let found = read(Array(bytes.prefix(count)))
                    // What was read can be written, and read again.
                    guard let written = found?.bytes(width: 8, height: 8) else { continue }
                    #expect(read(written) != nil)
                }
            }
        }
    }

    /// A thousand entries that all lead to the same bytes do not become a thousand copies.
    @Test func entriesThatShareBytes() throws {
        var bytes: [UInt8] = Array("II".utf8) + [42, 0, 8, 0, 0, 0, 0xE8, 3]
        for _ in 0..<1000 { bytes += [0x0F, 0x01, 2, 0, 0, 0x20, 0, 0, 8, 0, 0, 0] }
        #expect(try #require(read(bytes)).bytes(width: 8, height: 8).count < 40_000)
    }
    private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The orientation 3, and how the image was taken: bytes by their tags.
    private static func camera(_ values: [(tag: Int, value: [UInt8])]) -> [UInt8] {
        var list = number(values.count, 2)
        var rest: [UInt8] = []
        let start = 38 + 6 + 12 * values.count
        for (tag, value) in values {
            list += number(tag, 2) + number(7, 2) + number(value.count, 4)
            list +=
                value.count > 4 ? number(start + rest.count, 4) : value + number(0, 4 - value.count)
            if value.count > 4 { rest += value }
        }
        return Array("II".utf8) + [42, 0, 8, 0, 0, 0, 2, 0]
            + [0x12, 0x01, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0]
            + [0x69, 0x87, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0] + [0, 0, 0, 0] + list + number(0, 4)
            + rest
    }

    /// What could be the bytes of a JPEG.
    private static let image: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0] + (0..<400).map { UInt8($0 * 89 % 251) }
    private static let url = Array("data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ".utf8)

    private static let harmful: [(String, [UInt8])] = [
        ("ASCII\0\0\0", image), ("ASCII\0\0\0", url), ("UNICODE\0", url.flatMap { [$0, 0] }),
        ("UNICODE\0", url.flatMap { [0, $0] }), ("", Array(image.dropFirst(8))),
    ]

    @Test(arguments: harmful)
    func commentsWithImagesGo(code: String, comment: [UInt8]) throws {
        let version = (tag: 0x9000, value: Array("0232".utf8))
        let exif = try #require(
            read(Self.camera([version, (0x9286, Array(code.utf8) + comment)])))
        #expect(exif.dropped == ["EXIF values that may hold an image"])
        let written = exif.bytes(width: 8, height: 8)
        #expect(written.firstRange(of: version.value) != nil)
        #expect(written.firstRange(of: comment.suffix(20)) == nil)
    }

    /// Words of all scripts and the numbers of cameras.
    @Test func commentsStay() throws {
        let words = String(repeating: "Ein schöner Tag, 美しい一日, прекрасный день. ", count: 9)
        let units = Array(words.utf16)
        let comments = [
            Array("ASCII\0\0\0".utf8) + Array(words.utf8),
            Array("UNICODE\0".utf8) + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
            Array("UNICODE\0".utf8) + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
            Array("ASCII\0\0\0".utf8) + [UInt8](repeating: 0, count: 300), [1, 2, 3, 0],
        ]
        for comment in comments {
            let bytes = Self.camera([(0x9286, comment)])
            let exif = try #require(read(bytes))
            #expect(exif.dropped.isEmpty, "\(exif.dropped)")
            #expect(exif.bytes(width: 8, height: 8).firstRange(of: comment) != nil)
        }
    }

    @Test func unknownTagsGo() throws {
        let exif = try #require(read(Self.camera([(0x9999, Array("something".utf8))])))
        #expect(exif.dropped == ["unknown EXIF tags"] && exif.isEmpty)
    }

    @Test(arguments: [image, url])
    func commentsOfAJPEGWithImagesGo(comment: [UInt8]) throws {
        func tags(_ content: [UInt8]) throws -> ImageTags {
            let length = content.count + 2
            let file = [0xFF, 0xD8, 0xFF, 0xFE, UInt8(length >> 8), UInt8(length & 255)] + content
            return try #require(
                (file + [0xFF, 0xD9]).withUnsafeBytes { ImageTags($0, codec: AV_CODEC_ID_MJPEG) })
        }
        let fine = Array("A fine day".utf8)
        #expect(try tags(fine).comments == [fine] && tags(fine).dropped.isEmpty)
        #expect(try tags(comment).comments.isEmpty && tags(comment).dropped == ["a comment"])
    }
}
