import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

private func touch(_ path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data("x".utf8))
}

/// Wishes that cannot be granted, all refused before the first frame.
@Suite struct OutputWishesTests {
    struct Wish: Sendable, CustomStringConvertible {
        let description: String
        let code: MaskStreamError.Code
        let says: [String]
        let make: @Sendable (inout OutputOptions, TemporaryFolder) -> Void

        init(
            _ description: String, _ code: MaskStreamError.Code, _ says: [String],
            _ make: @escaping @Sendable (inout OutputOptions, TemporaryFolder) -> Void
        ) {
            self.description = description
            self.code = code
            self.says = says
            self.make = make
        }
    }

    static let wishes: [Wish] = [
        Wish("unknown codec", .usage, ["libx265"]) { o, _ in o.codec = "libx256" },
        Wish("unknown container", .usage, ["matroska"]) { o, _ in o.format = "matrosk" },
        Wish("unknown extension", .usage, ["--format"]) { o, f in o.destination = f.path("a.xyz") },
        Wish("no extension", .usage, ["--format"]) { o, f in o.destination = f.path("a") },
        Wish("sound only", .usage, ["video"]) { o, f in o.destination = f.path("a.mp3") },
        Wish("impossible pair", .usage, ["webm"]) { o, f in
            o.destination = f.path("a.webm")
            o.codec = "libx264"
        },
        Wish("FFV1 in MP4", .usage, ["mkv"]) { o, _ in o.codec = "ffv1" },
        Wish("audio codec", .usage, ["video"]) { o, _ in o.codec = "aac" },
        Wish("encoder without a device", .unavailable, ["h264_nvenc"]) { o, _ in
            o.codec = "h264_nvenc"
        },
        Wish("encoder without a device", .unavailable, ["h264_v4l2m2m"]) { o, _ in
            o.codec = "h264_v4l2m2m"
        },
        Wish("unknown encoder option", .usage, ["crf"]) { o, _ in
            o.encoderOptions = [("crff", "3")]
        },
        Wish("bad encoder value", .usage, ["bf"]) { o, _ in o.encoderOptions = [("bf", "many")] },
        Wish("unknown preset", .usage, ["preset"]) { o, _ in o.preset = "warp" },
        Wish("crf out of range", .usage, ["51"]) { o, _ in o.crf = 99 },
        Wish("crf is no number", .usage, ["51"]) { o, _ in o.crf = .nan },
        Wish("crf without one", .usage, ["ffv1", "crf"]) { o, f in
            o.destination = f.path("a.mkv")
            o.codec = "ffv1"
            o.crf = 20
        },
        Wish("preset without one", .usage, ["mpeg4", "preset"]) { o, _ in
            o.codec = "mpeg4"
            o.preset = "fast"
        },
        Wish("unknown muxer option", .usage, ["movflags"]) { o, _ in
            o.muxerOptions = [("movflag", "faststart")]
        },
        Wish("bad muxer value", .usage, ["movflags"]) { o, _ in
            o.muxerOptions = [("movflags", "nonsense")]
        },
        Wish("unknown pixel format", .usage, ["yuv420p"]) { o, _ in o.pixelFormat = "yuv420" },
        Wish("foreign pixel format", .usage, ["yuv444p"]) { o, _ in o.pixelFormat = "bgr24" },
        Wish("missing folder", .cannotCreate, ["folder"]) { o, f in
            o.destination = f.path("none/a.mp4")
        },
        Wish("folder is a file", .cannotCreate, ["folder"]) { o, f in
            touch(f.path("file"))
            o.destination = f.path("file/a.mp4")
        },
        Wish("output is a folder", .cannotCreate, ["folder"]) { o, f in
            mkdir(f.path("a.mp4"), 0o755)
            o.overwrite = true
        },
        Wish("exists", .cannotCreate, ["--overwrite"]) { o, _ in
            touch(o.destination)
        },
        Wish("is the input", .cannotCreate, ["input"]) { o, _ in
            touch(o.destination)
            o.overwrite = true
            o.reads = ReadFiles([o.destination])
        },
        Wish("is the input by a link", .cannotCreate, ["input"]) { o, f in
            touch(f.path("in.mp4"))
            symlink(f.path("in.mp4"), o.destination)
            o.overwrite = true
            o.reads = ReadFiles([f.path("in.mp4")])
        },
        Wish("is the input by a hard link", .cannotCreate, ["input"]) { o, f in
            touch(f.path("in.mp4"))
            link(f.path("in.mp4"), o.destination)
            o.overwrite = true
            o.reads = ReadFiles([f.path("in.mp4")])
        },
        Wish("its .part is the input", .cannotCreate, ["input"]) { o, _ in
            let part = o.destination + ".part"
            touch(part)
            o.reads = ReadFiles([part])
        },
        Wish("MP4 into a pipe", .usage, ["pipes"]) { o, f in
            mkfifo(f.path("pipe"), 0o600)
            o.destination = "-"
            o.format = "mp4"
        },
    ]

    @Test("Refused before the first frame", arguments: wishes)
    func refused(wish: Wish) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("a.mp4"))
        wish.make(&options, folder)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        let error = failure {
            _ = try FFmpegSink(options, format: .small(), report: WarningLog().report)
        }
        #expect(error?.code == wish.code, "\(error?.message ?? "no error")")
        let text = "\(error?.message ?? "") \(error?.hint ?? "")"
        for part in wish.says { #expect(text.contains(part), "\(text)") }
        #expect(error?.hint != nil)
        let after = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(Set(before) == Set(after))
    }

    @Test("A dry run checks everything and creates nothing")
    func dryRun() throws {
        let folder = try TemporaryFolder()
        let options = OutputOptions(destination: folder.path("a.mp4"))
        let sink = try FFmpegSink(
            options, format: .small(), isDryRun: true, report: WarningLog().report)
        #expect(sink.containerName == "mp4" && sink.encoderName == "libx264")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        var wrong = options
        wrong.muxerOptions = [("nonsense", "1")]
        let error = failure {
            _ = try FFmpegSink(
                wrong, format: .small(), isDryRun: true, report: WarningLog().report)
        }
        #expect(error?.code == .usage)
    }

    @Test(
        "The container's own codec where libx264 does not fit",
        arguments: [
            ("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.webm", "libvpx-vp9"),
            ("a.gif", "gif"), ("a.ts", "libx264"), ("a.avi", "libx264"), ("a.png", "png"),
            ("a.jpg", "mjpeg"), ("a.webp", "libwebp"), ("a.y4m", "rawvideo"),
            ("a.nut", "libx264"), ("a.mov", "libx264"), ("a.m4v", "libx264"), ("a.flv", "libx264"),
            ("a.ogv", "libtheora"), ("a.apng", "apng"), ("a.bmp", "bmp"), ("a.tiff", "tiff"),
        ])
    func defaultCodec(name: String, encoder: String) throws {
        let folder = try TemporaryFolder()
        let options = OutputOptions(destination: folder.path(name))
        let sink = try writeClip(options, .small(), times: [0, 1, 2])
        #expect(sink.encoderName == encoder)
        let found = try Clips.probe(
            options.destination, ["-show_entries", "stream=width,height", "-select_streams", "v"])
        #expect(found.first == "64,48")
    }

    @Test("Passwords never show")
    func credentials() {
        let options = OutputOptions(destination: "rtmp://me:secret@host/live?x=1")
        #expect(options.shownDestination == "rtmp://host/***")
    }
}
