import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct DamageTests {
    @Test func theTrackerWaitsForACleanKeyFrame() {
        var tracker = DamageTracker()
        // Packet, key, corrupt flag, expected; packet 7 is found broken before frame 6 comes.
        let frames: [(Int, Bool, Bool, Bool)] = [
            (0, true, false, false), (1, false, false, false), (2, false, true, true),
            (3, false, false, true), (4, true, true, true), (5, false, false, true),
            (6, true, false, false), (8, false, false, true), (7, true, false, true),
            (9, true, false, false), (10, false, false, false),
        ]
        for (packet, isKey, isCorrupt, expected) in frames {
            if packet == 6 { tracker.fault(at: 7) }
            let damaged = tracker.isDamaged(
                packet: packet, begin: isKey ? packet : nil, isCorrupt: isCorrupt)
            #expect(damaged == expected, "packet \(packet)")
        }
        #expect(tracker.corruptPackets == 3)
    }

    @Test func theClockRepairsTimes() {
        var clock = FrameClock()
        let times: [(Int64?, Int64, Int64)] = [
            (10, 4, 10), (nil, 4, 14), (nil, 0, 18), (18, 4, 19), (5, 4, 20), (40, 4, 40),
            (nil, 4, 44),
        ]
        for (pts, duration, expected) in times {
            #expect(clock.stamp(pts, duration: duration) == expected)
        }
        #expect(clock.missing == 3)
        #expect(clock.nonIncreasing == 2)
    }

    /// A broken packet damages its picture and all after it up to the next key frame, whatever
    /// the number of threads.
    @Test(arguments: [
        ["libx264", "-bf", "0"], ["libx264", "-bf", "2"], ["mpeg4"], ["mpeg2video", "-bf", "2"],
        ["libx265", "-x265-params", "log-level=none:keyint=12:scenecut=0:bframes=0:hash=1"],
        ["libx264", "-bf", "2", "-x264-params", "open-gop=1"],
        ["ffv1", "-slicecrc", "1"],
    ])
    func brokenPacketsDamageUntilTheNextKeyFrame(_ codec: [String]) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mkv", in: folder,
            Clips.testSource("160x96", seconds: 1.92) + ["-g", "12", "-c:v"] + codec
                + ["-sc_threshold", "0", "-b:v", "800k", "-pix_fmt", "yuv420p"])
        let clean = try Reading(clip)
        #expect(clean.error == nil)
        #expect(clean.damaged.count == 48)
        #expect(!clean.damaged.contains(true))
        let packet = 15
        let broken = try folder.write(try breaking(packet, of: clip), to: "broken.mkv")
        var results: [[Bool]] = []
        for threads in [1, 2, 5] {
            var options = InputOptions(broken)
            options.decoderThreads = threads
            let reading = try Reading(options)
            #expect(reading.error == nil)
            #expect(reading.statistics.corrupt > 0)
            #expect(
                Set(reading.warnings.map(\.code)).subtracting(["missing_frames"]) == ["damaged"])
            // Every picture that differs from the clean one is marked.
            let size = clean.bytes.count / clean.pts.count
            for (index, pts) in reading.pts.enumerated() where !reading.damaged[index] {
                guard let twin = clean.pts.firstIndex(of: pts) else { continue }
                let same =
                    reading.bytes[index * size..<(index + 1) * size]
                    == clean.bytes[twin * size..<(twin + 1) * size]
                #expect(same, "frame \(index), \(threads) threads")
            }
            #expect(reading.damaged.suffix(12).allSatisfy { !$0 })
            results.append(reading.damaged)
        }
        #expect(Set(results).count == 1)
        var strict = InputOptions(broken)
        strict.isStrict = true
        #expect(try Reading(strict).error?.code == .badData)
    }

    /// Matroska looks for the next element where data is missing, and says so only in its log.
    @Test(
        "What is lost between packets damages the ones beside it",
        arguments: [(15, 24), (5, 48)])
    func lostBetweenPackets(packet: Int, keyInterval: Int) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.mkv", in: folder,
            Clips.testSource("160x96", seconds: 1.92) + [
                "-pix_fmt", "yuv420p", "-c:v", "libx265", "-x265-params",
                "log-level=none:keyint=\(keyInterval):min-keyint=\(keyInterval):scenecut=0:bframes=0",
            ])
        let clean = try Reading(clip)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let found = try packets(clip)
        let (first, last) = (found[packet], found[packet + 3])
        bytes.removeSubrange(first.position + first.size - 4..<last.position + 40)
        let reading = try Reading(folder.write(bytes, to: "lossy.mkv"))
        let size = clean.bytes.count / clean.pts.count
        var different = 0
        for (index, pts) in reading.pts.enumerated() {
            let twin = try #require(clean.pts.firstIndex(of: pts))
            let same =
                reading.bytes[index * size..<(index + 1) * size]
                == clean.bytes[twin * size..<(twin + 1) * size]
            different += same ? 0 : 1
            #expect(same || reading.damaged[index], "frame \(index)")
        }
        #expect(different > 0)
    }

    @Test func aStartWithoutKeyFrameIsDamaged() throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "a.ts", in: folder,
            Clips.testSource("96x64", seconds: 2)
                + ["-c:v", "libx264", "-g", "20", "-sc_threshold", "0", "-bf", "0"])
        let positions = try packets(clip)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let cut = try folder.write(bytes.dropFirst(positions[5].position), to: "cut.ts")
        let reading = try Reading(cut)
        #expect(reading.error == nil)
        let clean = try #require(reading.damaged.firstIndex(of: false))
        #expect(reading.damaged.suffix(from: clean).count == 30)
        #expect(!reading.damaged.suffix(from: clean).contains(true))
    }

    @Test func scalesWhatChangesOnTheWay() throws {
        let folder = try TemporaryFolder()
        let parts = try ["96x64", "64x96", "96x64"].enumerated().map { index, size in
            try Data(
                contentsOf: URL(
                    fileURLWithPath: Clips.make(
                        "\(index).ts", in: folder,
                        Clips.testSource(size, seconds: 0.4) + ["-c:v", "libx264", "-bf", "0"]
                            + ["-pix_fmt", index == 1 ? "yuv444p" : "yuv420p"]
                            + ["-output_ts_offset", "\(index)"])))
        }
        let joined = try folder.write(parts[0] + parts[1] + parts[2], to: "joined.ts")
        let reading = try Reading(joined)
        #expect(reading.pts.count == 30)
        #expect(reading.bytes.count == 30 * 96 * 64 * 3 / 2)
        // The joints may count as damage too: the packet counters jump.
        #expect(reading.warnings.filter { $0.code == "format_changed" }.count == 1)
        #expect(reading.scenes == [10, 20], "what was smoothed or held before does not count")
    }

    @Test(
        "Another shape of samples on the way is told, unless the size makes up for it",
        arguments: [("96x64", "2/1", true), ("48x64", "2/1", false), ("96x64", "1/1", false)])
    func aspect(size: String, aspect: String, isTold: Bool) throws {
        let folder = try TemporaryFolder()
        let parts = try [("96x64", "1/1"), (size, aspect)].enumerated().map { index, part in
            try Data(
                contentsOf: URL(
                    fileURLWithPath: Clips.make(
                        "\(index).ts", in: folder,
                        Clips.testSource(part.0, seconds: 0.4)
                            + ["-vf", "setsar=\(part.1)", "-c:v", "libx264", "-bf", "0"]
                            + ["-output_ts_offset", "\(index)"])))
        }
        let reading = try Reading(folder.write(parts[0] + parts[1], to: "joined.ts"))
        let told = reading.warnings.filter { $0.code == "aspect_changed" }.map(\.message)
        #expect(told.count == (isTold ? 1 : 0))
        let time = try Double(#require(reading.pts.dropFirst(10).first)) / 90_000
        #expect(
            told.allSatisfy {
                $0.contains("from 1/1 to 2/1 at \((time * 100).rounded() / 100) s")
            }, "\(told) \(time)")
    }

    @Test("Other colour tags on the way are told", arguments: ["bt709", "smpte170m"])
    func color(matrix: String) throws {
        let folder = try TemporaryFolder()
        let parts = try ["bt709", matrix].enumerated().map { index, matrix in
            try Data(
                contentsOf: URL(
                    fileURLWithPath: Clips.make(
                        "\(index).ts", in: folder,
                        Clips.testSource("96x64", seconds: 0.4)
                            + ["-c:v", "libx264", "-bf", "0", "-pix_fmt", "yuv420p"]
                            + ["-colorspace", matrix, "-output_ts_offset", "\(index)"])))
        }
        let reading = try Reading(folder.write(parts[0] + parts[1], to: "joined.ts"))
        let told = reading.warnings.filter { $0.code == "color_changed" }.map(\.message)
        #expect(told.count == (matrix == "bt709" ? 0 : 1))
        #expect(told.allSatisfy { $0.contains("matrix bt709 to smpte170m") }, "\(told)")
    }

    @Test func tellsWhatIsCutOff() throws {
        let folder = try TemporaryFolder()
        let source = Clips.testSource("160x96", seconds: 4) + ["-g", "12"]
        let cases = [
            ("a.mp4", ["-c:v", "libx264", "-movflags", "+faststart"]),
            ("a.mkv", ["-c:v", "libx264"]),
            ("a.avi", ["-c:v", "mpeg4"]), ("a.mov", ["-c:v", "mjpeg", "-movflags", "+faststart"]),
            ("a.y4m", ["-pix_fmt", "yuv420p"]),
        ]
        for (name, codec) in cases {
            let clip = try Clips.make(name, in: folder, source + codec)
            #expect(try Reading(clip).error == nil, "\(name)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
            let cut = try folder.write(bytes.prefix(bytes.count / 2 + 7), to: "cut-" + name)
            let reading = try Reading(cut)
            #expect(reading.error?.code == .badData, "\(name)")
            #expect(reading.error?.message.contains(cut) == true)
            #expect(reading.pts.count > 20, "\(name): \(reading.pts.count)")
            #expect(reading.pts.count < 100, "\(name): \(reading.pts.count)")
        }
    }

    @Test func aShortRawFrameEndsWithAnError() throws {
        let folder = try TemporaryFolder()
        let raw = try folder.write(Data(count: 64 * 48 * 3 / 2 * 3 + 100), to: "a.yuv")
        var options = InputOptions(raw)
        options.size = (64, 48)
        let reading = try Reading(options)
        #expect(reading.pts == [0, 1, 2])
        #expect(!reading.damaged.contains(true))
        #expect(reading.error?.code == .badData)
        let whole = try folder.write(Data(count: 64 * 48 * 3 / 2 * 3), to: "b.yuv")
        options.location = whole
        #expect(try Reading(options).error == nil)
    }

    /// Where a file's video packets lie.
    private func packets(_ path: String) throws -> [(position: Int, size: Int)] {
        try Clips.probe(
            path, ["-select_streams", "v:0", "-show_entries", "packet=size,pos"]
        ).compactMap { line in
            let numbers = line.split(separator: ",").compactMap { Int($0) }
            return numbers.count == 2 ? (numbers[1], numbers[0]) : nil
        }
    }

    /// The file with the second half of a packet overwritten.
    private func breaking(_ index: Int, of path: String) throws -> Data {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let packet = try packets(path)[index]
        for offset in packet.size / 2..<packet.size - 2 {
            bytes[packet.position + offset] ^= UInt8(truncatingIfNeeded: 0x55 &+ offset &* 31)
        }
        return bytes
    }
}
