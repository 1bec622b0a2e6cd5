import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamTestSupport
import Testing

/// Joins that end early, or whose parts do not fit.
@Suite struct PartJoinerTests {
    let folder: TemporaryFolder
    let clip: String

    init() throws {
        folder = try TemporaryFolder()
        clip = try Self.part("clip.mkv", "64x48", in: folder)
    }

    private static func part(_ name: String, _ size: String, in folder: TemporaryFolder) throws
        -> String
    {
        try Clips.make(name, in: folder, Clips.testSource(size) + Clips.tone() + ["-c:v", "ffv1"])
    }

    private func joiner() throws -> PartJoiner {
        var options = OutputOptions(destination: folder.path("out.mkv"))
        options.codec = "ffv1"
        let source = try FFmpegSource(InputOptions(clip))
        return try PartJoiner(
            source, to: options, format: source.format, video: CodedVideo(ofPart: clip)
        ) { _ in }
    }

    @Test func whatIsStoppedStaysPlayable() throws {
        let joiner = try joiner()
        var left = 7
        let isWhole = try joiner.append(clip, begins: nil) {
            left -= 1
            return left >= 0
        }
        #expect(!isWhole && joiner.count == 7)
        joiner.sink.abandon()
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.mkv")))
        let pictures = try Clips.rawVideo(folder.path("out.mkv.part"), pixelFormat: "yuv420p")
        #expect(pictures == (try Clips.rawVideo(clip, pixelFormat: "yuv420p").prefix(7 * 4608)))
    }

    @Test func whatIsStoppedAtItsEndIsNotComplete() throws {
        let joiner = try joiner()
        #expect(try joiner.append(clip, begins: nil) { true })
        #expect(try !joiner.finish { false })
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.mkv")))
        #expect(try joiner.finish { true })
        #expect(
            try Clips.rawVideo(folder.path("out.mkv"), pixelFormat: "yuv420p")
                == Clips.rawVideo(clip, pixelFormat: "yuv420p"))
        #expect(abs(joiner.span.upperBound - joiner.span.lowerBound - 1) < 1e-9)
    }

    @Test func aPartOfAnotherKindIsRefused() throws {
        let joiner = try joiner()
        let other = try Self.part("other.mkv", "80x48", in: folder)
        let error = #expect(throws: MaskStreamError.self) {
            try joiner.append(other, begins: 1) { true }
        }
        #expect(error?.code == .badData && error?.message.contains("other.mkv") == true)
    }
}
