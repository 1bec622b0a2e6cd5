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
}
