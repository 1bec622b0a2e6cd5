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
            while try source.next() != nil {
                got += relay.takeForFrame().map(\.pointer.pointee.pts)
            }
            got += relay.takeRest().map(\.pointer.pointee.pts)
            let from = Int64((start ?? 0) * 1000)
            let to = limit.map { from + Int64($0) * 40 } ?? Int64((end ?? 100) * 1000)
            let expected = times.filter { $0 >= from && $0 < to }.map { $0 - from }
            #expect(got == expected, "\(start ?? -1) \(end ?? -1) \(limit ?? -1)")
        }
    }

    @Test func cuesAreCutWhereTheyAreOnScreen() throws {
        let folder = try TemporaryFolder()
        let cues = [("00,200", "03,000"), ("01,500", "01,800"), ("01,900", "03,500")]
        let text = cues.enumerated().map { index, cue in
            "\(index)\n00:00:\(cue.0) --> 00:00:\(cue.1)\nText\n"
        }.joined(separator: "\n")
        let clip = try Clips.make(
            "a.mkv", in: folder,
            Clips.testSource("64x48", seconds: 4)
                + ["-i", folder.write(Data(text.utf8), to: "a.srt"), "-c:v", "mpeg4"])
        var options = InputOptions(clip)
        options.start = 1
        options.end = 2
        let source = try FFmpegSource(options)
        let relay = PacketRelay()
        source.copy(streams: [1], through: relay)
        while try source.next() != nil {}
        let found = relay.takeRest().map(\.pointer.pointee)
        #expect(found.map(\.pts) == [0, 500, 900])
        #expect(found.map(\.duration) == [1000, 300, 100])
    }

    @Test func nothingInTheIntervalIsAnError() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make("a.mp4", in: folder, Clips.testSource())
        let gap = try gapClip("gap.mkv", in: folder)
        for (path, start, end) in [
            (clip, 10, nil), (gap, 5, 10), (gap, 1e300, nil), (gap, nil, 1e-9),
        ] as [(String, Double?, Double?)] {
            var options = InputOptions(path)
            options.start = start
            options.end = end
            // The first frame lies at the very beginning.
            if start == nil { options.start = 0.999 }
            if start == nil { options.end = 1 }
            let error = openingError(options)
            #expect(start == nil ? error == nil : error?.code == .badData, "\(path)")
        }
    }

    /// A second of frames, ten seconds without, another second; sound all the time.
    private func gapClip(_ name: String, in folder: TemporaryFolder) throws -> String {
        try Clips.make(
            name, in: folder,
            Clips.testSource("64x48", rate: "10", seconds: 2)
                + ["-f", "lavfi", "-i", "sine=sample_rate=8000:duration=12"]
                + ["-filter:v", "setpts='PTS+gte(T,1)*10/TB'", "-fps_mode", "passthrough"]
                + ["-g", "5", "-c:v", "mpeg4", "-c:a", "pcm_s16le"])
    }

    @Test("A cut in a gap begins with the frame on screen, and with the sound of its moment")
    func cutInAGap() throws {
        let folder = try TemporaryFolder()
        for name in ["a.mkv", "a.nut"] {
            let clip = try gapClip(name, in: folder)
            let whole = try Reading(clip)
            let size = whole.bytes.count / whole.pts.count
            var options = InputOptions(clip)
            options.start = 5
            options.end = 11.5
            let source = try FFmpegSource(options)
            let relay = PacketRelay()
            source.copy(streams: [1], through: relay)
            let reading = try Reading(source)
            let times = reading.times.map { ($0 * 10).rounded() / 10 }
            #expect(times == [0, 6, 6.1, 6.2, 6.3, 6.4], "\(name)")
            #expect(reading.bytes.prefix(2 * size) == whole.bytes[9 * size..<11 * size])
            let packets = relay.takeRest()
            let timeBase = try #require(source.streams.facts(1)?.timeBase)
            let sound = packets.map { Double($0.pointer.pointee.pts) * timeBase.value }
            #expect(sound.first.map { $0 >= 0 && $0 < 0.2 } == true, "\(sound.first ?? -1)")
            #expect(sound.last.map { $0 > 6.2 && $0 < 6.5 } == true, "\(sound.last ?? -1)")
        }
    }

    @Test("Frames that last long are on screen to their end")
    func slides() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mkv", in: folder,
            Clips.testSource("64x48", rate: "1/4", seconds: 12) + ["-c:v", "ffv1"])
        let whole = try Reading(clip)
        let size = whole.bytes.count / whole.pts.count
        for (start, end, times, first) in [
            (5, 7, [0], 1), (5.0004, 9, [0, 3], 1), (9, nil, [0], 2), (4, 6, [0], 1),
        ] as [(Double, Double?, [Double], Int)] {
            var options = InputOptions(clip)
            options.start = start
            options.end = end
            let reading = try Reading(options)
            #expect(reading.times.map { $0.rounded() } == times, "\(start)")
            #expect(reading.bytes.prefix(size) == whole.bytes[first * size..<(first + 1) * size])
        }
    }

    @Test("Sound that begins before the first frame is not cut off with it")
    func lateVideo() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mkv", in: folder,
            ["-itsoffset", "3"] + Clips.testSource("64x48", rate: "10")
                + Clips.tone(seconds: 4) + ["-c:v", "mpeg4", "-c:a", "pcm_s16le"])
        var options = InputOptions(clip)
        options.start = 1
        let source = try FFmpegSource(options)
        let relay = PacketRelay()
        source.copy(streams: [1], through: relay)
        #expect(try Reading(source).times.first == 2)
        let first = try #require(relay.takeRest().first)
        #expect(first.pointer.pointee.pts < 100)
    }

    @Test(
        "Raw streams, which have no times and no index, are decoded from their beginning",
        arguments: [
            ("a.264", ["libx264", "-bf", "2"]),
            ("a.hevc", ["libx265", "-x265-params", "log-level=0"]),
            ("a.m2v", ["mpeg2video"]), ("a.mjpeg", ["mjpeg"]), ("a.y4m", ["wrapped_avframe"]),
            ("a.obu", ["libaom-av1", "-cpu-used", "8"]), ("a.ivf", ["libvpx"]),
        ])
    func rawStreams(_ name: String, _ codec: [String]) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            name, in: folder,
            Clips.testSource("64x48", rate: "30", seconds: 3) + ["-g", "15", "-pix_fmt"]
                + [name == "a.mjpeg" ? "yuvj420p" : "yuv420p", "-c:v"] + codec)
        var options = InputOptions(clip)
        // Raw MJPEG does not tell its rate.
        options.rate = name == "a.mjpeg" ? Rational(30, 1) : nil
        let whole = try Reading(options)
        let size = whole.bytes.count / whole.pts.count
        options.start = 1.5
        options.end = 2.5
        let reading = try Reading(options)
        let first = whole.times[0]
        let wanted = whole.times.indices.filter { (1.5..<2.5).contains(whole.times[$0] - first) }
        #expect(reading.pts.count == wanted.count)
        #expect(
            reading.bytes == whole.bytes[wanted[0] * size..<(wanted[wanted.count - 1] + 1) * size])
    }
}
