import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

private func touch(_ path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data("x".utf8))
}

/// Options that cannot be met, all refused before the first frame.
@Suite struct OutputRefusalTests {
    struct Request: Sendable, CustomStringConvertible {
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

    static let requests: [Request] = [
        Request("unknown codec", .usage, ["libx265"]) { o, _ in o.codec = "libx256" },
        Request("unknown container", .usage, ["matroska"]) { o, _ in o.format = "matrosk" },
        Request("unknown extension", .usage, ["--format"]) { o, f in o.destination = f.path("a.xyz")
        },
        Request("no extension", .usage, ["--format"]) { o, f in o.destination = f.path("a") },
        Request("sound only", .usage, ["video"]) { o, f in o.destination = f.path("a.mp3") },
        Request("containers in a container", .usage, ["tee", "name the container itself"]) { o, f in
            o.format = "tee"
            o.destination = "[f=hls:hls_flags=append_list+delete_segments]\(f.path("a.m3u8"))"
        },
        Request("a container behind one", .usage, ["segment", "m3u8"]) { o, _ in
            o.format = "stream_segment"
        },
        Request("DASH in one file", .usage, ["single_file", "hls_flags"]) { o, f in
            o.destination = f.path("a.mpd")
            o.muxerOptions = [("single_file", "1")]
        },
        Request("impossible pair", .usage, ["webm"]) { o, f in
            o.destination = f.path("a.webm")
            o.codec = "libx264"
        },
        Request("FFV1 in MP4", .usage, ["mkv"]) { o, _ in o.codec = "ffv1" },
        Request("audio codec", .usage, ["video"]) { o, _ in o.codec = "aac" },
        Request("encoder without a device", .unavailable, ["h264_nvenc"]) { o, _ in
            o.codec = "h264_nvenc"
        },
        Request("encoder without a device", .unavailable, ["h264_v4l2m2m"]) { o, _ in
            o.codec = "h264_v4l2m2m"
        },
        Request("unknown encoder option", .usage, ["crf"]) { o, _ in
            o.encoderOptions = [("crff", "3")]
        },
        Request("bad encoder value", .usage, ["bf"]) { o, _ in o.encoderOptions = [("bf", "many")]
        },
        Request("unknown preset", .usage, ["preset"]) { o, _ in o.preset = "warp" },
        Request("crf out of range", .usage, ["51"]) { o, _ in o.crf = 99 },
        Request("crf is no number", .usage, ["51"]) { o, _ in o.crf = .nan },
        Request("crf without one", .usage, ["ffv1", "crf"]) { o, f in
            o.destination = f.path("a.mkv")
            o.codec = "ffv1"
            o.crf = 20
        },
        Request("preset without one", .usage, ["mpeg4", "preset"]) { o, _ in
            o.codec = "mpeg4"
            o.preset = "fast"
        },
        Request("unknown muxer option", .usage, ["movflags"]) { o, _ in
            o.muxerOptions = [("movflag", "faststart")]
        },
        Request("bad muxer value", .usage, ["movflags"]) { o, _ in
            o.muxerOptions = [("movflags", "nonsense")]
        },
        Request("unknown pixel format", .usage, ["yuv420p"]) { o, _ in o.pixelFormat = "yuv420" },
        Request("foreign pixel format", .usage, ["yuv444p"]) { o, _ in o.pixelFormat = "bgr24" },
        Request("missing folder", .cannotCreate, ["folder"]) { o, f in
            o.destination = f.path("none/a.mp4")
        },
        Request("folder is a file", .cannotCreate, ["folder"]) { o, f in
            touch(f.path("file"))
            o.destination = f.path("file/a.mp4")
        },
        Request("output is a folder", .cannotCreate, ["folder"]) { o, f in
            mkdir(f.path("a.mp4"), 0o755)
            o.overwrite = true
        },
        Request("exists", .cannotCreate, ["--overwrite"]) { o, _ in
            touch(o.destination)
        },
        Request("is the input", .cannotCreate, ["input"]) { o, _ in
            touch(o.destination)
            o.overwrite = true
            o.reads = ReadFiles([o.destination])
        },
        Request("is the input by a link", .cannotCreate, ["input"]) { o, f in
            touch(f.path("in.mp4"))
            symlink(f.path("in.mp4"), o.destination)
            o.overwrite = true
            o.reads = ReadFiles([f.path("in.mp4")])
        },
        Request("is the input by a hard link", .cannotCreate, ["input"]) { o, f in
            touch(f.path("in.mp4"))
            link(f.path("in.mp4"), o.destination)
            o.overwrite = true
            o.reads = ReadFiles([f.path("in.mp4")])
        },
        Request("its .part is the input", .cannotCreate, ["input"]) { o, _ in
            let part = o.destination + ".part"
            touch(part)
            o.reads = ReadFiles([part])
        },
        Request("MP4 into a pipe", .usage, ["pipes"]) { o, f in
            mkfifo(f.path("pipe"), 0o600)
            o.destination = "-"
            o.format = "mp4"
        },
    ]

    @Test("Refused before the first frame", arguments: requests)
    func refused(request: Request) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("a.mp4"))
        request.make(&options, folder)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        let error = failure {
            _ = try FFmpegSink(options, format: .small(), report: WarningLog().report)
        }
        #expect(error?.code == request.code, "\(error?.message ?? "no error")")
        let text = "\(error?.message ?? "") \(error?.hint ?? "")"
        for part in request.says { #expect(text.contains(part), "\(text)") }
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
