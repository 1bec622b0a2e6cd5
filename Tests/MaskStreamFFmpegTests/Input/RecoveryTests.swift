import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Where damage ends without a key frame.
@Suite struct RecoveryTests {
    /// Begins at frame `first` of a clip and compares with the whole clip: what is shown is right,
    /// and everything from frame `clean` on is shown.
    private func join(
        _ name: String, at first: Int, clean: Int, threads: Int = 0, _ encoder: [String]
    ) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            name, in: folder,
            Clips.testSource("160x96", seconds: 3.2) + ["-pix_fmt", "yuv420p"] + encoder)
        let whole = try Reading(clip)
        #expect(whole.damaged == Array(repeating: false, count: 80))
        let position = try Clips.probe(
            clip, ["-select_streams", "v:0", "-show_entries", "packet=pos"])[first]
        let bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        var options = InputOptions(
            try folder.write(
                bytes.dropFirst(Int(position.filter(\.isNumber)) ?? 0), to: "cut-\(name)"))
        options.decoderThreads = threads
        let reading = try Reading(options)
        let size = whole.bytes.count / 80
        for (index, pts) in reading.pts.enumerated() {
            let twin = try #require(whole.pts.firstIndex(of: pts))
            if twin >= clean { #expect(!reading.damaged[index], "frame \(twin) is masked") }
            guard !reading.damaged[index] else { continue }
            let same =
                reading.bytes[index * size..<(index + 1) * size]
                == whole.bytes[twin * size..<(twin + 1) * size]
            #expect(same, "frame \(twin)")
        }
        #expect(reading.damaged.first == true)
        #expect(reading.error == nil)
    }

    /// Recovery points are at frames 0, 25, 50, 75; a column of 10 is renewed with every frame.
    @Test(arguments: [1, 4])
    func intraRefreshEndsTheDamage(threads: Int) throws {
        try join(
            "a.ts", at: 12, clean: 34, threads: threads,
            ["-c:v", "libx264", "-bf", "0", "-x264-params", "intra-refresh=1:keyint=25"])
        try join(
            "b.ts", at: 12, clean: 50, threads: threads,
            ["-c:v", "libx264", "-bf", "2", "-x264-params", "intra-refresh=1:keyint=25"])
    }

    /// A recovery point of HEVC counts pictures, as no order of theirs is read.
    @Test func recoveryPointsOfHEVCAreFound() {
        var pictures = HEVCPictures(header: [])
        let delimiter: [UInt8] = [0x46, 1, 0x50]
        let cases: [([[UInt8]], PacketFacts)] = [
            ([[0x4e, 1, 6, 2, 0x06, 0x10, 0x80], [2, 1, 0xd0]], PacketFacts(recoveryLength: 24)),
            // Not exact; before this picture.
            ([[0x4e, 1, 6, 2, 0x06, 0x00, 0x80], [2, 1, 0xd0]], PacketFacts()),
            ([[0x4e, 1, 6, 1, 0x70, 0x80], [2, 1, 0xd0]], PacketFacts(recoveryLength: 0)),
            ([[0x28, 1, 0xa0]], PacketFacts(isRandomAccess: true)),
            ([delimiter, [0x4a, 1]], PacketFacts(hasNoPicture: true)),
            // A slice whose type was damaged; one of another layer where there is none.
            ([[0x46, 1, 0x50, 1, 2]], PacketFacts(isBroken: true)),
            ([[2, 9, 0xd0]], PacketFacts(isBroken: true)),
        ]
        for (units, expected) in cases {
            var expected = expected
            if units.last?.first == 2, !expected.isBroken { expected.isRandomAccess = false }
            let memory = units.map { unit -> UnsafeRawBufferPointer in
                let copy = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: unit.count, alignment: 1)
                copy.copyBytes(from: unit)
                return UnsafeRawBufferPointer(copy)
            }
            defer { memory.forEach { $0.deallocate() } }
            #expect(pictures.facts(of: memory) == expected, "\(units)")
        }
    }

    /// What refers to pictures before the place where decoding begins is masked, no more.
    @Test(arguments: [
        ["-c:v", "libx264", "-bf", "2", "-x264-params", "open-gop=1:keyint=20:scenecut=0"],
        [
            "-c:v", "libx265", "-x265-params",
            "log-level=none:open-gop=1:keyint=20:min-keyint=20:scenecut=0:bframes=3:b-adapt=0",
        ],
    ])
    func anOpenGroupOfPicturesEndsTheDamage(_ encoder: [String]) throws {
        try join("a.ts", at: 7, clean: 24, encoder)
    }

    @Test func theTrackerKnowsWhatMattersBehindAKeyFrame() {
        var tracker = DamageTracker()
        // Packet 4 is a key frame whose leading picture 5 is damaged; 6 comes after it.
        let frames: [(packet: Int, begin: Int?, expected: Bool)] = [
            (3, nil, false), (5, nil, true), (4, 4, false), (6, nil, false),
        ]
        tracker.fault(at: 5)
        for frame in frames {
            let isDamaged = tracker.isDamaged(
                packet: frame.packet, begin: frame.begin, isCorrupt: false)
            #expect(isDamaged == frame.expected, "packet \(frame.packet)")
        }
        // A recovery does not end damage that was found since it began.
        tracker.fault(at: 9)
        tracker.fault(at: 20)
        let later: [(packet: Int, begin: Int?, expected: Bool)] = [
            (9, nil, true), (12, 10, false), (13, nil, false), (14, 14, false), (24, 18, true),
            (25, 20, true), (26, 21, false),
        ]
        for frame in later {
            let isDamaged = tracker.isDamaged(
                packet: frame.packet, begin: frame.begin, isCorrupt: false)
            #expect(isDamaged == frame.expected, "packet \(frame.packet)")
        }
    }

    @Test func unitsOfInformationAreReadToTheirEnd() {
        let units: [([UInt8], Bool, SEIMessages.Recovery?)] = [
            ([6, 6, 1, 0x14, 0x80], true, nil),
            ([6, 6, 1, 0xc0, 0x80], true, .init(count: 0, isExact: true)),
            ([6, 6, 2, 0x13, 0x20, 0x80], true, .init(count: 8, isExact: true)),
            ([6, 5, 2, 1, 2, 0x80], true, nil), ([6, 5, 200, 1, 2, 0x80], false, nil),
            ([6], false, nil), ([6, 0x80], false, nil), ([6, 5, 0, 5, 1, 9, 0x80], true, nil),
            ([6, 5, 1, 7], false, nil), ([6, 5, 3, 0, 0, 3, 1, 0x80], true, nil),
        ]
        for (bytes, isWhole, recovery) in units {
            let messages = bytes.withUnsafeBytes { SEIMessages($0, isHEVC: false) }
            #expect(messages.isWhole == isWhole, "\(bytes)")
            if bytes != [6, 6, 1, 0x14, 0x80] {
                #expect(messages.recovery == recovery, "\(bytes)")
            }
        }
    }
}
