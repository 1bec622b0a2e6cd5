import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct OpeningTests {
    @Test func refusesWhatIsNoVideo() throws {
        let folder = try TemporaryFolder()
        var random = SystemRandomNumberGenerator()
        let noise = Data((0..<50_000).map { _ in UInt8.random(in: 0...255, using: &random) })
        let tone = try Clips.make("tone.m4a", in: folder, Clips.tone())
        let cover = try Clips.make(
            "cover.png", in: folder, Clips.testSource() + ["-frames:v", "1"])
        let cases: [(String, MaskStreamError.Code)] = [
            (folder.path("missing.mp4"), .noInput),
            (folder.url.path, .noInput),
            (tone + "/inside.mp4", .noInput),
            (try folder.write(Data(), to: "empty.mp4"), .badData),
            (try folder.write(noise, to: "noise.mp4"), .badData),
            (try folder.write(Data("only text\n".utf8), to: "text.txt"), .badData),
            (tone, .badData),
            (
                try Clips.make(
                    "song.m4a", in: folder,
                    ["-i", tone, "-i", cover, "-map", "0", "-map", "1", "-c", "copy"]
                        + ["-disposition:v:0", "attached_pic"]), .badData
            ),
            (
                try Clips.make("zero.mp4", in: folder, Clips.testSource() + ["-t", "0"]), .badData
            ),
            ("http://user:secret@127.0.0.1:9/clip.mp4", .noInput),
            ("/dev/video77", .noInput),
            ("/dev/v4l/by-id/usb-nothing-index0", .noInput),
        ]
        for (path, code) in cases {
            let error = openingError(InputOptions(path))
            #expect(error?.code == code, "\(path): \(error?.message ?? "opened")")
            #expect(error?.hint != nil, "\(path)")
            let name = path.replacing("user:secret@", with: "")
            #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("secret") == false)
        }
    }

    @Test func refusesWrongOptions() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make("a.mp4", in: folder, Clips.testSource(seconds: 0.2))
        let raw = try folder.write(Data(count: 1000), to: "a.yuv")
        let cases: [(String, String, (inout InputOptions) -> Void)] = [
            (clip, "--start", { $0.start = -1 }),
            (clip, "--start", { $0.start = .nan }),
            (
                clip, "--end",
                {
                    $0.start = 2; $0.end = 2
                }
            ),
            (clip, "--frames", { $0.frameLimit = 0 }),
            (clip, "--rate", { $0.rate = Rational(25, 0) }),
            (clip, "--size", { $0.size = (64, 48) }),
            (clip, "--pix-fmt", { $0.pixelFormat = "nonsense" }),
            (clip, "--colorspace", { $0.colorspace = "purple" }),
            (clip, "--video-stream", { $0.videoStream = 3 }),
            (clip, "--input-format", { $0.format = "nonsense" }),
            (clip, "--input-option", { $0.options = [("nonsense", "1")] }),
            (raw, "--size", { _ in }),
            ("-", "--size", { $0.format = "rawvideo" }),
        ]
        for (path, name, change) in cases {
            var options = InputOptions(path)
            change(&options)
            let error = openingError(options)
            #expect(error?.code == .usage, "\(name): \(error?.message ?? "opened")")
            let words = (error?.message ?? "") + " " + (error?.hint ?? "")
            #expect(words.contains(name), "\(words)")
        }
    }

    @Test func anExistingPathIsAlwaysAFile() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make("a.mp4", in: folder, Clips.testSource(seconds: 0.2))
        for name in ["12:30.mp4", "http:x.mp4", "a b'c\"%03d.mp4", "Ünïcode.mp4", "noextension"] {
            try FileManager.default.copyItem(atPath: clip, toPath: folder.path(name))
            #expect(try Reading(folder.path(name)).pts.count == 5, "\(name)")
        }
        let picture = try Clips.make(
            "one.png", in: folder, Clips.testSource("20x10") + ["-frames:v", "1"])
        let other = try Clips.make(
            "img002.png", in: folder, Clips.testSource("40x10") + ["-frames:v", "1"])
        #expect(FileManager.default.fileExists(atPath: other))
        try FileManager.default.copyItem(atPath: picture, toPath: folder.path("img%03d.png"))
        #expect(try Reading(folder.path("img%03d.png")).format.width == 20)
    }

    @Test func choosesTheMarkedVideoStream() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "two.mkv", in: folder,
            Clips.testSource("32x16", seconds: 0.2) + Clips.testSource("64x16", seconds: 0.2)
                + Clips.tone(seconds: 0.2)
                + ["-map", "2", "-map", "0", "-map", "1", "-c:v", "ffv1"]
                + ["-disposition:v:0", "0", "-disposition:v:1", "default"])
        let source = try FFmpegSource(InputOptions(clip))
        #expect(source.format.width == 64)
        #expect(source.videoIndex == 2)
        #expect(source.streams.masked == 2)
        var options = InputOptions(clip)
        options.videoStream = 0
        #expect(try FFmpegSource(options).format.width == 32)
    }

    @Test func readsColoursAndTheirOverrides() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "c.mkv", in: folder,
            Clips.testSource(seconds: 0.2)
                + ["-c:v", "libx264", "-color_range", "tv", "-colorspace", "bt2020nc"]
                + ["-color_primaries", "bt2020", "-color_trc", "smpte2084"]
                + ["-chroma_sample_location", "topleft", "-pix_fmt", "yuv420p10le"])
        let color = try FFmpegSource(InputOptions(clip)).format.color
        #expect(
            color
                == ColorInfo(
                    range: .limited, isRangeTagged: true, matrix: 9, primaries: 9, transfer: 16,
                    chromaLocation: 3))
        var options = InputOptions(clip)
        options.colorspace = "601"
        options.range = .full
        let other = try FFmpegSource(options).format.color
        #expect(other.matrix == 6)
        #expect(other.range == .full)
        #expect(other.transfer == 16)
        let plain = try Clips.make(
            "p.avi", in: folder, Clips.testSource(seconds: 0.2) + ["-c:v", "ffv1"])
        #expect(try FFmpegSource(InputOptions(plain)).format.color == ColorInfo())
    }

    @Test func namesItsLibraries() {
        #expect(FFmpegVersions.lines.count == 6)
        #expect(FFmpegVersions.lines.allSatisfy { $0.hasPrefix("lib") })
    }
}
