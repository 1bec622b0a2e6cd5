import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SourceTests {
    @Test func deliversWhatFFmpegDecodes() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "b.mp4", in: folder,
            Clips.testSource("96x64", rate: "30000/1001")
                + ["-c:v", "libx264", "-bf", "3", "-g", "12", "-pix_fmt", "yuv420p"])
        let reading = try Reading(clip)
        #expect(reading.error == nil)
        #expect(reading.bytes == (try Clips.rawVideo(clip, pixelFormat: "yuv420p")))
        #expect(reading.pts == (try framePts(clip)))
        #expect(!reading.damaged.contains(true))
        #expect(reading.format.frameRate == Rational(30000, 1001))
        #expect(reading.statistics == InputStatistics())
    }

    @Test func keepsVariableRate() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "vfr.mkv", in: folder,
            Clips.testSource(seconds: 2)
                + ["-vf", "select='lt(mod(n*n,11),5)'", "-fps_mode", "vfr", "-c:v", "ffv1"])
        let reading = try Reading(clip)
        #expect(reading.pts == (try framePts(clip)))
        #expect(Set(zip(reading.pts.dropFirst(), reading.pts).map(-)).count > 1)
    }

    @Test(arguments: ["1x1", "3x2", "641x481", "853x480"])
    func readsOddSizes(_ size: String) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "odd.nut", in: folder,
            Clips.testSource(size, seconds: 0.2) + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
        let reading = try Reading(clip)
        #expect("\(reading.format.width)x\(reading.format.height)" == size)
        #expect(reading.bytes == (try Clips.rawVideo(clip, pixelFormat: "yuv420p")))
    }

    /// An edit list hides pictures that are decoded for others' sake only.
    @Test func leavesOutWhatAnEditListHides() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mp4", in: folder, Clips.testSource(seconds: 2) + ["-c:v", "libx264", "-g", "25"])
        let cut = try Clips.make(
            "cut.mp4", in: folder, ["-ss", "0.5", "-i", clip, "-c", "copy"])
        let reading = try Reading(cut)
        #expect(reading.pts == (try framePts(cut)))
        #expect(reading.pts.count < 50)
        #expect(!reading.damaged.contains(true))
        #expect(reading.error == nil)
    }

    /// The decoder's pts as ffprobe tells them.
    private func framePts(_ path: String) throws -> [Int64] {
        try Clips.probe(
            path, ["-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp"]
        ).compactMap { Int64($0) }
    }
}
