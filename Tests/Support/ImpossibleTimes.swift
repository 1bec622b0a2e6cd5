import Foundation

/// Clips whose times are numbers that no recording has.
public enum ImpossibleTimes {
    /// Times near the limits of 64 bits that stand in a file as they are, and the least of those
    /// that are refused.
    public static let numbers: [UInt64] = [
        (1 << 60) + 5000, 1 << 62, (1 << 63) - 2000, (1 << 63) - 1, 1 << 63, (1 << 63) + 5000,
        .max - (1 << 60) - 5000,
    ]

    /// A Matroska clip of ten frames in milliseconds and a tone, of which one cluster (about three
    /// frames) says that it begins at `time`.
    public static func matroska(
        _ time: UInt64, cluster: Int, in folder: TemporaryFolder, named name: String = "far.mkv"
    ) throws -> String {
        let whole = try Clips.make(
            "whole.mkv", in: folder,
            Clips.testSource(rate: "10") + Clips.tone()
                + ["-c:v", "mpeg4", "-g", "3", "-c:a", "pcm_s16le"]
                + ["-cluster_time_limit", "300", "-write_crc32", "0"])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        // A segment of unknown length may grow.
        let segment = try find([0x18, 0x53, 0x80, 0x67], in: bytes, 0)
        bytes.replaceSubrange(segment..<segment + 8, with: [1] + [UInt8](repeating: 255, count: 7))
        let start = try find([0x1F, 0x43, 0xB6, 0x75], in: bytes, cluster)
        let lengthSize = bytes[start].leadingZeroBitCount + 1
        let length =
            bytes[start..<start + lengthSize].reduce(0) { $0 << 8 | Int($1) }
            & ((1 << (7 * lengthSize)) - 1)
        let stamp = start + lengthSize
        let old = 2 + Int(bytes[stamp + 1] & 127)
        let new = [0xE7, 0x88] + bigEndian(time)
        let header = bigEndian(UInt64(length - old + new.count) | 1 << 56)
        bytes.replaceSubrange(start..<stamp + old, with: header + new)
        return try folder.write(bytes, to: name)
    }

    /// A fragmented MP4 clip of ten frames, of which one fragment says that it begins at `time`.
    public static func mp4(
        _ time: UInt64, fragment: Int, in folder: TemporaryFolder
    ) throws -> String {
        let whole = try Clips.make(
            "whole.mp4", in: folder,
            Clips.testSource(rate: "10") + ["-c:v", "mpeg4", "-g", "3"]
                + ["-movflags", "frag_keyframe+empty_moov+default_base_moof"])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        let stamp = try find(Array("tfdt".utf8), in: bytes, fragment) + 4
        bytes.replaceSubrange(stamp..<stamp + 8, with: bigEndian(time))
        return try folder.write(bytes, to: "far.mp4")
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// Where the text that stands behind an element's name begins, for the nth of its kind.
    private static func find(_ name: [UInt8], in bytes: Data, _ number: Int) throws -> Int {
        var from = bytes.startIndex
        for _ in 0...number {
            guard let found = bytes[from...].firstRange(of: Data(name)) else {
                throw ProgramFailure(description: "no \(name) in the clip")
            }
            from = found.upperBound
        }
        return from
    }
}
