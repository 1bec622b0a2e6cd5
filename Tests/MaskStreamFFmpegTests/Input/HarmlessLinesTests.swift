import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// What a decoder complains about though every picture is right, and what only looks like it.
@Suite struct HarmlessLinesTests {
    /// Units that hold no picture: a delimiter, a message, filler, the end of a sequence.
    @Test(
        arguments: [
            [[9, 0xf0]], [[6, 5, 1, 7, 0x80]], [[12, 255, 255, 0x80]], [[10]],
            [[9, 0xf0], [12, 0x80]],
        ] as [[[UInt8]]])
    func packetsWithoutPicturesDamageNothing(_ units: [[UInt8]]) throws {
        let folder = try TemporaryFolder()
        var clip = try FLVClip(in: folder)
        let clean = try Reading(clip.write(to: folder))
        for index in [17, 10, 5] { clip.packets.insert(units.map { Data($0) }, at: index) }
        for threads in [1, 3] {
            var options = InputOptions(try clip.write(to: folder))
            options.decoderThreads = threads
            let reading = try Reading(options)
            #expect(reading.damaged == Array(repeating: false, count: 20))
            #expect(reading.bytes == clean.bytes)
            #expect(reading.statistics.corrupt == 0)
            #expect(reading.warnings == [])
            #expect(reading.error == nil)
        }
    }

    /// What only looks like them: units whose type is that of a delimiter, but not the rest.
    @Test(arguments: [9, 6, 12, 10, 20, 30] as [UInt8])
    func slicesWithAnotherTypeDamage(_ type: UInt8) throws {
        let folder = try TemporaryFolder()
        var clip = try FLVClip(in: folder)
        let slice = try #require(clip.packets[5].firstIndex { $0[0] & 31 == 1 })
        clip.packets[5][slice][0] = clip.packets[5][slice][0] & 0xe0 | type
        let reading = try Reading(clip.write(to: folder))
        #expect(reading.damaged == (0..<19).map { 5..<9 ~= $0 })
        #expect(reading.warnings.map(\.code) == ["damaged", "missing_frames"])
        #expect(reading.warnings.last?.message.contains("1 frame is missing") == true)
        #expect(reading.warnings.last?.message.contains("at 0.200 s") == true)
    }

    /// A picture parameter set 1 of sequence 1, which is not there, harms only who refers to it.
    @Test func setsOfOtherLayersDamageNothing() throws {
        let folder = try TemporaryFolder()
        var clip = try FLVClip(in: folder)
        let clean = try Reading(clip.write(to: folder))
        let foreign = Data([0x68, 0x4b, 0x8f, 0x30])
        for index in [0, 7, 10] { clip.packets[index].insert(foreign, at: 0) }
        clip.packets.insert([foreign], at: 15)
        let reading = try Reading(clip.write(to: folder))
        #expect(!reading.damaged.contains(true))
        #expect(reading.bytes == clean.bytes)
        #expect(reading.warnings == [])
    }

    @Test func aLostSetDamagesThosePicturesThatNeedIt() throws {
        let folder = try TemporaryFolder()
        var clip = try FLVClip(in: folder)
        // Set 0, which all pictures refer to, of sequence 1.
        clip.packets[5].insert(Data([0x68, 0xab, 0x8f, 0x30]), at: 0)
        let reading = try Reading(clip.write(to: folder))
        #expect(reading.damaged == (0..<20).map { $0 >= 5 })
    }

    @Test func anEmptyPacketEndsNothing() throws {
        let folder = try TemporaryFolder()
        var clip = try FLVClip(in: folder)
        clip.packets.insert([], at: 5)
        let reading = try Reading(clip.write(to: folder))
        #expect(reading.damaged == Array(repeating: false, count: 20))
        #expect(reading.warnings == [])
    }

    /// The reasons are beside the lines.
    @Test(
        arguments: [
            ("SEI type 5 size 888 truncated at 64", []),
            ("non-existing SPS 3 referenced in buffering period", []),
            ("recovery_frame_cnt 90 is out of range", []),
            ("RPU validation failed: 0 <= el_bit_depth_minus8 = 9 <= 8", []),
            ("Overread in VUI, retrying from timing information...", []),
            ("Overread VPS by 3 bits", []),
            ("unable to decode APP fields: Invalid data found when processing input", []),
            ("mmco: unref short failure", .marking),
            (
                "number of reference frames (1+4) exceeds max (4; probably corrupt input), discarding one",
                .marking
            ),
            ("sps_id 1 out of range", .lostSet), ("SPS 1 does not exist.", .lostSet),
            ("VPS 1 does not exist", .lostSet), ("no frame!", .noPicture),
            ("non-existing PPS 1 referenced", .fault), ("error while decoding MB 1 2", .fault),
            ("String code 300 exceeds maximum value of 256.", .fault),
            ("reference picture missing during reorder", .fault), ("anything new", .fault),
        ] as [(String, LineKinds)])
    func linesAreDamageUnlessTheyAreKnown(_ line: String, _ kinds: LineKinds) {
        #expect(LineKinds(of: line) == kinds)
    }
}
