import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkFilesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    func frames(_ path: String) throws -> Int {
        try Clips.probe(path, ["-show_entries", "frame=pts", "-select_streams", "v"]).count
    }

    @Test("The name exists only after the end")
    func nameComesLast() throws {
        let options = OutputOptions(destination: folder.path("a.mp4"))
        let sink = try FFmpegSink(options, format: .small(), report: WarningLog().report)
        try sink.write(patternFrame(.small(), pts: 0))
        #expect(try files == ["a.mp4.part"])
        try sink.finish()
        try sink.finish()
        #expect(try files == ["a.mp4"])
        #expect(try frames(options.destination) == 1)
    }

    @Test("An abandoned output is a playable .part", arguments: ["a.mp4", "a.mkv", "a.nut"])
    func abandoned(name: String) throws {
        let options = OutputOptions(destination: folder.path(name))
        var sink: FFmpegSink? = try FFmpegSink(
            options, format: .small(), report: WarningLog().report)
        for pts in 0..<5 { try sink?.write(patternFrame(.small(), pts: Int64(pts))) }
        sink = nil
        #expect(try files == ["\(name).part"])
        #expect(try frames(options.destination + ".part") == 5)
    }

    @Test("Without a frame nothing stays")
    func abandonedEmpty() throws {
        let options = OutputOptions(destination: folder.path("a.mp4"))
        let sink = try FFmpegSink(options, format: .small(), report: WarningLog().report)
        sink.abandon()
        #expect(try files.isEmpty)
    }

    @Test("An old .part is replaced without asking, an old output on request")
    func replaces() throws {
        var options = OutputOptions(destination: folder.path("a.mkv"))
        _ = try folder.write(Data("old".utf8), to: "a.mkv.part")
        _ = try folder.write(Data("old".utf8), to: "a.mkv")
        options.overwrite = true
        try writeClip(options, .small(), times: [0])
        #expect(try files == ["a.mkv"])
        #expect(try frames(options.destination) == 1)
    }

    @Test(
        "Names are taken as they are", arguments: ["12:30.mp4", "a%03d.mkv", "ä b'c.mp4", "-x.mkv"])
    func oddNames(name: String) throws {
        try writeClip(OutputOptions(destination: folder.path(name)), .small(), times: [0])
        #expect(try files == [name])
    }

    @Test("A full disk is told", arguments: ["matroska", "rawvideo", "nut", "mpegts"])
    func fullDisk(format: String) throws {
        var options = OutputOptions(destination: "/dev/full")
        options.format = format
        let log = WarningLog()
        let error = failure { try writeClip(options, .small(), times: [0, 1, 2], log: log) }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("no space") == true, "\(error?.message ?? "")")
    }

}
