import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// A Matroska file with one of everything.
struct RichClip {
    let path: String

    init(in folder: TemporaryFolder) throws {
        let cover = try Clips.make(
            "cover.png", in: folder, Clips.testSource("32x32") + ["-frames:v", "1"])
        let font = try folder.write(Data([0, 1, 0, 0] + "a font".utf8), to: "sans.ttf")
        let text = try folder.write(
            Data(
                """
                1
                00:00:00,100 --> 00:00:00,500
                Hello <i>there</i>

                2
                00:00:00,600 --> 00:00:00,900
                Again

                """.utf8), to: "text.srt")
        let tags = try folder.write(
            Data(
                """
                ;FFMETADATA1
                title=A title
                comment=kept
                METADATA_BLOCK_PICTURE=AAAA
                [CHAPTER]
                TIMEBASE=1/1000
                START=0
                END=400
                title=One
                [CHAPTER]
                TIMEBASE=1/1000
                START=400
                END=1000
                title=Two

                """.utf8), to: "tags.txt")
        path = try Clips.make(
            "rich.mkv", in: folder,
            Clips.testSource() + Clips.testSource("32x24") + Clips.tone() + [
                "-i", text, "-i", tags, "-map", "0", "-map", "1", "-map", "2", "-map", "3",
                "-map", "3", "-map_metadata", "4", "-map_chapters", "4", "-c:v", "libx264",
                "-preset", "ultrafast", "-c:a", "aac", "-c:s:0", "subrip", "-c:s:1", "ass",
                "-metadata:s:a", "language=deu", "-metadata:s:a", "title=Ton",
                "-disposition:a", "default+comment", "-disposition:v:1", "0",
                "-disposition:s:1", "forced", "-attach", cover, "-metadata:s:t:0",
                "mimetype=image/png", "-attach", font, "-metadata:s:t:1",
                "mimetype=application/x-truetype-font",
            ])
    }
}

@Suite struct SinkStreamsTests {
    let folder: TemporaryFolder
    let clip: RichClip
    let times = (0..<25).map { Int64($0 * 40) }
    let format = FrameFormat.small(timeBase: Rational(1, 1000))

    init() throws {
        folder = try TemporaryFolder()
        clip = try RichClip(in: folder)
    }

    func kinds(_ path: String) throws -> [String] {
        try Clips.probe(path, ["-show_entries", "stream=codec_name,codec_type"])
    }

    func audio(_ path: String) throws -> [String] {
        try Clips.probe(
            path,
            ["-select_streams", "a", "-show_data_hash", "md5", "-show_entries", "packet=data_hash"]
        ).filter { $0.contains("MD5") }
    }

    @Test("Matroska keeps everything but other pictures")
    func matroska() throws {
        let log = WarningLog()
        let options = OutputOptions(destination: folder.path("out.mkv"))
        let input = try PacketInput(clip.path)
        let sink = try writeClip(options, format, times: times, input: input, log: log)
        #expect(
            sink.streams.entries.map { "\($0.kind.rawValue) \($0.action.rawValue)" } == [
                "video mask", "video drop", "audio copy", "text_subtitle copy",
                "text_subtitle copy", "picture drop", "attachment copy",
            ])
        #expect(log.codes == ["dropped_stream", "dropped_stream", "dropped_tags"])
        #expect(
            try kinds(options.destination) == [
                "h264,video", "aac,audio", "subrip,subtitle", "ass,subtitle", "ttf,attachment",
            ])
        #expect(try audio(options.destination) == audio(clip.path))
        #expect(
            try Clips.probe(
                options.destination,
                [
                    "-select_streams", "a", "-show_entries",
                    "stream_tags=language,title:stream_disposition=default,comment",
                ]) == ["1,1,deu,Ton"])
        #expect(
            try Clips.probe(
                options.destination,
                ["-show_entries", "chapter=start_time,end_time:chapter_tags=title"])
                == ["0.000000,0.400000,One", "0.400000,1.000000,Two"])
        let tags = try Clips.probe(options.destination, ["-show_entries", "format_tags"])
            .joined()
        #expect(tags.contains("A title") && tags.contains("kept") && !tags.contains("AAAA"))
        #expect(
            try Clips.probe(
                options.destination,
                ["-select_streams", "s:1", "-show_entries", "stream_disposition=forced"]) == ["1"])
        let subtitles = [
            "-select_streams", "s:0", "-show_entries", "packet=pts_time,duration_time",
        ]
        #expect(
            try Clips.probe(options.destination, subtitles)
                == Clips.probe(clip.path, subtitles))
    }

    @Test("MP4 gets mov_text; what it cannot hold is named")
    func mp4() throws {
        let log = WarningLog()
        let options = OutputOptions(destination: folder.path("out.mp4"))
        let input = try PacketInput(clip.path)
        try writeClip(options, format, times: times, input: input, log: log)
        #expect(
            try kinds(options.destination).filter { !$0.hasPrefix("bin_data") } == [
                "h264,video", "aac,audio", "mov_text,subtitle", "mov_text,subtitle",
            ])
        #expect(log.all.contains { $0.message.contains("stream 6") && $0.message.contains("mp4") })
        #expect(try audio(options.destination) == audio(clip.path))
        let text = try Clips.ffmpeg(["-i", options.destination, "-map", "0:s:0", "-f", "srt", "-"])
        let shown = String(decoding: text, as: UTF8.self)
        let subtitles = [
            "-select_streams", "s:0", "-show_entries", "packet=pts_time,duration_time",
        ]
        let before = try Clips.probe(clip.path, subtitles)
        let after = try Clips.probe(options.destination, subtitles)
        #expect(!before.isEmpty && Set(before).isSubset(of: after), "\(after)")
        #expect(shown.contains("<i>there</i>") && shown.contains("Again"))
        #expect(
            try Clips.probe(options.destination, ["-show_entries", "chapter=start_time,end_time"])
                == ["0.000000,0.400000", "0.400000,1.000000"])
    }

    @Test("WebM gets webvtt and loses AAC; that is an error on request")
    func webm() throws {
        var options = OutputOptions(destination: folder.path("out.webm"))
        let input = try PacketInput(clip.path)
        let log = WarningLog()
        try writeClip(options, format, times: [0], input: input, log: log)
        #expect(
            try kinds(options.destination) == [
                "vp9,video", "webvtt,subtitle", "webvtt,subtitle",
            ])
        #expect(log.all.contains { $0.message.contains("aac") })
        options.overwrite = true
        options.strictStreams = true
        let error = failure { try writeClip(options, format, times: [0], input: input) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("aac") == true)
    }

    @Test("On request sound and metadata go, and unmasked pictures stay")
    func requests() throws {
        let input = try PacketInput(clip.path)
        var options = OutputOptions(destination: folder.path("plain.mkv"))
        options.keepsAudio = false
        options.keepsMetadata = false
        try writeClip(options, format, times: times, input: input)
        #expect(
            try kinds(options.destination) == [
                "h264,video", "subrip,subtitle", "ass,subtitle", "ttf,attachment",
            ])
        let tags = try Clips.probe(
            options.destination, ["-show_entries", "format_tags:stream_tags:chapter"]
        ).joined()
        #expect(!tags.contains("title") && !tags.contains("One") && !tags.contains("Ton"))
        var all = OutputOptions(destination: folder.path("all.mkv"))
        all.keepsUnmaskedStreams = true
        let log = WarningLog()
        try writeClip(all, format, times: times, input: input, log: log)
        #expect(
            log.all.map(\.message) == [
                "tags are dropped that may hold an image: METADATA_BLOCK_PICTURE"
            ])
        #expect(try kinds(all.destination).count == 7)
    }

    @Test("Another picture never gets through, wherever it hides")
    func coverArt() throws {
        let cover = try Clips.make(
            "c.jpg", in: folder, Clips.testSource("32x32") + ["-frames:v", "1"])
        let source = try Clips.make(
            "cover.mp4", in: folder,
            Clips.testSource() + ["-i", cover] + Clips.tone() + [
                "-map", "0", "-map", "1", "-map", "2", "-c:v:0", "libx264", "-c:v:1", "copy",
                "-disposition:v:1", "attached_pic",
            ])
        let input = try PacketInput(source)
        for name in ["a.mp4", "a.mkv", "a.nut", "a.ts"] {
            let options = OutputOptions(destination: folder.path(name))
            let log = WarningLog()
            try writeClip(
                options, .small(timeBase: Rational(1, 12800)),
                times: times.map { $0 / 40 * 512 }, input: input, log: log)
            // ffprobe lists a transport stream's streams twice, once under their program.
            let video = Set(try kinds(options.destination)).filter { $0.contains("video") }
            #expect(video == ["h264,video"])
            #expect(log.codes.first == "dropped_stream")
            let found = try audio(options.destination)
            #expect(found.count == (try audio(source).count), "\(name) \(found.count)")
        }
    }
    @Test(
        "Timed data, which may be images, is dropped and named",
        arguments: [AV_CODEC_ID_BIN_DATA, AV_CODEC_ID_SMPTE_KLV, AV_CODEC_ID_TIMED_ID3],
        ["a.mp4", "a.ts", "a.mkv"])
    func timedData(codec: AVCodecID, name: String) throws {
        let data = try folder.write(Data(repeating: 0xD8, count: 800), to: "data.bin")
        let source = try Clips.make(
            "data.ts", in: folder,
            Clips.testSource() + ["-f", "data", "-i", data]
                + ["-map", "0", "-map", "1", "-c:v", "libx264", "-c:d", "copy"])
        let input = try PacketInput(source) { context in
            try #require(context.pointee.streams[1]).pointee.codecpar.pointee.codec_id = codec
        }
        let log = WarningLog()
        let options = OutputOptions(destination: folder.path(name))
        try writeClip(options, format, times: times, input: input, log: log)
        #expect(Set(try kinds(options.destination)) == ["h264,video"])
        #expect(log.codes == ["dropped_stream"])
        #expect(log.all.allSatisfy { $0.message.contains("stream 1 (data") }, "\(log.all)")
    }
}
