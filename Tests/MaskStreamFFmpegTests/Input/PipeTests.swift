import Dispatch
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct PipeTests {
    @Test(arguments: ["y4m", "nut", "mkv", "ts"])
    func readsOneByteAtATime(_ suffix: String) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.\(suffix)", in: folder,
            Clips.testSource("32x16", seconds: 0.2) + (suffix == "y4m" ? [] : ["-c:v", "mpeg4"]))
        let pipe = try NamedPipe(in: folder)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let writing = Thread { pipe.write(bytes, step: 1) }
        writing.start()
        let reading = try Reading(pipe.path)
        #expect(reading.error == nil)
        #expect(reading.bytes == (try Reading(clip).bytes))
        #expect(reading.pts.count == 5)
        if suffix == "y4m" { #expect(reading.format.frameRate == Rational(25, 1)) }
    }

    @Test func readsRawFramesFromAPipe() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(in: folder)
        let bytes = Data((0..<(16 * 8 * 3 * 2 + 5)).map { UInt8(truncatingIfNeeded: $0) })
        let writing = Thread { pipe.write(bytes, step: 100) }
        writing.start()
        var options = InputOptions(pipe.path)
        options.format = "rawvideo"
        options.size = (16, 8)
        options.pixelFormat = "yuv444p"
        options.rate = Rational(30000, 1001)
        let reading = try Reading(options)
        #expect(reading.bytes == bytes.prefix(16 * 8 * 3 * 2))
        #expect(reading.pts == [0, 1])
        #expect(reading.format.timeBase == Rational(1001, 30000))
        #expect(reading.format.frameRate == Rational(30000, 1001))
        #expect(reading.error?.code == .badData)
    }

    @Test func anInterruptEndsAWaitingRead() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(in: folder)
        let header = Data("YUV4MPEG2 W64 H48 F25:1 C420jpeg\n".utf8)
        let frame = Data("FRAME\n".utf8) + Data(count: 64 * 48 * 3 / 2)
        let writing = Thread { pipe.write(header + frame + frame, step: 500, hold: 3) }
        writing.start()
        let source = try FFmpegSource(InputOptions(pipe.path))
        #expect(try source.next() != nil)
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) { source.interrupt() }
        let start = DispatchTime.now()
        while try source.next() != nil {}
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
        #expect(seconds > 0.2)
        #expect(seconds < 1.5)
    }

    @Test func anInterruptEndsOpening() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(in: folder)
        for location in [pipe.path, "tcp://127.0.0.1:47391?listen=1"] {
            let interrupt = MediaInterrupt()
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { interrupt.stop() }
            #expect(throws: MaskStreamError.self, "\(location)") {
                try FFmpegSource(InputOptions(location), interrupt: interrupt)
            }
        }
    }
}

/// A named pipe in a folder and somebody who writes into it.
private final class NamedPipe: Sendable {
    let path: String

    init(in folder: TemporaryFolder) throws {
        path = folder.path("pipe")
        guard mkfifo(path, 0o600) == 0 else {
            throw ProgramFailure(description: "mkfifo: \(errno)")
        }
    }

    /// Writes in small steps, then keeps the pipe open for some seconds.
    func write(_ bytes: Data, step: Int, hold: Double = 0) {
        signal(SIGPIPE, SIG_IGN)
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(step))
            guard Glibc.write(descriptor, piece, piece.count) == piece.count else { return }
            rest = rest.dropFirst(step)
        }
        if hold > 0 { usleep(UInt32(hold * 1e6)) }
    }
}
