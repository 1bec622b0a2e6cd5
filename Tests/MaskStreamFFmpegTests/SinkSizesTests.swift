import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkSizesTests {
    static let sizes: [(Int, Int)] = [
        (1, 1), (3, 2), (2, 3), (641, 481), (853, 480),
    ]

    @Test("Any size is encoded", arguments: sizes, ["mp4", "mkv", "webm"])
    func encodes(size: (Int, Int), ending: String) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("a.\(ending)"))
        if ending == "mkv" { options.codec = "ffv1" }
        let format = FrameFormat.small(width: size.0, height: size.1)
        let log = WarningLog()
        try writeClip(options, format, times: [0, 1], log: log)
        let found = try Clips.probe(
            options.destination, ["-show_entries", "stream=width,height,pix_fmt"])
        let isOdd = ending == "mp4" && (size.0 % 2 != 0 || size.1 % 2 != 0)
        #expect(found == ["\(size.0),\(size.1),\(isOdd ? "yuv444p" : "yuv420p")"])
        #expect(log.codes == (isOdd ? ["converted"] : []))
    }

    @Test("At an odd size each pixel keeps the chroma it had")
    func repeatsChroma() throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("a.mkv"))
        options.crf = 0
        options.preset = "ultrafast"
        let format = FrameFormat.small(width: 33, height: 17)
        try writeClip(options, format, times: [0])
        let decoded = try [UInt8](Clips.rawVideo(options.destination, pixelFormat: "yuv444p"))
        let frame = patternFrame(format, pts: 0)
        for plane in 1...2 {
            frame.buffer.withPlane(plane) { source in
                for y in 0..<17 {
                    for x in 0..<33 {
                        let found = decoded[plane * 33 * 17 + y * 33 + x]
                        #expect(found == source.row(y / 2, as: UInt8.self)[x / 2])
                    }
                }
            }
        }
    }

    @Test(
        "Encoders that count frames keep the input's times",
        arguments: [("a.avi", "mpeg4"), ("a.mp4", "mpeg4"), ("a.mkv", "mpeg2video")])
    func countingEncoders(name: String, codec: String) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path(name))
        options.codec = codec
        let format = FrameFormat.small(timeBase: Rational(1, 90000))
        try writeClip(options, format, times: [0, 3600, 7200, 14400])
        let found = try Clips.probe(options.destination, ["-show_entries", "packet=pts_time"])
        #expect(found.compactMap { Double($0) } == [0, 0.04, 0.08, 0.16])
    }
}
