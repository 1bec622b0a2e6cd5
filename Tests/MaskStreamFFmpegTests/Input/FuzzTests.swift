import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct FuzzTests {
    /// Whatever bits flip: no crash, no hang, and errors are the documented kinds.
    @Test(arguments: [
        ("a.mp4", ["-c:v", "libx264", "-bf", "2"]), ("a.mkv", ["-c:v", "mpeg4"]),
        ("a.avi", ["-c:v", "mjpeg"]), ("a.ts", ["-c:v", "mpeg2video"]), ("a.gif", []),
        ("a.nut", ["-c:v", "ffv1"]), ("a.webm", ["-c:v", "libvpx"]), ("a.y4m", []),
    ])
    func flippedBitsNeverCrash(_ name: String, _ codec: [String]) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            name, in: folder, Clips.testSource("48x32", seconds: 0.6) + ["-g", "5"] + codec)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for round in 0..<12 {
            var broken = bytes
            for _ in 0...random(1 << (round % 6)) {
                broken[random(broken.count)] ^= UInt8(1 << random(8))
            }
            let path = try folder.write(broken, to: "broken-" + name)
            var options = InputOptions(path)
            options.decoderThreads = 1 + round % 3
            let error: MaskStreamError?
            do {
                let reading = try Reading(options)
                error = reading.error
                #expect(zip(reading.pts, reading.pts.dropFirst()).allSatisfy { $0 < $1 })
            } catch let failure as MaskStreamError { error = failure }
            #expect(error == nil || error?.code == .badData, "\(round): \(error?.message ?? "")")
        }
    }
}
