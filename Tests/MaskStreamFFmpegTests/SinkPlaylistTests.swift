import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// HLS and DASH, whose muxers open their files by themselves.
@Suite struct SinkPlaylistTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    /// Options with a key frame, and with HLS a segment, every ten frames.
    private func options(_ name: String, _ more: [String: String] = [:]) -> OutputOptions {
        var options = OutputOptions(destination: folder.path(name))
        options.codec = "libx264"
        options.encoderOptions = [("g", "10"), ("bf", "0")]
        options.muxerOptions = more.map { (key: $0.key, value: $0.value) }
        if name.hasSuffix("m3u8") { options.muxerOptions.append(("hls_time", "0.1")) }
        return options
    }

    private func write(_ options: OutputOptions) throws {
        try writeClip(options, .small(), times: Array(0..<40))
    }

    static let full: [(name: String, full: String, options: [String: String])] = [
        ("a.m3u8", "a0.ts", [:]), ("a.m3u8", "a3.ts", [:]),
        ("a.m3u8", "a0.ts", ["hls_flags": "independent_segments"]),
        ("a.m3u8", "a.ts", ["hls_flags": "single_file"]),
        ("a.m3u8", "init.mp4", ["hls_segment_type": "fmp4"]),
        ("a.m3u8", "a0.m4s", ["hls_segment_type": "fmp4"]),
        ("a.mpd", "init-stream0.m4s", [:]),
    ]

    @Test("A full disk is told", arguments: full)
    func fullDisk(_ item: (name: String, full: String, options: [String: String])) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(item.full), withDestinationPath: "/dev/full")
        let error = failure { try write(options(item.name, item.options)) }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("no space") == true, "\(error?.message ?? "")")
        let list = try? String(contentsOfFile: folder.path(item.name), encoding: .utf8)
        #expect(list?.contains("ENDLIST") != true && list?.contains(item.full) != true)
        #expect(list != "")
        #expect(try files.contains(item.full))
    }

    @Test("A full disk is told of a series of images, too")
    func fullImages() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("3.png"), withDestinationPath: "/dev/full")
        var options = OutputOptions(destination: folder.path("%d.png"))
        options.format = "image2"
        options.codec = "png"
        #expect(failure { try write(options) }?.code == .inputOutput)
        #expect(try files == ["1.png", "2.png", "3.png"])
    }

    @Test("A muxer that hides its errors is refused")
    func hidden() throws {
        var options = options("a")
        options.format = "smoothstreaming"
        #expect(failure { try write(options) }?.code == .usage)
        #expect(try files.isEmpty)
    }

    @Test("What is complete stays listed when the disk is full")
    func goodSegments() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("a2.ts"), withDestinationPath: "/dev/full")
        _ = failure { try write(options("a.m3u8")) }
        let list = try String(contentsOfFile: folder.path("a.m3u8.part"), encoding: .utf8)
        #expect(list.contains("a0.ts") && list.contains("a1.ts"))
        #expect(try files == ["a.m3u8.part", "a0.ts", "a1.ts", "a2.ts"])
    }

    static let taken: [(name: String, taken: String, options: [String: String])] = [
        ("a.m3u8", "a0.ts", [:]), ("a.m3u8", "a0.m4s", ["hls_segment_type": "fmp4"]),
        ("a.mpd", "chunk-stream0-00001.m4s", [:]), ("a.mpd", "init-stream0.m4s", [:]),
    ]

    @Test("A name that is taken leaves nothing behind but what has it", arguments: taken)
    func takenName(_ item: (name: String, taken: String, options: [String: String])) throws {
        _ = try folder.write(Data("old".utf8), to: item.taken)
        let error = failure { try write(options(item.name, item.options)) }
        #expect(error?.code == .cannotCreate)
        #expect(error?.message.contains(item.taken) == true, "\(error?.message ?? "")")
        #expect(try files == [item.taken])
        #expect(try String(contentsOfFile: folder.path(item.taken), encoding: .utf8) == "old")
    }

    @Test("A later name that is taken keeps what is complete")
    func takenLater() throws {
        _ = try folder.write(Data("old".utf8), to: "a2.ts")
        #expect(failure { try write(options("a.m3u8")) }?.code == .cannotCreate)
        let list = try String(contentsOfFile: folder.path("a.m3u8.part"), encoding: .utf8)
        #expect(list.contains("a1.ts") && !list.contains("a2.ts"))
        #expect(list.hasSuffix("#EXT-X-ENDLIST\n"))
        #expect(try files == ["a.m3u8.part", "a0.ts", "a1.ts", "a2.ts"])
    }

    @Test("Without a frame nothing stays", arguments: ["a.m3u8", "a.mpd"])
    func abandonedEmpty(name: String) throws {
        let sink = try FFmpegSink(options(name), format: .small(), report: WarningLog().report)
        sink.abandon()
        #expect(try files.isEmpty)
    }

    @Test("An output that has to be one file is refused first", arguments: ["a.m3u8", "a.mpd"])
    func oneFile(name: String) throws {
        var options = options(name)
        options.notOneFile = MaskStreamError(.usage, "not one file")
        #expect(failure { try write(options) }?.message == "not one file")
        #expect(try files.isEmpty)
    }

    @Test("Of a stream without an end only the names of files that are there are remembered")
    func endless() throws {
        let options = options("a.m3u8")
        let watcher = FileGuard(
            options, try Container(options, input: nil), reads: ReadFiles([folder.path("in.ts")]))
        for number in 0..<5000 {
            let path = folder.path("a\(number).ts")
            try #require(watcher.allows(path))
            _ = try folder.write(Data([0]), to: "a\(number).ts")
            if number >= 5 { unlink(folder.path("a\(number - 5).ts")) }
        }
        #expect(watcher.nameCount <= 1024)
        // Its own files may be opened again, those of others may not.
        #expect(watcher.allows(folder.path("a4999.ts")) && watcher.allows(folder.path("a0.ts")))
        let other = try folder.write(Data("mine".utf8), to: "a1.ts")
        #expect(!watcher.allows(other) && watcher.failure?.code == .cannotCreate)
    }

    @Test("Complete ones are finished", arguments: ["a.m3u8", "a.mpd"])
    func complete(name: String) throws {
        try write(options(name))
        let list = try String(contentsOfFile: folder.path(name), encoding: .utf8)
        #expect(list.contains("ENDLIST") || list.contains("static"))
        #expect(try files.allSatisfy { !$0.hasSuffix(".tmp") })
    }
}
