import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Inputs whose declared length is wrong, and such as are really cut off.
@Suite struct CompletenessTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func clip(_ name: String, _ more: [String] = []) throws -> String {
        let codec = name.hasSuffix("avi") ? "mpeg4" : "libx264"
        return try Clips.make(
            name, in: folder,
            Clips.testSource(seconds: 4) + Clips.tone(seconds: 4)
                + ["-c:v", codec, "-g", "25", "-c:a", "aac"] + more)
    }

    private func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// A number as a double in network order.
    private func double(_ value: Double) -> Data {
        withUnsafeBytes(of: value.bitPattern.bigEndian) { Data($0) }
    }

    private func expectWhole(_ path: String, frames: Int = 100) throws {
        let reading = try Reading(path)
        #expect(reading.error == nil, "\(reading.error?.message ?? "")")
        #expect(reading.pts.count == frames)
    }

    private func expectTruncated(_ bytes: Data, _ name: String) throws {
        let reading = try Reading(folder.write(bytes, to: "cut-\(name)"))
        #expect(reading.error?.code == .badData, "\(name): \(reading.pts.count) frames")
        #expect(!reading.pts.isEmpty)
    }

    @Test func chaptersThatEndLater() throws {
        let tags = try folder.write(
            Data(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=9000\ntitle=One\n".utf8),
            to: "tags.txt")
        for name in ["a.mp4", "a.mov", "a.mkv"] {
            let path = try Clips.make(
                "chapters-\(name)", in: folder,
                ["-i", clip(name), "-i", tags, "-map", "0", "-map_chapters", "1", "-c", "copy"])
            try expectWhole(path)
        }
    }

    @Test("A wrong length alone is no fault", arguments: ["mp4", "mov", "flv", "mkv", "avi"])
    func wrongLength(kind: String) throws {
        let path = try clip("a.\(kind)")
        var data = try bytes(path)
        switch kind {
        case "flv":
            let place = try #require(data.firstRange(of: Data("duration".utf8)))
            data.replaceSubrange(place.upperBound + 1..<place.upperBound + 9, with: double(3600))
        case "mkv":
            // Element 0x4489 of eight bytes: the duration in milliseconds.
            let place = try #require(data.firstRange(of: Data([0x44, 0x89, 0x88])))
            data.replaceSubrange(place.upperBound..<place.upperBound + 8, with: double(3_600_000))
        case "avi":
            // The number of frames, of the file and of both streams.
            for (name, offset) in [("avih", 24), ("vidsmp4v", 36), ("vidsFMP4", 36)] {
                guard let place = data.firstRange(of: Data(name.utf8)) else { continue }
                let start = place.lowerBound + offset
                data.replaceSubrange(start..<start + 4, with: [0x00, 0x10, 0, 0])
            }
        default:
            for name in ["mvhd", "tkhd", "mdhd"] {
                var rest = data.startIndex..<data.endIndex
                while let place = data[rest].firstRange(of: Data(name.utf8)) {
                    let start = place.upperBound + (name == "tkhd" ? 20 : 16)
                    data.replaceSubrange(start..<start + 4, with: [0x10, 0, 0, 0])
                    rest = place.upperBound..<data.endIndex
                }
            }
        }
        try expectWhole(folder.write(data, to: "wrong.\(kind)"))
    }

    @Test(
        "What is cut off is seen",
        arguments: [
            ("a.mp4", ["-movflags", "+faststart"]), ("b.mp4", ["-movflags", "+frag_keyframe"]),
            ("a.mov", ["-movflags", "+faststart"]), ("a.flv", []), ("a.mkv", []), ("a.avi", []),
        ])
    func cutOff(name: String, more: [String]) throws {
        let data = try bytes(clip(name, more))
        for share in [0.41, 0.55, 0.7] {
            try expectTruncated(data.prefix(Int(Double(data.count) * share)), name)
        }
    }

    /// Behind a packet nothing tells of a cut but the length, the segment's or the file's size.
    @Test(arguments: ["flv", "mkv"])
    func cutBetweenPackets(kind: String) throws {
        let path = try clip("a.\(kind)")
        let places = try Clips.probe(path, ["-show_entries", "packet=pos"]).compactMap { Int($0) }
            .sorted()
        let data = try bytes(path)
        let place = places[places.count / 2]
        // Matroska's packets tell where their block begins, behind its identifier and size.
        let back =
            kind == "mkv" ? Int(data[(place - 8)..<place].lastIndex(of: 0xA3) ?? place) : place
        try expectTruncated(data.prefix(back), "a.\(kind)")
    }

    /// Where a list of the fragments declares the length, a cut between two of them is seen.
    @Test func fragmentsCutBetween() throws {
        let flags = "+frag_keyframe+empty_moov+default_base_moof+global_sidx"
        let path = try clip("a.mp4", ["-movflags", flags])
        try expectWhole(path)
        let data = try bytes(path)
        var rest = data.startIndex..<data.endIndex
        for _ in 0..<3 {
            let found = try #require(data[rest].firstRange(of: Data("moof".utf8)))
            rest = found.upperBound..<data.endIndex
        }
        try expectTruncated(data.prefix(rest.lowerBound - 8), "a.mp4")
    }
}
