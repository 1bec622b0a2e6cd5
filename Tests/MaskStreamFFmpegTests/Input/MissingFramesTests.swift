import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Frames whose data is there and cannot be decoded.
@Suite struct MissingFramesTests {
    private static let encoders: [(String, [String])] = [
        ("a.mp4", ["-c:v", "libx264", "-bf", "2", "-movflags", "+faststart"]),
        (
            "b.mp4",
            ["-c:v", "libx265", "-x265-params", "log-level=none", "-movflags", "+faststart"]
        ),
        ("c.mp4", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-movflags", "+faststart"]),
        ("a.avi", ["-c:v", "mpeg4"]), ("b.avi", ["-c:v", "libvpx", "-auto-alt-ref", "1"]),
        ("a.mov", ["-c:v", "mjpeg"]), ("b.mov", ["-c:v", "mpeg2video", "-bf", "2"]),
    ]

    /// Zeroes the data of some packets, in the order of decoding.
    private func zero(
        _ range: Range<Int>, of clip: String, in folder: TemporaryFolder
    ) throws -> String {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let packets = try Clips.probe(
            clip, ["-select_streams", "v:0", "-show_entries", "packet=size,pos"])
        for line in packets[range] {
            let numbers = line.split(separator: ",").compactMap { Int($0) }
            for offset in numbers[1]..<numbers[1] + numbers[0] { bytes[offset] = 0 }
        }
        return try folder.write(bytes, to: "zero-" + (clip as NSString).lastPathComponent)
    }

    @Test(arguments: encoders)
    func framesThatNeverComeAreCounted(_ name: String, _ encoder: [String]) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            name, in: folder,
            Clips.testSource("96x64", seconds: 1.6) + ["-pix_fmt", "yuv420p", "-g", "10"] + encoder)
        let whole = try Reading(clip)
        #expect(whole.warnings == [])
        #expect(whole.pts.count == 40)
        let middle = try Reading(zero(10..<20, of: clip, in: folder))
        #expect(middle.error == nil)
        let missing = 40 - middle.pts.count
        #expect(middle.statistics.missingFrames == missing)
        let said = middle.warnings.filter { $0.code == "missing_frames" }.map(\.message)
        #expect(said.count == (missing > 0 ? 1 : 0))
        #expect(said.allSatisfy { $0.hasPrefix("\(missing) frames are missing") })
        #expect(missing > 0 || middle.damaged.contains(true))
        let end = try Reading(zero(30..<40, of: clip, in: folder))
        #expect(end.error?.code == .badData || !end.damaged.suffix(10).contains(false))
        #expect(end.pts.count == 40 || end.error?.message.contains("last frames") == true)
    }

    @Test func onlyWhatWasAskedForIsMissed() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mp4", in: folder, Clips.testSource("96x64", seconds: 2) + ["-g", "10"])
        let broken = try zero(20..<30, of: clip, in: folder)
        for (start, end, limit, missing) in [
            (nil, 0.6, nil, 0), (1.3, nil, nil, 0), (nil, nil, 15, 0), (0.9, nil, nil, 7),
        ] as [(Double?, Double?, Int?, Int)] {
            var options = InputOptions(broken)
            (options.start, options.end, options.frameLimit) = (start, end, limit)
            let reading = try Reading(options)
            #expect(reading.statistics.missingFrames == missing)
            #expect(reading.error == nil)
        }
    }
}
