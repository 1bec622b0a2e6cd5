import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Subtitles that are written in another form: their times, their letters, and what cannot be read.
@Suite struct SinkSubtitlesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A Matroska file with video and the cues of an SRT file.
    private func clip(_ cues: [(Double, Double, String)], codec: String = "subrip") throws -> String
    {
        let time = { (seconds: Double) in
            String(format: "00:00:%06.3f", seconds).replacing(".", with: ",")
        }
        let text = cues.enumerated().map { index, cue in
            "\(index + 1)\n\(time(cue.0)) --> \(time(cue.1))\n\(cue.2)\n"
        }.joined(separator: "\n")
        let srt = try folder.write(Data(text.utf8), to: "cues.srt")
        return try Clips.make(
            "cues.mkv", in: folder,
            Clips.testSource(seconds: 6) + ["-i", srt, "-c:v", "libx264", "-preset", "ultrafast"]
                + ["-c:s", codec])
    }

    /// Writes the clip's subtitles to a file of a kind, beside pictures at a ten-millionth second.
    private func write(
        _ clip: String, to name: String, ticks: Int32 = 12_800
    ) throws -> (path: String, warnings: [MediaWarning]) {
        let log = WarningLog()
        let options = OutputOptions(destination: folder.path(name))
        let step = Int64(ticks) / 25
        try writeClip(
            options, .small(timeBase: Rational(1, ticks)), times: (0..<150).map { $0 * step },
            input: try PacketInput(clip), log: log)
        return (options.destination, log.all)
    }

    /// When each cue begins and how long it is, of those that show something.
    private func times(_ path: String) throws -> [String] {
        try Clips.probe(
            path,
            ["-select_streams", "s", "-show_entries", "packet=pts_time,duration_time,size"]
        ).map { $0.split(separator: ",") }.filter { $0.last != "2" }
            .map { $0.dropLast().joined(separator: " ") }
    }

    private func text(_ path: String) throws -> String {
        String(
            decoding: try Clips.ffmpeg(["-i", path, "-map", "0:s:0", "-f", "srt", "-"]),
            as: UTF8.self
        ).replacing("\r\n", with: "\n")
    }

    private let overlapping = [
        (0.123, 4.023, "One"), (0.523, 1.023, "Two"), (1.223, 1.723, "Three"),
        (4.523, 5.023, "Four"),
    ]

    @Test(
        "Each cue begins in time in MP4, whatever the picture's clock",
        arguments: [12_800, 90_000, 10_000_000])
    func overlappingCues(ticks: Int32) throws {
        let out = try write(clip(overlapping), to: "out.mp4", ticks: ticks)
        #expect(
            try times(out.path) == [
                "0.123000 0.400000", "0.523000 0.500000", "1.223000 0.500000", "4.523000 0.500000",
            ])
        #expect(out.warnings.map(\.code) == ["shortened_cues"])
        let back = try write(out.path, to: "back.mkv")
        #expect(
            try times(back.path).map { $0.prefix(5) } == ["0.123", "0.523", "1.223", "4.523"])
    }

    @Test(
        "Where cues may overlap they stay as long as they are",
        arguments: [
            ("subrip", "out.webm"), ("ass", "out.webm"),
        ])
    func overlappingElsewhere(codec: String, name: String) throws {
        let clip = try clip(overlapping, codec: codec)
        let out = try write(clip, to: name)
        #expect(try times(out.path) == times(clip))
        #expect(out.warnings.isEmpty)
    }

    @Test func cuesThatBeginTogetherAreShownTogether() throws {
        let out = try write(
            clip([(0.5, 1, "Above"), (0.5, 2, "Below"), (3, 4, "Alone")]), to: "out.mp4")
        #expect(try times(out.path) == ["0.500000 1.500000", "3.000000 1.000000"])
        #expect(try text(out.path).contains("Above\nBelow"))
        #expect(out.warnings.isEmpty)
    }

    @Test("A cue in another alphabet is read, one that is no text is left out")
    func foreignLetters() throws {
        let clip = try clip([
            (0.2, 0.8, "Hello"), (1, 1.5, "cafX ZberY"), (2, 2.5, "naQve"), (3, 4, "Still there"),
        ])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        for (old, new) in [
            ("cafX ZberY", Array("caf".utf8) + [0xE9, 0x20, 0xFC] + Array("ber".utf8) + [0x80]),
            ("naQve", Array("na".utf8) + [0] + Array("ve".utf8)),
        ] {
            let place = try #require(bytes.firstRange(of: Data(old.utf8)))
            bytes.replaceSubrange(place, with: new)
        }
        for name in ["out.mp4", "out.webm"] {
            let out = try write(folder.write(bytes, to: "latin.mkv"), to: name)
            let shown = try text(out.path)
            for line in ["Hello", "café über€", "nave", "Still there"] {
                #expect(shown.contains(line), "\(name) \(shown)")
            }
            #expect(out.warnings.map(\.code) == ["recoded_cues"])
        }
    }

    @Test("A cue that cannot be written is left out and named; the run goes on")
    func hugeCue() throws {
        let long = String(repeating: "long ", count: 20_000)
        let out = try write(
            clip([(0.2, 0.8, "Hello"), (1, 2, long), (3, 4, "Bye")]), to: "out.mp4")
        #expect(try times(out.path) == ["0.200000 0.600000", "3.000000 1.000000"])
        #expect(out.warnings.map(\.code) == ["dropped_cues"])
        #expect(out.warnings.first?.message.contains("1 subtitles of stream 1") == true)
    }

    @Test func emptyCuesAndThoseWithoutLengthDoNoHarm() throws {
        let clip = try clip([(0.2, 0.8, "Hello"), (1, 1, "No length"), (2, 3, "{}"), (4, 5, "Bye")])
        for name in ["out.mp4", "out.webm"] {
            let out = try write(clip, to: name)
            let shown = try text(out.path)
            #expect(shown.contains("Hello") && shown.contains("Bye"), "\(name) \(shown)")
            #expect(out.warnings.isEmpty, "\(out.warnings)")
        }
    }
}
