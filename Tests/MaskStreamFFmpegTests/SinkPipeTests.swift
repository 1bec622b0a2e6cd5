import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkPipeTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        signal(SIGPIPE, SIG_IGN)
    }

    /// Writes to a file as if it were the standard output.
    func write(_ format: String?, _ frame: FrameFormat, times: [Int64]) throws -> String {
        let path = folder.path("out")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        var options = OutputOptions(destination: "-")
        options.format = format
        options.standardOutput = descriptor
        try writeClip(options, frame, times: times)
        return path
    }

    @Test("Pipes carry y4m, raw frames, NUT, Matroska and MPEG-TS")
    func pipes() throws {
        for (format, name) in [
            (nil, "yuv4mpegpipe"), ("y4m", "yuv4mpegpipe"), ("nut", "nut"),
            ("matroska", "matroska,webm"), ("mpegts", "mpegts"),
        ] {
            let path = try write(format, .small(), times: [0, 1, 2])
            let found = try Clips.probe(path, ["-show_entries", "format=format_name"])
            #expect(found.first?.replacing("\"", with: "") == name)
            #expect(try Clips.probe(path, ["-show_entries", "frame=pts"]).count == 3)
        }
        let format = FrameFormat.small()
        let raw = try write("rawvideo", format, times: [0])
        #expect(try Data(contentsOf: URL(fileURLWithPath: raw)) == patternBytes(format))
    }

    @Test("y4m says that it loses uneven times")
    func unevenTimes() throws {
        let log = WarningLog()
        let options = OutputOptions(destination: folder.path("a.y4m"))
        try writeClip(options, .small(), times: [0, 1, 4, 9], log: log)
        #expect(log.codes == ["lost_times"])
    }

    @Test("Nothing is written before the first masked frame")
    func holdsHeader() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        var options = OutputOptions(destination: "-")
        options.format = "matroska"
        options.standardOutput = ends[1]
        let sink = try FFmpegSink(options, format: .small(), report: WarningLog().report)
        var byte: UInt8 = 0
        #expect(read(ends[0], &byte, 1) == -1 && errno == EAGAIN)
        try sink.write(patternFrame(.small(), pts: 0))
        try sink.finish()
        #expect(read(ends[0], &byte, 1) == 1 && byte == 0x1A)
        close(ends[0])
        close(ends[1])
    }

    @Test("A reader that goes away ends the run quietly")
    func brokenPipe() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        var options = OutputOptions(destination: "-")
        options.format = "rawvideo"
        options.standardOutput = ends[1]
        let error = failure { try writeClip(options, .small(), times: [0, 1]) }
        #expect(error?.code == .inputOutput)
        #expect(error?.isBrokenPipe == true)
        close(ends[1])
    }

    @Test("A named pipe is written directly")
    func namedPipe() throws {
        let path = folder.path("fifo")
        mkfifo(path, 0o600)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        var options = OutputOptions(destination: path)
        options.format = "rawvideo"
        let format = FrameFormat.small(width: 16, height: 8)
        try writeClip(options, format, times: [0])
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(reader, &bytes, bytes.count)
        #expect(Data(bytes.prefix(max(0, count))) == patternBytes(format))
        close(reader)
    }
}
