import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

struct ImageEncoderTests {
    /// Four flat fields: red, green, blue and grey.
    private static func picture(_ width: Int, _ height: Int) -> Thumbnail {
        let colors: [[UInt8]] = [[220, 30, 40], [20, 200, 60], [30, 60, 230], [128, 128, 128]]
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                pixels += colors[(x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2)]
            }
        }
        return Thumbnail(width: width, height: height, pixels: pixels)
    }

    @Test("The file decodes to the picture", arguments: [(320, 180), (33, 57)])
    func decodes(width: Int, height: Int) throws {
        let picture = Self.picture(width, height)
        let folder = try TemporaryFolder()
        let path = try folder.write(Data(try ImageEncoder.jpeg(picture)), to: "a.jpg")
        let decoded = try Clips.rawVideo(path, pixelFormat: "rgb24")
        try #require(decoded.count == picture.pixels.count)
        let error = zip(decoded, picture.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(error < 4 * picture.pixels.count)
    }

    @Test("The smallest picture has a file, too")
    func smallest() throws {
        let bytes = try ImageEncoder.jpeg(
            Thumbnail(width: 1, height: 1, pixels: [9, 9, 9]))
        #expect(bytes.starts(with: [0xFF, 0xD8]))
    }

    @Test("The same picture gives the same bytes, and few")
    func deterministic() throws {
        let picture = Self.picture(320, 180)
        let bytes = try ImageEncoder.jpeg(picture)
        #expect(try ImageEncoder.jpeg(picture) == bytes)
        #expect(bytes.count < 20_000)
    }
}
