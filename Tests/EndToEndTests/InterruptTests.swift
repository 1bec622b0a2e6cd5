import Foundation
import MaskStreamTestSupport
import Testing

/// Signals end a run in good order.
@Suite struct InterruptTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test(arguments: [SIGINT, SIGTERM])
    func firstSignalLeavesWhatWasGood(signal: Int32) throws {
        // Thousands of frames, so that the signal comes in the middle.
        let long = try Clips.make(
            "long.mkv", in: bench.folder,
            ["-stream_loop", "20", "-i", Program.sample("prints.mp4"), "-c", "copy"])
        let log = try bench.folder.write(Data(), to: "log")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = bench.masking(
            long, to: "out.mkv", ["--progress", "json", "--preset", "ultrafast"])
        process.standardInput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        var said = ""
        for _ in 0..<600 where !said.contains(#""type":"progress""#) {
            Thread.sleep(forTimeInterval: 0.1)
            said = try String(contentsOfFile: log, encoding: .utf8)
        }
        try #require(process.isRunning, "\(said)")
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(process.terminationReason == .exit)
        #expect(!bench.has("out.mkv"))
        let pictures = try Clips.rawVideo(bench.path("out.mkv.part"), pixelFormat: "gray")
        let count = pictures.count / (854 * 480)
        #expect(count > 0 && count < 5000, "\(count) pictures")
    }
}
