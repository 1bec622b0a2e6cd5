internal import CFFmpeg
import Foundation

/// Damage that demuxers only log: they look for where the data goes on and hand out what they find.
///
/// What was lost in between is missing from the frames that follow, which a decoder need not see.
struct DemuxerFaults {
    /// How sure it is that data is missing; headers are odd in many a whole file.
    enum Kind { case likely, certain }

    /// A transport stream's packet that is not what was expected.
    struct PacketNote: Equatable {
        /// The number of its stream in the transport stream; nil where the note is no jump of a
        /// counter but something worse.
        var identifier: Int?
        /// Its counter.
        var counter = 0
        /// Where it ends, in bytes.
        var position: Int64
    }

    var kind: Kind?
    var packets: [PacketNote] = []

    /// Warnings that mean lost data, as few do.
    private static let certain = ["exceeds containing master element", "RTP: missed"]
    private static let jump = "Continuity check failed for pid"
    private static let packetNotes = [jump, "Packet had TEI flag set"]

    /// Whether a format is one of those that ``PacketNote`` is read from, which are no warnings.
    static func isPacketNote(_ format: UnsafePointer<CChar>) -> Bool {
        (format[0] == 67 || format[0] == 80)  // C, P
            && packetNotes.contains { strncmp(format, $0, $0.utf8.count) == 0 }
    }

    /// Takes note of a logged line.
    mutating func note(_ line: String, level: Int32, position: Int64) {
        if let start = line.range(of: Self.jump) {
            let numbers = line[start.upperBound...].split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3 else { return }
            packets.append(
                PacketNote(identifier: numbers[0], counter: numbers[2], position: position))
        } else if level > AV_LOG_WARNING || line.contains("PES packet size mismatch") {
            packets.append(PacketNote(position: position))
        }
        if Self.certain.contains(where: { line.contains($0) }) {
            kind = .certain
        } else if level <= AV_LOG_ERROR {
            kind = kind ?? .likely
        }
    }
}
