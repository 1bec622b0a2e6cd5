import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Transport streams with several programs, and with streams that begin late.
@Suite struct ProgramTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Two programs, the second on a clock that is far ahead.
    private func twoPrograms() throws -> String {
        let source = { (tone: Int) in
            Clips.testSource(seconds: 4)
                + ["-f", "lavfi", "-i", "sine=frequency=\(tone):duration=4"]
        }
        let parts = try [(440, 1000), (880, 50_000)].map { tone, offset in
            try Clips.make(
                "p\(tone).mkv", in: folder,
                source(tone) + ["-c:v", "libx264", "-g", "25", "-c:a", "mp2"]
                    + ["-output_ts_offset", "\(offset)"])
        }
        return try Clips.make(
            "two.ts", in: folder,
            ["-copyts", "-i", parts[0], "-i", parts[1], "-map", "0", "-map", "1", "-c", "copy"]
                + ["-program", "title=one:st=0:st=1", "-program", "title=two:st=2:st=3"]
                + ["-max_interleave_delta", "0", "-muxdelay", "0"])
    }

    @Test(arguments: [0, 1])
    func startAndLengthAreTheOwnPrograms(program: Int) throws {
        var options = InputOptions(try twoPrograms())
        options.videoStream = program
        let whole = try FFmpegSource(options)
        #expect(abs((whole.duration ?? 0) - 4) < 0.2)
        #expect(
            whole.streams.streams.filter(\.isOfAnotherProgram).map(\.index)
                == (program == 0 ? [2, 3] : [0, 1]))
        #expect(try Reading(options).error == nil)
        #expect(try Reading(options).pts.count == 100)
        options.start = 1
        options.end = 2
        let part = try Reading(options)
        #expect(part.pts.count == 25 && part.pts.first == 0)
        let output = OutputOptions(destination: folder.path("out.mkv"))
        let sink = try FFmpegSink(
            output, format: whole.format, input: whole.streams, isDryRun: true
        ) { _ in }
        #expect(sink.streams.copied == [program == 0 ? 1 : 3])
        #expect(sink.streams.warnings.map(\.code) == ["other_programs"])
    }

    /// A stream that begins 12 seconds late, further than FFmpeg looks by itself.
    @Test func lateSoundIsFound() throws {
        let clip = try Clips.make(
            "late.ts", in: folder,
            Clips.testSource(rate: "10", seconds: 14) + ["-itsoffset", "12"]
                + Clips.tone(seconds: 2)
                + ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"])
        let source = try FFmpegSource(InputOptions(clip))
        let sound = try #require(source.streams.streams.first { $0.kind == .audio })
        #expect(sound.facts.parameters.pointee.sample_rate == 48_000)
    }

    @Test func soundThatNeverComesIsNamed() throws {
        let clip = try Clips.make(
            "late.ts", in: folder,
            Clips.testSource(rate: "10", seconds: 14) + ["-itsoffset", "12"]
                + Clips.tone(seconds: 2)
                + ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"])
        let data = try Data(contentsOf: URL(fileURLWithPath: clip))
        let short = try folder.write(data.prefix(data.count / 376 * 188), to: "never.ts")
        let source = try FFmpegSource(InputOptions(short))
        for name in ["out.mkv", "out.mp4"] {
            var options = OutputOptions(destination: folder.path(name))
            options.preset = "ultrafast"
            let sink = try FFmpegSink(
                options, format: source.format, input: source.streams, isDryRun: true
            ) { _ in }
            #expect(sink.streams.copied.isEmpty)
            #expect(sink.streams.warnings.map(\.code) == ["dropped_stream"])
            options.strictStreams = true
            #expect(
                failure {
                    _ = try FFmpegSink(
                        options, format: source.format, input: source.streams, isDryRun: true
                    ) { _ in }
                }?.code == .usage)
        }
    }
}
