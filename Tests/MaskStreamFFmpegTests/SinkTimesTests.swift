import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkTimesTests {
    struct Case: CustomStringConvertible {
        let name: String
        let timeBase: Rational
        let times: [Int64]
        let expected: [Double]
        var format: String?
        var codec: String?
        var description: String { "\(name) \(timeBase)" }
    }

    static let variable: [Int64] = [0, 3003, 4000, 9009, 12012, 30000, 30001, 45000, 90000, 91000]

    @Test(
        "Every time is the input's",
        arguments: [
            ("a.mp4", Rational(1, 90000), 0), ("a.mov", Rational(1, 90000), 0),
            ("a.mp4", Rational(1, 90000), 1001), ("a.mp4", Rational(1001, 30000), 5),
            ("a.mkv", Rational(1, 1000), 0), ("a.mkv", Rational(1, 1000), 333),
            ("a.nut", Rational(1, 90000), 0), ("a.nut", Rational(1, 90000), 777),
        ] as [(String, Rational, Int64)])
    func keepsTimes(name: String, timeBase: Rational, start: Int64) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path(name))
        options.preset = "ultrafast"
        // B-frames make decoding times differ from presentation times.
        options.encoderOptions = [("bf", "2"), ("x264-params", "b-adapt=0")]
        let times = Self.variable.map { $0 + start }
        let format = FrameFormat.small(timeBase: timeBase, frameRate: Rational(30000, 1001))
        try writeClip(options, format, times: times)
        let expected = times.map { Double($0) * timeBase.value }
        let found = try Clips.probe(
            options.destination, ["-show_entries", "frame=pts_time", "-select_streams", "v"]
        ).compactMap { Double($0) }
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-6) }
    }
}
