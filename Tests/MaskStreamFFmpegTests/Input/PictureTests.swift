import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct PictureTests {
    @Test(arguments: ["jpg", "png", "webp", "bmp", "tiff", "gif", "ppm", "jp2"])
    func aPictureIsOneFrame(_ suffix: String) throws {
        let folder = try TemporaryFolder()
        // Larger than what a demuxer reads at once, so that its packets have no position.
        let path = try Clips.make(
            "p.\(suffix)", in: folder, Clips.testSource("411x301") + ["-frames:v", "1"])
        let reading = try Reading(path)
        #expect(reading.error == nil)
        #expect(reading.isImage)
        #expect(reading.pts.count == 1)
        #expect(reading.format.width == 411)
        #expect(reading.damaged == [false])
    }

    @Test func anAnimationIsAVideo() throws {
        let folder = try TemporaryFolder()
        let path = try Clips.make("a.gif", in: folder, Clips.testSource(rate: "10"))
        let reading = try Reading(path)
        #expect(!reading.isImage)
        #expect(reading.pts.count == 10)
        #expect(reading.error == nil)
    }

    @Test func aVideoIsNoPicture() throws {
        let folder = try TemporaryFolder()
        let path = try Clips.make(
            "a.mp4", in: folder, Clips.testSource() + ["-frames:v", "1"])
        #expect(try !Reading(path).isImage)
    }

    @Test func jpegIsFullRange() throws {
        let folder = try TemporaryFolder()
        let path = try Clips.make(
            "a.jpg", in: folder, Clips.testSource() + ["-frames:v", "1"])
        #expect(try Reading(path).format.color.range == .full)
    }

    @Test(arguments: 1...8)
    func readsExifOrientation(_ value: Int) throws {
        let folder = try TemporaryFolder()
        let plain = try Clips.make(
            "a.jpg", in: folder, Clips.testSource("48x32") + ["-frames:v", "1"])
        let tagged = try folder.write(
            withOrientation(value, try Data(contentsOf: URL(fileURLWithPath: plain))), to: "t.jpg")
        let reading = try Reading(tagged)
        #expect(reading.format.orientation == Orientation(exif: value))
        #expect(reading.format.width == 48)
        #expect(reading.bytes == (try Reading(plain).bytes))
    }

    /// The eight orientations of a 2x3 picture, as the EXIF standard draws them.
    @Test func exifOrientationsTurnAsTheStandardSays() {
        let stored = [1, 2, 3, 4, 5, 6]
        let expected: [[Int]] = [
            [1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5], [6, 5, 4, 3, 2, 1], [5, 6, 3, 4, 1, 2],
            [1, 3, 5, 2, 4, 6], [5, 3, 1, 6, 4, 2], [6, 4, 2, 5, 3, 1], [2, 4, 6, 1, 3, 5],
        ]
        for value in 1...8 {
            let orientation = Orientation(exif: value)
            #expect(
                orientation?.apply(to: stored, width: 2, height: 3) == expected[value - 1],
                "\(value)")
        }
    }

    /// Every display matrix in an MP4 turns the picture as `ffmpeg` does.
    @Test(arguments: [
        [1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0],
        [-1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, -1, -1, 0],
    ])
    func readsDisplayMatrices(_ matrix: [Int32]) throws {
        let folder = try TemporaryFolder()
        let plain = try Clips.make(
            "a.mp4", in: folder,
            Clips.testSource("64x32", seconds: 0.04) + ["-c:v", "libx264", "-qp", "0"])
        let turned = try folder.write(
            withMatrix(matrix, try Data(contentsOf: URL(fileURLWithPath: plain))), to: "t.mp4")
        let reading = try Reading(turned)
        let luma = Array(reading.bytes.prefix(64 * 32))
        let upright = reading.format.orientation.apply(to: luma, width: 64, height: 32)
        let shown = try Clips.ffmpeg(["-i", turned, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        let plainShown = try Clips.ffmpeg(["-i", plain, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        // The grey conversion stretches the range; compare positions by its own table.
        var table = [UInt8](repeating: 0, count: 256)
        let plainLuma = try Reading(plain).bytes.prefix(64 * 32)
        for (stored, grey) in zip(plainLuma, plainShown) { table[Int(stored)] = grey }
        #expect(Data(upright.map { table[Int($0)] }) == shown)
        let numbers = try FFmpegSource(InputOptions(turned)).displayMatrix?.count
        #expect(numbers == (matrix == [1, 0, 0, 1] ? nil : 9))
    }

    @Test func roundsOtherAngles() throws {
        let folder = try TemporaryFolder()
        let plain = try Clips.make(
            "a.mp4", in: folder, Clips.testSource("64x32", seconds: 0.1))
        let turned = try Clips.make(
            "t.mp4", in: folder,
            ["-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=100"])
        let reading = try Reading(turned)
        #expect(reading.warnings.map(\.code) == ["rotation_rounded"])
        #expect(reading.format.orientation.transposes)
    }

    /// Puts an EXIF block with an orientation behind a JPEG's first marker.
    private func withOrientation(_ value: Int, _ jpeg: Data) -> Data {
        let tiff: [UInt8] =
            [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(value)]
            + [0, 0, 0, 0, 0, 0]
        let body = Array("Exif".utf8) + [0, 0] + tiff
        let length = body.count + 2
        let segment: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + body
        return jpeg.prefix(2) + Data(segment) + jpeg.dropFirst(2)
    }

    /// Overwrites the matrix of an MP4's only track header; `a b c d` are whole numbers.
    private func withMatrix(_ matrix: [Int32], _ file: Data) -> Data {
        var file = file
        guard let box = file.range(of: Data("tkhd".utf8)) else { return file }
        let numbers: [Int32] = [
            matrix[0] << 16, matrix[1] << 16, 0, matrix[2] << 16, matrix[3] << 16, 0, 0, 0, 1 << 30,
        ]
        let start = box.upperBound + 40
        for (index, number) in numbers.enumerated() {
            withUnsafeBytes(of: number.bigEndian) { bytes in
                file.replaceSubrange(start + index * 4..<start + index * 4 + 4, with: bytes)
            }
        }
        return file
    }
}
