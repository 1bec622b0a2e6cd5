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
        if !name.hasSuffix("nut") {
            options.encoderOptions = [("bf", "2"), ("x264-params", "b-adapt=0")]
        }
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

@Suite struct SinkStreamTimesTests {
    let folder: TemporaryFolder
    let source: String

    init() throws {
        folder = try TemporaryFolder()
        // AAC in MP4 begins before 0: its first packet only fills the decoder.
        source = try Clips.make(
            "in.mp4", in: folder,
            Clips.testSource() + Clips.tone() + ["-c:v", "libx264", "-c:a", "aac"])
    }

    func times(_ path: String, _ stream: String) throws -> [Double] {
        try Clips.probe(path, ["-select_streams", stream, "-show_entries", "packet=pts_time"])
            .compactMap { $0.split(separator: ",").first.flatMap { Double($0) } }.sorted()
    }

    @Test(
        "Differences between streams stay",
        arguments: [
            ("a.mp4", 0, 1e-6), ("a.mov", 0, 1e-6), ("a.mkv", 0, 0.001),
            ("a.nut", 1024.0 / 48000, 0.00004),
        ])
    func differences(name: String, shift: Double, tolerance: Double) throws {
        let log = WarningLog()
        let options = OutputOptions(destination: folder.path(name))
        let input = try PacketInput(source)
        try writeClip(
            options, .small(timeBase: Rational(1, 12800)), times: (0..<25).map { $0 * 512 },
            input: input, log: log)
        for stream in ["v", "a"] {
            let before = try times(source, stream)
            let after = try times(options.destination, stream)
            #expect(before.count == after.count)
            for (one, other) in zip(before, after) {
                #expect(abs(one + shift - other) <= tolerance, "\(stream) \(one) \(other)")
            }
        }
        #expect(log.codes == (shift > 0 ? ["shifted_times"] : []))
    }

    @Test("MPEG-TS moves all streams alike")
    func transportStream() throws {
        let options = OutputOptions(destination: folder.path("a.ts"))
        try writeClip(
            options, .small(timeBase: Rational(1, 12800)), times: (0..<25).map { $0 * 512 },
            input: try PacketInput(source))
        let video = try times(options.destination, "v")
        let audio = try times(options.destination, "a")
        #expect(video.count >= 25)
        let first = try #require(video.first)
        let sound = try #require(audio.first)
        #expect(abs(first - sound - 1024.0 / 48000) < 0.0001)
    }

    @Test(
        "Ticks too fine for a gap in MP4 become coarser ones",
        arguments: [Rational(1, 1_000_000_000), Rational(1, 1_000_000), Rational(1, 1_200_000)])
    func fineTicks(_ timeBase: Rational) throws {
        for name in ["a.mp4", "a.mov"] {
            let options = OutputOptions(destination: folder.path(name))
            let second = Int64(timeBase.den)
            let format = FrameFormat.small(timeBase: timeBase)
            let log = WarningLog()
            try writeClip(
                options, format, times: [0, second / 25, 10_000 * second, 10_001 * second], log: log
            )
            let found = try Clips.probe(
                options.destination, ["-show_entries", "packet=pts_time:stream=time_base"]
            ).map { $0.split(separator: ",")[0] }
            #expect(found.last == "1/90000" && log.all.isEmpty)
            #expect(
                found.dropLast().compactMap { Double($0) }.sorted() == [0, 0.04, 10_000, 10_001])
        }
    }

    @Test(
        arguments: [
            ("mp4", Rational(1, 90_000), 3 << 30), ("mp4", Rational(.max, 1), 2),
            ("gif", Rational(1, 100), 70_000), ("avi", Rational(1, 25), 1 << 61),
        ] as [(String, Rational, Int64)])
    func whatNoTicksCanTellIsRefused(_ name: String, _ timeBase: Rational, gap: Int64) throws {
        let options = OutputOptions(destination: folder.path("a.\(name)"))
        let error = failure {
            try writeClip(options, .small(timeBase: timeBase), times: [0, 1, gap, gap + 1])
        }
        #expect(error?.code == .badData, "\(error?.message ?? "")")
        #expect(error?.message.contains("\(name) cannot hold the input's times") == true)
    }

    @Test("MP4 keeps the time scale and the last frame's length")
    func timeScale() throws {
        let options = OutputOptions(destination: folder.path("a.mp4"))
        let format = FrameFormat.small(timeBase: Rational(1, 12345))
        let sink = try FFmpegSink(options, format: format, report: WarningLog().report)
        for (pts, duration) in [(0, 100), (100, 900), (1000, 5000)] as [(Int64, Int64)] {
            try sink.write(patternFrame(format, pts: pts, duration: duration))
        }
        try sink.finish()
        let found = try Clips.probe(
            options.destination, ["-show_entries", "stream=time_base:format=duration"])
        #expect(found.first == "1/12345")
        #expect(found.last.flatMap(Double.init).map { abs($0 - 6000.0 / 12345) < 0.001 } == true)
    }
}
