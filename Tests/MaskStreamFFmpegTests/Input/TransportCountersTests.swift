import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Counters of transport streams that start anew, and packets that were lost.
@Suite struct TransportCountersTests {
    private let folder: TemporaryFolder
    private let parts: [String]

    init() throws {
        folder = try TemporaryFolder()
        try Clips.ffmpeg(
            Clips.testSource("96x64", seconds: 3) + Clips.tone(seconds: 3) + [
                "-c:v", "libx264", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0", "-bf",
                "2",
                "-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
                "-hls_segment_filename", folder.path("s%d.ts"), folder.path("list.m3u8"),
            ])
        parts = (0..<3).map { [folder] in folder.path("s\($0).ts") }
    }

    private func bytes(_ part: Int) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: parts[part]))
    }

    @Test func partsPutTogetherLoseNothing() throws {
        let joined = try folder.write(bytes(0) + bytes(1) + bytes(2), to: "joined.ts")
        for input in [joined, folder.path("list.m3u8")] {
            var options = InputOptions(input)
            options.isStrict = true
            let reading = try Reading(options)
            #expect(reading.error == nil)
            #expect(reading.damaged == Array(repeating: false, count: 75))
            #expect(reading.statistics.corrupt == 0)
            #expect(reading.warnings == [])
        }
    }

    /// Whatever transport packet of the pictures is lost: no picture that differs is shown.
    @Test func lostPacketsDamage() throws {
        let whole = try Reading(folder.write(bytes(0) + bytes(1), to: "whole.ts"))
        let size = whole.bytes.count / whole.pts.count
        let part = try bytes(0)
        // The first two hold the beginning of the stream; at last the end before the next part.
        let places = stride(from: 0, to: part.count, by: 188).filter { (offset: Int) -> Bool in
            part[offset + 1] & 31 == 1 && part[offset + 2] == 0
        }
        let chosen = stride(from: 2, to: places.count, by: 5).map { places[$0] }
        for place in chosen + places.suffix(3) {
            var lossy = part
            lossy.removeSubrange(place..<place + 188)
            let reading = try Reading(folder.write(lossy + bytes(1), to: "lossy.ts"))
            // A packet may hold a whole frame that no other needs: then that frame alone is missing.
            #expect(
                reading.damaged.contains(true) || reading.pts.count < whole.pts.count,
                "at \(place)")
            for (index, pts) in reading.pts.enumerated() where !reading.damaged[index] {
                let twin = try #require(whole.pts.firstIndex(of: pts))
                let same =
                    reading.bytes[index * size..<(index + 1) * size]
                    == whole.bytes[twin * size..<(twin + 1) * size]
                #expect(same, "frame \(twin), lost at \(place)")
            }
        }
    }

    @Test func jumpsAreHarmlessWherePartsBegin() {
        typealias Note = DemuxerFaults.PacketNote
        func beginnings(_ notes: [Note]) -> [Int]? {
            var jumps = CounterJumps()
            jumps.add(notes)
            return jumps.beginnings(among: [1880, 3760, 5640])
        }
        let atNext = Note(identifier: 256, counter: 0, position: 3760 + 188)
        #expect(beginnings([atNext]) == [1])
        #expect(beginnings([Note(identifier: 257, counter: 3, position: 3000), atNext]) == [1])
        let late = Note(identifier: 256, counter: 7, position: 5640 + 188)
        #expect(beginnings([late]) == nil)
        #expect(beginnings([Note(identifier: 0, counter: 4, position: 5264), late]) == [2])
        #expect(beginnings([]) == nil)
        #expect(beginnings([Note(identifier: 256, counter: 0, position: 3008), atNext]) == nil)
        #expect(beginnings([Note(position: 3760 + 188), atNext]) == nil)
    }
}
