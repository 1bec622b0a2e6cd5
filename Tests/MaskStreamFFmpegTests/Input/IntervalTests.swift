import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct IntervalTests {
    /// Frames in [start, end), as many as wanted, moved so that the first is at 0; the same
    /// pictures as a plain decode, whatever the container.
    @Test(arguments: ["mp4", "mkv", "ts", "avi"])
    func cutsHalfOpen(_ suffix: String) throws {
        let folder = try TemporaryFolder()
        let codec = suffix == "avi" ? ["mpeg4", "-bf", "0"] : ["libx264", "-bf", "2"]
        let clip = try Clips.make(
            "a.\(suffix)", in: folder,
            Clips.testSource("64x48", seconds: 4) + Clips.tone(seconds: 4)
                + ["-g", "30", "-sc_threshold", "0", "-c:v"] + codec)
        let whole = try Reading(clip)
        let size = whole.bytes.count / whole.pts.count
        let zero = whole.pts[0]
        let tick = whole.format.timeBase.value
        for (start, end, limit) in [
            (1.0, 2.0, nil), (nil, 1.5, nil), (2.5, nil, nil), (0.3, nil, 5), (nil, nil, 7),
        ] as [(Double?, Double?, Int?)] {
            var options = InputOptions(clip)
            options.start = start
            options.end = end
            options.frameLimit = limit
            let reading = try Reading(options)
            #expect(reading.error == nil)
            let wanted = whole.pts.indices.filter { index in
                // The container starts with whichever stream is first: within a frame of 0.
                let time = Double(whole.pts[index] - zero) * tick + 0.0005
                return time >= start ?? 0 && time < end ?? .infinity
            }.prefix(limit ?? .max)
            let shift = start == nil ? 0 : reading.pts.isEmpty ? 0 : whole.pts[wanted[0]]
            #expect(reading.pts == wanted.map { whole.pts[$0] - shift }, "\(start ?? 0)")
            #expect(!reading.damaged.contains(true))
            let bytes = wanted.map { whole.bytes[$0 * size..<($0 + 1) * size] }.joined()
            #expect(reading.bytes == Data(bytes))
        }
    }

    @Test func copiedPacketsAreCutAndMovedAlike() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mkv", in: folder,
            Clips.testSource("64x48", seconds: 4) + Clips.tone(seconds: 4)
                + ["-g", "10", "-c:v", "mpeg4", "-c:a", "flac"])
        let times = try Clips.probe(
            clip, ["-select_streams", "a", "-show_entries", "packet=pts"]
        ).compactMap { Int64($0) }
        for (start, end, limit) in [
            (nil, nil, nil), (1.0, 2.0, nil), (1.0, nil, 25), (nil, nil, 10),
        ] as [(Double?, Double?, Int?)] {
            var options = InputOptions(clip)
            options.start = start
            options.end = end
            options.frameLimit = limit
            let source = try FFmpegSource(options)
            let relay = PacketRelay()
            source.copy(streams: [1], through: relay)
            var got: [Int64] = []
            var index = 0
            while try source.next() != nil {
                got += relay.take(through: index).map(\.pointer.pointee.pts)
                index += 1
            }
            got += relay.take(through: nil).map(\.pointer.pointee.pts)
            let from = Int64((start ?? 0) * 1000)
            let to = limit.map { from + Int64($0) * 40 } ?? Int64((end ?? 100) * 1000)
            let expected = times.filter { $0 >= from && $0 < to }.map { $0 - from }
            #expect(got == expected, "\(start ?? -1) \(end ?? -1) \(limit ?? -1)")
        }
    }

    @Test func nothingInTheIntervalIsAnError() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make("a.mp4", in: folder, Clips.testSource())
        var options = InputOptions(clip)
        options.start = 10
        #expect(openingError(options)?.code == .badData)
    }
}
